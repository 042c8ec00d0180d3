"""The notes of a dashboard, as scripts read and change them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.panels.applied import apply_to_panel
from tests.panels.conftest import manifest_of
from tests.people import Person, assert_refused
from tests.sandbox.places import answer, ask, result
from tests.widgets.conftest import install, place
from widgets_manager.core.models import AuditEntry
from widgets_manager.live.reading import read_stream
from widgets_manager.live.streams import StreamName
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace


@pytest.fixture
def notes(alice: Person, team: Workspace) -> WidgetInstance:
    """The built-in Notes panel on the dashboard of the widget."""
    return place_widget(actor=alice.actor, workspace=team, builtin_slug="workspace-notes")


@pytest.fixture
def journal(alice: Person, team: Workspace) -> WidgetInstance:
    """An installed widget of the type `notes` there."""
    widget = install(alice, manifest_of("notes", "journal"))
    return WidgetInstance.objects.get(pk=place(alice, widget["id"], team)["id"])


def write(person: Person, panel: WidgetInstance, title: str, text: str = "text") -> str:
    """A note on the panel; its id."""
    slug = panel.builtin_slug or "journal"
    body = {"instanceId": str(panel.pk), "params": {"title": title, "text": text}}
    assert person.client.post(f"/api/panels/{slug}/add", body).status_code == 200
    return str(PanelItem.objects.get(title=title).pk)


def look_at(person: Person, panel: WidgetInstance, note: str) -> None:
    body = {"instanceId": str(panel.pk), "params": {"id": note}}
    assert person.client.post(f"/api/panels/{panel.builtin_slug or 'journal'}/show", body).json()["success"]


def current(person: Person, gadget: WidgetInstance) -> str | None:
    note: dict[str, Any] | None = result(ask(person, gadget, "notes.getCurrentNote"))
    return note["title"] if note else None


def test_it_works(alice: Person, gadget: WidgetInstance, notes: WidgetInstance) -> None:
    key = write(alice, notes, "Standup", "# Ship it")
    note = result(ask(alice, gadget, "notes.getNote", noteId=key))
    assert note == {"id": key, "title": "Standup", "content": "# Ship it", "updatedAt": note["updatedAt"]}
    assert result(ask(alice, gadget, "notes.getCurrentNote")) == note
    asked = assert_refused(ask(alice, gadget, "notes.updateNote", noteId=key, content="x"), 403, "PERMISSION_REQUIRED")
    assert asked["subject"] == "Standup"
    answer(alice, gadget, "write:notes", "once")
    changed = result(ask(alice, gadget, "notes.updateNote", noteId=key, content="# Shipped\n"))
    assert (changed["title"], changed["content"]) == ("Standup", "# Shipped\n")
    assert PanelItem.objects.get().data == {"text": "# Shipped\n"}
    assert [entry.action for entry in AuditEntry.objects.order_by("-pk")[:2]] == ["bridge.call", "item.change"]


def test_there_may_be_none(alice: Person, gadget: WidgetInstance) -> None:
    assert result(ask(alice, gadget, "notes.getCurrentNote")) is None


def test_notes_of_panels_on_the_dashboard_count_too(
    alice: Person, gadget: WidgetInstance, notes: WidgetInstance, journal: WidgetInstance
) -> None:
    key = write(alice, journal, "Diary")
    answer(alice, gadget, "write:notes", "always")
    assert result(ask(alice, gadget, "notes.updateNote", noteId=key, content="new"))["content"] == "new"
    assert PanelItem.objects.get(instance=journal).data["text"] == "new"


def test_the_current_note_is_what_the_person_used_last(
    alice: Person, bob: Person, gadget: WidgetInstance, notes: WidgetInstance, journal: WidgetInstance
) -> None:
    first, _ = write(alice, notes, "first"), write(alice, journal, "second")
    assert current(alice, gadget) == "second"
    look_at(alice, notes, first)
    assert current(alice, gadget) == "first"
    assert current(bob, gadget) == "second"  # used none: the one that was changed last
    look_at(bob, journal, str(PanelItem.objects.get(title="second").pk))
    assert (current(alice, gadget), current(bob, gadget)) == ("first", "second")


def test_changing_a_note_makes_it_the_current_one(alice: Person, gadget: WidgetInstance, notes: WidgetInstance) -> None:
    first, _ = write(alice, notes, "first"), write(alice, notes, "second")
    answer(alice, gadget, "write:notes", "always")
    result(ask(alice, gadget, "notes.updateNote", noteId=first, content="x"))
    assert current(alice, gadget) == "first"


@pytest.mark.parametrize("where", ["private dashboard", "other panel", "disabled widget", "deleted"])
def test_other_notes_are_out_of_reach(
    alice: Person, gadget: WidgetInstance, journal: WidgetInstance, private: Workspace, where: str
) -> None:
    if where == "private dashboard":
        key = write(alice, place_widget(actor=alice.actor, workspace=private, builtin_slug="workspace-notes"), "x")
    elif where == "other panel":
        board = WidgetInstance.objects.get(pk=place(alice, install(alice)["id"], journal.workspace)["id"])
        key = str(PanelItem.objects.create(tenant=alice.tenant, instance=board, position=1, title="task").pk)
    else:
        key = write(alice, journal, "x")
    if where == "disabled widget":
        InstalledWidget.objects.filter(slug="journal").update(enabled=False)
    if where == "deleted":
        PanelItem.objects.all().delete()
    answer(alice, gadget, "write:notes", "always")
    assert_refused(ask(alice, gadget, "notes.getNote", noteId=key), 404, "NOT_FOUND")
    assert_refused(ask(alice, gadget, "notes.updateNote", noteId=key, content="y"), 404, "NOT_FOUND")
    assert result(ask(alice, gadget, "notes.getCurrentNote")) is None
    assert_refused(ask(alice, gadget, "notes.getNote", noteId="x"), 404, "NOT_FOUND")


def test_a_stranger_gets_404(alice: Person, charlie: Person, gadget: WidgetInstance, notes: WidgetInstance) -> None:
    key = write(alice, notes, "secret")
    for method, params in (("notes.getNote", {}), ("notes.updateNote", {"content": "x"})):
        assert_refused(ask(charlie, gadget, method, noteId=key, **params), 404, "NOT_FOUND")


def test_a_note_has_20_000_characters(alice: Person, gadget: WidgetInstance, notes: WidgetInstance) -> None:
    key = write(alice, notes, "long")
    answer(alice, gadget, "write:notes", "always")
    assert result(ask(alice, gadget, "notes.updateNote", noteId=key, content="é" * 20_000))
    refused = ask(alice, gadget, "notes.updateNote", noteId=key, content="é" * 20_001)
    assert_refused(refused, 422, "INVALID_PARAMS", "params.content")


def test_open_panels_follow(alice: Person, gadget: WidgetInstance, notes: WidgetInstance, team: Workspace) -> None:
    """Two places of Notes: both hear of what the script changed."""
    second = place_widget(actor=alice.actor, workspace=team, builtin_slug="workspace-notes")
    key = write(alice, notes, "Standup")
    answer(alice, gadget, "write:notes", "always")
    stream = StreamName("workspace", team.pk)
    number = read_stream(alice.actor, stream).number

    def items(panel: WidgetInstance) -> dict[str, Any]:
        data: dict[str, Any] = alice.client.get(f"/api/panels/{panel.pk}/view").json()["data"]
        return data

    before = {str(panel.pk): items(panel) for panel in (notes, second)}
    result(ask(alice, gadget, "notes.updateNote", noteId=key, content="by the script"))
    for event in read_stream(alice.actor, stream, number).events:
        before = {one: apply_to_panel(data, one, event.type, json.loads(event.data)) for one, data in before.items()}
    assert before == {str(panel.pk): items(panel) for panel in (notes, second)}
    assert before[str(second.pk)]["items"][0]["text"] == "by the script"


def test_without_a_panel_the_notes_are_still_there(
    alice: Person, gadget: WidgetInstance, notes: WidgetInstance
) -> None:
    key = write(alice, notes, "Standup")
    alice.client.delete(f"/api/widgets/instances/{notes.pk}")
    answer(alice, gadget, "write:notes", "always")
    assert result(ask(alice, gadget, "notes.updateNote", noteId=key, content="x"))["content"] == "x"
    assert current(alice, gadget) == "Standup"
