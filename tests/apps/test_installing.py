"""Apps through the install pipeline: upload, address, text; previews; what they are and what they are not."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.apps.conftest import GREETER, SEED_APPS, folder, install_app, my_app, seed_app, upload
from tests.people import Person, assert_refused
from widgets_manager.files.actions import collect_garbage
from widgets_manager.files.models import Blob
from widgets_manager.packages.blocks import Collected, package_blocks
from widgets_manager.packages.models import PackageFile, PackageVersion
from widgets_manager.widgets.models import InstalledWidget, Workspace
from widgets_manager.widgets.samples import sample_app_names


def test_it_works(alice: Person) -> None:
    app = install_app(alice, my_app(), "my-app.zip")
    assert (app.slug, app.name, app.version) == ("my-app", "My app", "1.2.0")
    paths = [file.path for file in PackageFile.objects.filter(version=app.package_version)]
    assert paths == sorted(folder("my-app"))
    assert app.package_version.size == sum(map(len, folder("my-app").values())) + len(
        json.dumps(app.manifest, separators=(",", ":"))
    )


@pytest.mark.parametrize("name", SEED_APPS)
def test_the_apps_of_the_seed(alice: Person, name: str) -> None:
    response = upload(alice, f"{name}.yaml", seed_app(name))
    assert response.status_code == 201, response.content
    assert "warnings" not in response.json()


@pytest.mark.parametrize("name", sample_app_names())
def test_the_samples_by_their_address(alice: Person, settings: Any, name: str) -> None:
    url = f"{settings.PUBLIC_ORIGIN}/api/widgets/sample-manifest?name={name}"
    response = alice.client.post("/api/widgets/install", {"url": url})
    assert response.status_code == 201, response.content
    assert "warnings" not in response.json(), response.json()["warnings"]
    assert name in alice.client.get("/api/widgets/samples").json()["apps"]


def test_as_pasted_text(alice: Person) -> None:
    response = alice.client.post("/api/widgets/install", {"file": GREETER})
    assert response.status_code == 201, response.content
    assert response.json()["widget"]["slug"] == "greeter"


def test_faults_leave_nothing(alice: Person) -> None:
    error = assert_refused(
        upload(alice, "my-app.zip", my_app({"widgets/confirm_delete.yaml": "type: confrm\n"})), 422, "INVALID_APP"
    )
    assert error["errors"][0]["file"] == "widgets/confirm_delete.yaml"
    assert error["errors"][0]["line"] == 1
    assert_refused(upload(alice, "a.zip", b"PK\x03\x04"), 422, "INVALID_ARCHIVE")
    assert not PackageVersion.objects.exists()
    assert not Blob.objects.exists()


def test_an_archive_may_be_larger_than_a_manifest(alice: Person) -> None:
    picture = os.urandom(500_000)
    install_app(alice, my_app({"picture.bin": picture}), "my-app.zip")
    assert_refused(upload(alice, "x.zip", b"PK\x03\x04" + b"x" * 10_000_001), 413, "TOO_LARGE")
    assert_refused(upload(alice, "x.json", b" " * 100_001), 413, "TOO_LARGE")


class TestPreview:
    """What would be installed."""

    def test_it_works(self, alice: Person) -> None:
        shown = upload(alice, "my-app.zip", my_app(), path="preview-file").json()["preview"]
        assert (shown["form"], shown["slug"], shown["version"]) == ("app", "my-app", "1.2.0")
        assert set(shown["zones"]) == {"chat_side", "workspace_tabs", "modals", "inline"}
        assert {"name": "delete_thing", "served": True} in shown["tools"]
        text = folder("my-app")["app.yaml"]
        assert {"path": "app.yaml", "size": len(text), "text": text.decode()} in shown["files"]
        assert "In your conversations it may show widgets, change shown widgets, close widgets and report faults" in (
            " ".join(shown["permissions"])
        )
        assert any("delete_thing (Delete the thing at a path; changes things)" in one for one in shown["permissions"])
        assert not PackageVersion.objects.exists()

    def test_agents_and_hosts_are_told(self, alice: Person) -> None:
        text = seed_app("rag").decode().replace("capabilities:", "capabilities:\n  network: [api.example.org]")
        shown = alice.client.post("/api/widgets/preview", {"file": text}).json()["preview"]
        [agent] = shown["agents"]
        assert agent["id"] == "assistant"
        assert "You are a RAG assistant." in agent["system_prompt"]
        assert "Its widgets may exchange data with api.example.org." in shown["permissions"]
        assert any(one.startswith("The chat may use rag.query for it") for one in shown["permissions"])

    def test_a_manifest(self, alice: Person, settings: Any) -> None:
        url = f"{settings.PUBLIC_ORIGIN}/api/widgets/sample-manifest?name=task-board"
        shown = alice.client.post("/api/widgets/preview", {"url": url}).json()["preview"]
        assert (shown["form"], shown["zones"], shown["files"]) == ("json", None, [])
        assert {intent["permission"] for intent in shown["intents"]} == {"read", "write"}
        assert shown["permissions"][0].startswith("The chat can read its panels (")

    def test_what_was_previewed_is_installed_and_nothing_else(self, alice: Person) -> None:
        shown = alice.client.post("/api/widgets/preview", {"file": GREETER}).json()["preview"]
        body = {"file": f"{GREETER}\n", "contentHash": shown["content_hash"]}
        assert_refused(alice.client.post("/api/widgets/install", body), 409, "CONTENT_CHANGED", "contentHash")
        changed = upload(alice, "greeter.yaml", f"{GREETER}\n", contentHash=shown["content_hash"])
        assert_refused(changed, 409, "CONTENT_CHANGED")
        assert not InstalledWidget.objects.exists()
        response = alice.client.post("/api/widgets/install", {**body, "file": GREETER})
        assert response.json()["widget"]["content_hash"] == shown["content_hash"]

    def test_it_is_for_those_who_may_install(self, vera: Person) -> None:
        assert_refused(vera.client.post("/api/widgets/preview", {"file": GREETER}), 403, "PERMISSION_DENIED")

    def test_faults_are_told_like_those_of_an_install(self, alice: Person) -> None:
        broken = GREETER.replace("type: form", "type: from")
        assert_refused(alice.client.post("/api/widgets/preview", {"file": broken}), 422, "INVALID_APP")
        assert_refused(alice.client.post("/api/widgets/preview", {}), 422, "INVALID_INPUT")
        assert_refused(upload(alice, "x.zip", b"", path="preview-file"), 422, "INVALID_JSON")


class TestFiles:
    """The source of what is installed."""

    def test_it_works(self, alice: Person, bob: Person) -> None:
        app = install_app(alice, my_app(), "my-app.zip", tenantWide="true")
        files = bob.client.get(f"/api/widgets/{app.pk}/files").json()["files"]
        assert [file["path"] for file in files] == sorted(folder("my-app"))
        assert {"application/yaml", "application/toml"} == {file["media_type"] for file in files}
        answer = bob.client.get(f"/api/widgets/{app.pk}/files/widgets/confirm_delete.yaml")
        assert answer.content == folder("my-app")["widgets/confirm_delete.yaml"]
        assert answer["Content-Disposition"] == 'attachment; filename="confirm_delete.yaml"'
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_unknown_ones(self, alice: Person) -> None:
        app = install_app(alice)
        for path in ("nothing.yaml", "../app.yaml", "%2e%2e/app.yaml"):
            assert_refused(alice.client.get(f"/api/widgets/{app.pk}/files/{path}"), 404, "NOT_FOUND")

    def test_charlie(self, alice: Person, charlie: Person) -> None:
        app = install_app(alice)
        assert_refused(charlie.client.get(f"/api/widgets/{app.pk}/files"), 404, "NOT_FOUND")
        assert_refused(charlie.client.get(f"/api/widgets/{app.pk}/files/app.yaml"), 404, "NOT_FOUND")

    def test_they_are_not_swept_away(self, alice: Person) -> None:
        app = install_app(alice)
        Blob.objects.update(stored_at="2000-01-01T00:00Z")
        assert collect_garbage() == 0
        assert alice.client.get(f"/api/widgets/{app.pk}/files/app.yaml").content == GREETER.encode()


class TestPlaces:
    """An app without intents is no panel."""

    def test_it_is_refused_with_a_sentence(self, alice: Person, team: Workspace) -> None:
        app = install_app(alice)
        body = {"widgetId": str(app.pk), "workspaceId": str(team.pk)}
        error = assert_refused(alice.client.post("/api/widgets/instances", body), 409, "NO_PANEL")
        assert "lives beside the chat" in error["message"]

    def test_with_intents_it_is_both(self, alice: Person, team: Workspace, both: InstalledWidget) -> None:
        body = {"widgetId": str(both.pk), "workspaceId": str(team.pk)}
        assert alice.client.post("/api/widgets/instances", body).status_code == 201
        assert [app["slug"] for app in alice.client.get("/api/apps").json()["data"]["apps"]] == ["todo"]


class Recorder:
    """A block whose room notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, Any]] = []

    def validate(self, block: Any, manifest: Mapping[str, Any], *, development: bool) -> Iterator[Any]:
        return iter(())

    def keep(self, block: Any, manifest: Mapping[str, Any]) -> Any:
        return {"kept": block}

    def collect(self, block: Any, manifest: Mapping[str, Any], *, development: bool) -> Collected:
        return Collected()

    def preview(self, block: Any, manifest: Mapping[str, Any]) -> list[str]:
        return [f"It has {block['kept']}."]

    def describe(self, block: Any, manifest: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def warn(self, block: Any, manifest: Mapping[str, Any]) -> list[Any]:
        return []

    def activate(self, *, actor: Any, install: Any, block: Any) -> None:
        self.told.append(("activate", install.slug, block))

    def deactivate(self, *, actor: Any, install: Any, block: Any) -> None:
        self.told.append(("deactivate", install.slug, block))


def test_rooms_are_told_when_their_blocks_come_and_go(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    monkeypatch.setattr(package_blocks, "_blocks", {"things": recorder})
    manifest = {"panelId": "x", "panelType": "list", "title": "X", "version": "1.0", "intents": [], "things": 7}
    widget = alice.client.post("/api/widgets/install", {"file": json.dumps(manifest)}).json()["widget"]["id"]
    for enabled in (True, False, False, True):
        alice.client.post("/api/widgets/enable", {"id": widget, "enabled": enabled})
    alice.client.delete(f"/api/widgets/{widget}")
    assert recorder.told == [(verb, "x", {"kept": 7}) for verb in ("activate", "deactivate", "activate", "deactivate")]


def test_a_disabled_widget_is_not_switched_off_again_when_it_goes(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    monkeypatch.setattr(package_blocks, "_blocks", {"things": recorder})
    manifest = {"panelId": "x", "panelType": "list", "title": "X", "version": "1.0", "intents": [], "things": 7}
    widget = alice.client.post("/api/widgets/install", {"file": json.dumps(manifest)}).json()["widget"]["id"]
    alice.client.post("/api/widgets/enable", {"id": widget, "enabled": False})
    alice.client.delete(f"/api/widgets/{widget}")
    assert [verb for verb, _, _ in recorder.told] == ["activate", "deactivate"]
