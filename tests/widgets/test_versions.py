"""A widget moves to another version: what changes with it, and what stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.people import Person
from tests.widgets.conftest import install, manifest, place
from widgets_manager.core.exceptions import Conflict, PermissionDenied, Problem
from widgets_manager.core.models import AuditEntry
from widgets_manager.live.models import Event
from widgets_manager.packages.blocks import Collected, package_blocks
from widgets_manager.packages.models import PackageVersion
from widgets_manager.packages.parsers import Package, Source, parse_package
from widgets_manager.widgets.actions.installs import rename_widget
from widgets_manager.widgets.actions.versions import replace_version
from widgets_manager.widgets.models import InstalledWidget, Workspace


def package(**changes: Any) -> Package:
    return parse_package(Source(json.dumps(manifest(**changes)).encode()))


@pytest.fixture
def todo(alice: Person) -> InstalledWidget:
    return InstalledWidget.objects.get(pk=install(alice, manifest(widgetVersion="1.0.0"))["id"])


def test_it_works(alice: Person, team: Workspace, todo: InstalledWidget) -> None:
    instance = place(alice, str(todo.pk), team)
    newer = package(widgetVersion="2.0.0", title="Things to do", intents=manifest()["intents"][:1])
    moved = replace_version(actor=alice.actor, widget=todo, package=newer)
    assert (moved.pk, moved.version, moved.name) == (todo.pk, "2.0.0", "Things to do")
    shown = alice.client.get(f"/api/widgets/{todo.pk}").json()
    assert [command["name"] for command in shown["widget"]["commands"]] == ["add_task"]
    assert shown["widget"]["content_hash"] == newer.content_hash
    [place_now] = shown["instances"]
    assert (place_now["id"], place_now["title"]) == (instance["id"], "Things to do A")
    assert place_now["package_version"] == shown["widget"]["package_version"] != instance["package_version"]
    entry = AuditEntry.objects.get(action="widget.update")
    assert (entry.target_id, entry.data["hash"]) == (str(todo.pk), newer.content_hash)
    assert PackageVersion.objects.filter(slug="todo").count() == 2


def test_open_pages_are_told(alice: Person, team: Workspace, todo: InstalledWidget) -> None:
    place(alice, str(todo.pk), team)
    before = Event.objects.latest("id").pk
    moved = replace_version(actor=alice.actor, widget=todo, package=package(title="New"))
    told = {event.type: event.data for event in Event.objects.filter(pk__gt=before)}
    assert set(told) == {"widget.put", "instance.put"}
    assert told["widget.put"]["widget"]["name"] == "New"
    assert told["instance.put"]["instance"]["package_version"] == str(moved.package_version_id)


def test_the_chat_knows_at_once(
    alice: Person, team: Workspace, todo: InstalledWidget, commits: None, django_capture_on_commit_callbacks: Any
) -> None:
    place(alice, str(todo.pk), team)
    client = alice.bearer()
    assert len(client.post("/api/chat/manifests", {}).json()["tools"]) > 1
    with django_capture_on_commit_callbacks(execute=True):
        replace_version(actor=alice.actor, widget=todo, package=package(title="Chores"))
    titles = [one["title"] for one in client.post("/api/chat/manifests", {}).json()["manifests"]]
    assert "Chores A" in titles
    assert "Todo A" not in titles


def test_a_name_that_somebody_gave_it_stays(alice: Person, todo: InstalledWidget) -> None:
    named = rename_widget(actor=alice.actor, widget=todo, name="Mine")
    assert replace_version(actor=alice.actor, widget=named, package=package(title="New")).name == "Mine"


def test_the_same_again_changes_nothing(alice: Person, todo: InstalledWidget) -> None:
    before = Event.objects.latest("id").pk
    replace_version(actor=alice.actor, widget=todo, package=package(widgetVersion="1.0.0"))
    assert not AuditEntry.objects.filter(action="widget.update").exists()
    assert not Event.objects.filter(pk__gt=before).exists()


def test_what_is_missing_is_kept_until_it_is_there(alice: Person, todo: InstalledWidget) -> None:
    missing = [Problem("sandbox.entrypoint", "is gone")]
    moved = replace_version(actor=alice.actor, widget=todo, package=package(), problems=missing)
    assert moved.problems == [{"path": "sandbox.entrypoint", "message": "is gone"}]
    assert replace_version(actor=alice.actor, widget=moved, package=package()).problems == []


def test_another_slug_is_another_widget(alice: Person, todo: InstalledWidget) -> None:
    with pytest.raises(Conflict, match="'other' now") as caught:
        replace_version(actor=alice.actor, widget=todo, package=package(panelId="other"))
    assert caught.value.code == "SLUG_CHANGED"


def test_only_who_manages_it(bob: Person, todo: InstalledWidget) -> None:
    with pytest.raises(PermissionDenied):
        replace_version(actor=bob.actor, widget=todo, package=package(title="New"))
    todo.refresh_from_db()
    assert todo.name == "Todo"


class Recorder:
    """A block that keeps what it is told."""

    def __init__(self) -> None:
        self.moved: list[tuple[Any, Any]] = []

    def validate(self, block: Any, manifest: Any, *, development: bool) -> tuple[()]:
        return ()

    def warn(self, block: Any, manifest: Any) -> tuple[()]:
        return ()

    def keep(self, block: Any, manifest: Any) -> Any:
        return block

    def collect(self, block: Any, manifest: Any, *, development: bool) -> Collected:
        return Collected()

    def activate(self, **told: Any) -> None:
        """Not looked at here."""

    def migrate(self, *, actor: Any, install: Any, before: Any, after: Any) -> None:
        self.moved.append((before, after))


def test_rooms_are_told_of_blocks_that_come_change_and_go(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder()
    monkeypatch.setattr(package_blocks, "_blocks", {"things": recorder})
    widget = InstalledWidget.objects.get(pk=install(alice, manifest())["id"])
    for changes in ({"things": 1}, {"things": 2}, {}):
        widget = replace_version(actor=alice.actor, widget=widget, package=package(**changes))
    assert recorder.moved == [(None, 1), (1, 2), (2, None)]
