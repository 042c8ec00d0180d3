"""GET /api/apps, /api/apps/{id}/widgets and both validate calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.apps.conftest import GREETER, folder, install_app, my_app, seed_app
from tests.people import Person, assert_refused
from tests.widgets.conftest import install, place
from widgets_manager.widgets.models import InstalledWidget, Workspace

BROKEN = GREETER.replace("action: tool", "action: tol")


def apps(person: Person, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.client.get(f"/api/apps{query}").json()["data"]["apps"]
    return found


def validate(person: Person, body: Any, path: str = "/api/apps/validate", **options: Any) -> dict[str, Any]:
    response = person.client.post(path, body, **options)
    assert response.status_code == 200, response.content
    data: dict[str, Any] = response.json()["data"]
    return data


class TestList:
    def test_it_works(self, alice: Person) -> None:
        app = install_app(alice, seed_app("rag").decode(), "rag.yaml")
        install(alice)  # a manifest is no app
        [shown] = apps(alice)
        assert shown == {
            "id": str(app.pk),
            "slug": "rag",
            "name": "Rag",
            "version": "1.0",
            "icon": "library_books",
            "accent": "blue",
            "chat_side": {"title": "Sources", "icon": "library_books", "accent": "blue", "width": 320},
            "tabs": [],
            "modals": [],
            "inline": [],
            "agents": [{"id": "assistant", "role": "coordinator"}],
            "network": [],
            "enabled": True,
        }

    def test_disabled_ones_on_request(self, alice: Person) -> None:
        app = install_app(alice)
        alice.client.post("/api/widgets/enable", {"id": str(app.pk), "enabled": False})
        assert apps(alice) == []
        assert [(one["slug"], one["enabled"]) for one in apps(alice, "?all=1")] == [("greeter", False)]

    def test_whose(self, alice: Person, bob: Person, charlie: Person) -> None:
        install_app(alice)
        install_app(alice, GREETER, "shared.yaml", tenantWide="true")
        assert [one["slug"] for one in apps(alice)] == ["greeter", "shared"]
        assert [one["slug"] for one in apps(bob)] == ["shared"]
        assert apps(charlie) == []


class TestWidgets:
    def test_it_works(self, alice: Person) -> None:
        app = install_app(alice, my_app(), "my-app.zip")
        data = alice.client.get(f"/api/apps/{app.pk}/widgets").json()["data"]
        assert data["app"] == {"id": str(app.pk), "slug": "my-app", "name": "My app", "version": "1.2.0"}
        assert data["version"] == 1
        assert data["inline"]["confirm_delete"]["tree"]["type"] == "confirm"
        assert data["modals"]["booking"]["tree"]["type"] == "form"

    def test_it_is_served_to_those_who_see_it(
        self, alice: Person, bob: Person, both: InstalledWidget, team: Workspace
    ) -> None:
        address = f"/api/apps/{both.pk}/widgets"
        assert_refused(bob.client.get(address), 404, "NOT_FOUND")
        place(alice, str(both.pk), team)
        assert bob.client.get(address).status_code == 200

    def test_disabled(self, alice: Person) -> None:
        app = install_app(alice)
        alice.client.post("/api/widgets/enable", {"id": str(app.pk), "enabled": False})
        assert_refused(alice.client.get(f"/api/apps/{app.pk}/widgets"), 409, "WIDGET_DISABLED")

    def test_what_is_no_app(self, alice: Person) -> None:
        widget = install(alice)["id"]
        for key in (widget, "00000000-0000-4000-8000-000000000000", "x"):
            assert_refused(alice.client.get(f"/api/apps/{key}/widgets"), 404, "NOT_FOUND")

    def test_charlie(self, alice: Person, charlie: Person) -> None:
        app = install_app(alice, tenantWide="true")
        assert_refused(charlie.client.get(f"/api/apps/{app.pk}/widgets"), 404, "NOT_FOUND")
        assert_refused(charlie.client.post(f"/api/apps/{app.pk}/widgets/validate", {}), 404, "NOT_FOUND")

    def test_a_token_needs_the_scope(self, alice: Person) -> None:
        assert_refused(alice.bearer("chat:intents").get("/api/apps"), 403, "PERMISSION_DENIED")
        assert alice.bearer("widgets").get("/api/apps").status_code == 200


class TestValidate:
    def test_it_works(self, alice: Person) -> None:
        data = validate(alice, {"source": GREETER})
        assert (data["valid"], data["errors"], data["warnings"], data["kind"]) == (True, [], [], "app")
        assert data["config"]["workspace_tabs"][0]["id"] == "greeter"
        assert data["fallbacks"] == []

    @pytest.mark.parametrize("kind", ["text/plain", "text/yaml", "application/yaml", "application/x-yaml"])
    def test_the_text_itself(self, alice: Person, kind: str) -> None:
        data = validate(alice, BROKEN, content_type=f"{kind}; charset=utf-8")
        [error] = data["errors"]
        assert (error["path"], error["line"]) == ("widgets.workspace_tabs[0].tree.submit.action.action", 16)
        assert "did you mean 'tool'?" in error["message"]
        assert "config" not in data

    @pytest.mark.parametrize("kind", ["text/plain", "application/yaml"])
    @pytest.mark.parametrize("body", ["", " \n"])
    def test_an_empty_text_is_an_empty_document(self, alice: Person, kind: str, body: str) -> None:
        data = validate(alice, body, content_type=kind, headers={"content-type": kind})
        assert (data["valid"], [one["message"] for one in data["errors"]]) == (False, ["the document is empty"])
        app = install_app(alice)  # as a part of an app it asks for what is installed
        assert validate(alice, body, f"/api/apps/{app.pk}/widgets/validate", content_type=kind)["valid"]

    def test_a_json_document(self, alice: Person) -> None:
        data = validate(alice, {"document": {"type": "text", "text": "{{ctx.x}}"}})
        assert (data["valid"], data["kind"]) == (True, "tree")
        assert data["config"]["tree"]["type"] == "text"

    def test_external_files(self, alice: Person) -> None:
        files = {path: data.decode() for path, data in folder("my-app").items() if path.startswith("widgets/")}
        source = folder("my-app")["app.yaml"].decode()
        assert validate(alice, {"source": source, "files": files})["valid"]
        files["widgets/other.yaml"] = "type: tex\n"
        errors = validate(alice, {"source": source, "files": files})["errors"]
        assert {error.get("file") for error in errors} == {"widgets/other.yaml"}

    def test_doubts_of_this_server(self, alice: Person) -> None:
        data = validate(alice, {"source": GREETER.replace("tool: greet", "tool: great")})
        assert data["valid"]
        assert data["warnings"][0]["path"] == "widgets.workspace_tabs[0].tree.submit.action.tool"
        tree = {"type": "button", "label": "x", "action": {"action": "tool", "tool": "great"}}
        assert validate(alice, {"document": tree})["warnings"][0]["path"] == "tree.action.tool"

    def test_a_text_that_cannot_be_read_is_an_answer_too(self, alice: Person) -> None:
        data = validate(alice, {"source": "a: [1\n"})
        assert (data["valid"], data["errors"][0]["line"] > 0) == (False, True)
        assert validate(alice, {"document": None})["valid"] is False

    @pytest.mark.parametrize(
        ("body", "path"),
        [
            ({}, "source"),
            ({"source": "a", "document": {}}, "source"),
            ({"source": 7}, "source"),
            ({"source": "a", "files": {"x": 7}}, "files.x"),
            ({"sorce": "a"}, "sorce"),
        ],
    )
    def test_what_is_no_request(self, alice: Person, body: Any, path: str) -> None:
        assert_refused(alice.client.post("/api/apps/validate", body), 422, "INVALID_INPUT", path)

    def test_bodies_that_are_no_text(self, alice: Person) -> None:
        post = alice.client.post
        assert_refused(post("/api/apps/validate", b"\xff", content_type="text/plain"), 422, "INVALID_INPUT", "source")
        large = post("/api/apps/validate", b"x" * 1_000_001, content_type="text/plain")
        assert_refused(large, 413, "TOO_LARGE")

    def test_an_installed_app(self, alice: Person, both: InstalledWidget) -> None:
        app = install_app(alice, my_app(), "my-app.zip")
        data = validate(alice, {}, f"/api/apps/{app.pk}/widgets/validate")
        assert (data["valid"], data["kind"], data["warnings"]) == (True, "app", [])
        # Its own intents are tools that somebody serves; to others they are not.
        tree = both.manifest["widgets"]["chat_side"]["tree"]
        assert validate(alice, {"document": tree}, f"/api/apps/{both.pk}/widgets/validate")["warnings"] == []
        assert validate(alice, {"document": tree})["warnings"] != []
        assert validate(alice, {}, f"/api/apps/{both.pk}/widgets/validate")["valid"]

    def test_a_part_of_an_app_may_open_its_dialogs(self, alice: Person) -> None:
        app = install_app(alice, my_app(), "my-app.zip")
        path = f"/api/apps/{app.pk}/widgets/validate"

        def doubts(modal: str, *, path: str = path) -> list[str]:
            button = {"type": "button", "label": "Go", "action": {"action": "open_modal", "modal": modal}}
            return [one["message"] for one in validate(alice, {"document": {"tree": button}}, path)["warnings"]]

        assert doubts("booking") == []
        assert doubts("boking") == ["unknown modal 'boking' (allowed: ['booking']); did you mean 'booking'?"]
        assert doubts("boking", path="/api/apps/validate") == []

    def test_other_files_in_the_folder_of_widgets_are_no_widgets(self, alice: Person) -> None:
        app = install_app(alice, my_app({"widgets/notes.md": "a: [", "widgets/sub/x.yaml": "a: ["}), "my-app.zip")
        assert validate(alice, {}, f"/api/apps/{app.pk}/widgets/validate")["valid"]

    def test_nothing_is_installed(self, alice: Person) -> None:
        validate(alice, {"source": GREETER})
        assert not InstalledWidget.objects.exists()

    def test_a_viewer_may_check(self, vera: Person) -> None:
        assert validate(vera, json.dumps({"source": GREETER}))["valid"]
