"""Installing a plugin: by paste, file and address; what is told before, and what is there after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from sandbox.plugins.unserved import UNSERVED
from tests.docs.openapi import check_answer
from tests.egress.site import Site, running
from tests.people import Person, assert_refused
from tests.plugins.packages import CODE, FIXTURES, SAMPLES, pie, skill
from widgets_manager.widgets.models import InstalledWidget

DECK = (SAMPLES / "slide-deck.pie").read_text()


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


def preview(person: Person, text: str) -> dict[str, Any]:
    response = person.client.post("/api/widgets/preview", {"file": text})
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = check_answer("POST", "/api/widgets/preview", response)["preview"]
    return shown


def install(person: Person, text: str, **body: Any) -> dict[str, Any]:
    response = person.client.post("/api/widgets/install", {"file": text, **body})
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_it_works(alice: Person) -> None:
    shown = preview(alice, DECK)
    answer = install(alice, DECK, contentHash=shown["content_hash"])
    assert "warnings" not in answer or answer["warnings"] == []
    assert (answer["widget"]["slug"], answer["widget"]["version"]) == ("slide-deck", "1.1.0")
    assert answer["widget"]["commands"] == []
    files = alice.client.get(f"/api/widgets/{answer['widget']['id']}/files").json()["files"]
    assert [file["path"] for file in files] == ["handler.js", "plugin.pie", "widget.html"]


def test_the_preview_tells_what_it_is_and_needs(alice: Person) -> None:
    shown = preview(alice, DECK)
    plugin = shown["plugin"]
    assert plugin["kinds"] == ["tool", "widget"]
    assert plugin["tool"]["parameters"] == ["action", "title", "points", "comment", "deck_id", "slide_id"]
    installed = install(alice, DECK)["widget"]
    assert installed["plugin"] == {"tier": "tool", "trigger": "auto", "tool": "slide_deck"}
    assert alice.client.get(f"/api/plugins/{installed['id']}").json()["plugin"]["tool"] == plugin["tool"]
    assert "show my slide deck" in plugin["tool"]["examples"]
    assert [(table["name"], table["rls"]) for table in plugin["tables"]] == [
        ("decks", "pie_user_id"),
        ("slides", "pie_user_id"),
        ("edits", "pie_user_id"),
    ]
    assert plugin["events"] == [
        {
            "id": "slide_regenerated",
            "name": "Slide drawn anew",
            "description": "Fires when the comments on a slide have been worked into it.",
        }
    ]
    assert "The chat can call its tool slide_deck, which may change things." in shown["permissions"]
    code = next(file for file in shown["files"] if file["path"] == "handler.js")
    assert code["text"].startswith("// Widget actions are quick")


def test_hosts_and_secrets(alice: Person) -> None:
    text = (FIXTURES / "seed" / "weather.pie").read_text()
    plugin = preview(alice, text)["plugin"]
    assert plugin["hosts"] == [{"host": "api.weatherapi.com", "declared": False, "reachable": True}]
    assert plugin["secrets"] == [{"name": "WEATHER_API_KEY", "description": "", "needed": True, "whose": "author"}]
    declared = pie(permissions={"hosts": ["api.example.com"]}, body=CODE + "// https://api.example.com/\n")
    assert preview(alice, declared)["plugin"]["hosts"] == [
        {"host": "api.example.com", "declared": True, "reachable": True}
    ]


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.17:8080", "db.internal", "printer.local"])
def test_hosts_that_are_not_public_cannot_be_allowed(alice: Person, host: str) -> None:
    text = pie(body=CODE + f"// http://{host}/ https://api.example.com/\n")
    assert preview(alice, text)["plugin"]["hosts"] == [
        {"host": host, "declared": False, "reachable": False},
        {"host": "api.example.com", "declared": False, "reachable": True},
    ]
    refused = alice.client.post("/api/widgets/install", {"file": text, "choices": {"plugin": {"hosts": [host]}}})
    error = assert_refused(refused, 422, "INVALID_INPUT", "hosts")
    assert f"{host} is not on the public internet" in error["message"]
    assert not InstalledWidget.objects.exists()

    path = f"/api/plugins/{install(alice, text)['widget']['id']}/hosts"
    shown = {"declared": [], "granted": [], "found": ["api.example.com"], "private": [host]}
    assert alice.client.get(path).json() == shown
    for wish in (host, "localhost.localdomain.internal", "intranet", "[::1]"):
        refused = alice.client.put(path, {"hosts": ["api.example.com", wish]})
        assert f"{wish} is not on the public" in assert_refused(refused, 422, "INVALID_INPUT", "hosts")["message"]
    assert alice.client.get(path).json() == shown


def test_this_machine_is_allowed_for_development_only(alice: Person, settings: Any) -> None:
    path = f"/api/plugins/{install(alice, pie())['widget']['id']}/hosts"
    assert alice.client.put(path, {"hosts": ["localhost:4000"]}).json()["granted"] == ["localhost:4000"]
    settings.ENVIRONMENT = "production"
    assert_refused(alice.client.put(path, {"hosts": ["localhost:4000", "127.0.0.1"]}), 422, "INVALID_INPUT", "hosts")
    # What was granted before can still be kept or taken back.
    assert alice.client.put(path, {"hosts": ["localhost:4000"]}).status_code == 200
    assert alice.client.put(path, {"hosts": []}).json()["granted"] == []


def test_who_starts_it_is_said(alice: Person) -> None:
    shown = preview(alice, pie(trigger="manual"))
    assert shown["permissions"] == ["A person starts its tool do_it, which may change things."]
    shown = preview(alice, skill(manifest={"trigger": "manual"}))
    assert shown["permissions"] == ["It gives the chat its instructions when a person starts it."]
    assert install(alice, skill())["widget"]["plugin"] == {"tier": "skill", "trigger": "always", "tool": ""}


def test_what_is_not_served_is_said_of_every_part(alice: Person) -> None:
    asked: dict[str, Any] = {"runtime": {"persistent": True}, "pricing": {"x": 1}}
    shown = preview(alice, pie(sections="===widget===\nx\n", **asked))["plugin"]["inactive"]
    assert [entry["part"] for entry in shown] == ["runtime.persistent", "pricing"]
    assert all(entry["message"] == UNSERVED[entry["part"]] for entry in shown)
    assert preview(alice, skill())["plugin"]["inactive"] == []


def test_a_file(alice: Person) -> None:
    body = {"file": SimpleUploadedFile("renamed.pie", DECK.encode())}
    response = alice.client.post("/api/widgets/install-file", body, content_type=MULTIPART_CONTENT)
    assert response.status_code == 201, response.content
    assert response.json()["widget"]["slug"] == "slide-deck"


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    """A site on loopback that is let through by name."""
    pages = {
        "/deck.pie": lambda page: page.reply(DECK.encode(), content_type="text/plain"),
        "/large.pie": lambda page: page.reply(large().encode(), content_type="application/octet-stream"),
        "/too-large.pie": lambda page: page.reply(b"---\n" + b"x" * 4_000_001, content_type="text/plain"),
    }
    with running(pages) as started:
        settings.FETCH_ALLOW_HOSTS = (started.netloc,)
        yield started


def large() -> str:
    """A plugin with more than the megabyte that other texts may have."""
    page = "x" * 500_000
    files = "".join(f"===public-file:{n}===\n{page}\n===public-file:{n}===\n" for n in ("a.js", "b.js", "index.html"))
    return pie(sections=files)


def test_an_address(alice: Person, site: Site) -> None:
    for path in ("/deck.pie", "/large.pie"):
        response = alice.client.post("/api/widgets/install", {"url": site.url(path)})
        assert response.status_code == 201, response.content
    refused = alice.client.post("/api/widgets/install", {"url": site.url("/too-large.pie")})
    assert_refused(refused, 502, "FETCH_FAILED")


def test_faults_are_told_with_line_and_file(alice: Person) -> None:
    response = alice.client.post("/api/widgets/install", {"file": (FIXTURES / "invalid" / "many.pie").read_text()})
    error = assert_refused(response, 422, "INVALID_PLUGIN", "tier")
    assert error["errors"][0]["line"] == 3
    assert error["errors"][0]["file"] == "plugin.pie"
    assert len(error["errors"]) == 8
    assert not InstalledWidget.objects.exists()


def test_it_makes_no_panel_that_answers_nothing(alice: Person) -> None:
    widget = install(alice, pie())["widget"]
    refused = alice.client.post("/api/widgets/instances", {"widgetId": widget["id"]})
    assert_refused(refused, 409, "NO_PANEL")
    assert "a plugin" in refused.json()["error"]["message"]


def test_a_second_one_of_its_name_is_refused(alice: Person) -> None:
    install(alice, DECK)
    error = assert_refused(alice.client.post("/api/widgets/install", {"file": DECK}), 409, "DUPLICATE_SLUG")
    assert "change its name" in error["message"]


def test_another_tenant_sees_nothing_of_it(alice: Person, charlie: Person) -> None:
    widget = install(alice, DECK, tenantWide=True)["widget"]
    assert_refused(charlie.client.get(f"/api/widgets/{widget['id']}"), 404, "NOT_FOUND")
    assert_refused(charlie.client.get(f"/api/widgets/{widget['id']}/files"), 404, "NOT_FOUND")
    assert widget["id"] not in str(charlie.client.get("/api/widgets/list").json())
