"""The built-in Notes: what it shows belongs to the dashboard it stands on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.panels.applied import apply_to_panel
from tests.people import Person, assert_refused
from widgets_manager.core.models import AuditEntry
from widgets_manager.live.reading import read_stream
from widgets_manager.live.streams import StreamName
from widgets_manager.panels.models import PanelItem, RecentItem
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.models import WidgetInstance, Workspace
from widgets_manager.widgets.panels_of import load_panels

SLUG = "workspace-notes"


def place(person: Person, workspace: Workspace) -> WidgetInstance:
    return place_widget(actor=person.actor, workspace=workspace, builtin_slug=SLUG)


def run(person: Person, panel: WidgetInstance, operation: str, /, **params: Any) -> Any:
    body = {"instanceId": str(panel.pk), "params": params}
    return person.client.post(f"/api/panels/{SLUG}/{operation}", body)


def view(person: Person, panel: WidgetInstance) -> dict[str, Any]:
    response = person.client.get(f"/api/panels/{panel.pk}/view")
    assert response.status_code == 200, response.content
    data: dict[str, Any] = response.json()["data"]
    return data


def titles(person: Person, panel: WidgetInstance) -> list[str]:
    return [item["title"] for item in view(person, panel)["items"]]


@pytest.fixture
def notes(alice: Person, team: Workspace) -> WidgetInstance:
    return place(alice, team)


@contextmanager
def followed(person: Person, *panels: WidgetInstance) -> Iterator[None]:
    """Inside, view + events = a fresh view, for every place."""
    stream = StreamName("workspace", panels[0].workspace_id)
    number = read_stream(person.actor, stream).number
    before = {str(panel.pk): view(person, panel) for panel in panels}
    yield
    for event in read_stream(person.actor, stream, number).events:
        for key, data in before.items():
            before[key] = apply_to_panel(data, key, event.type, json.loads(event.data))
    assert before == {str(panel.pk): view(person, panel) for panel in panels}


def test_it_works(alice: Person, bob: Person, notes: WidgetInstance) -> None:
    assert run(alice, notes, "add", title="Standup", text="Ship it").json()["message"] == (
        "Added the note 'Standup' to Notes."
    )
    assert titles(bob, notes) == ["Standup"]
    assert run(bob, notes, "show", title="standup").json()["message"] == "Ship it"
    item = PanelItem.objects.get()
    assert (item.workspace_id, item.instance, item.user, item.builtin_slug) == (notes.workspace_id, None, None, SLUG)
    assert AuditEntry.objects.get(action="item.add").target_id == str(item.pk)


def test_every_place_on_the_dashboard_shows_the_same(alice: Person, team: Workspace, notes: WidgetInstance) -> None:
    second = place(alice, team)
    with followed(alice, notes, second):
        run(alice, notes, "add", title="one", text="1")
        run(alice, second, "add", title="two", text="2")
        run(alice, notes, "update", title="two", text="2!")
        run(alice, second, "remove", title="one")
    assert titles(alice, notes) == titles(alice, second) == ["two"]


def test_another_dashboard_has_its_own(alice: Person, notes: WidgetInstance) -> None:
    private = Workspace.objects.create(tenant=alice.tenant, owner=alice.user, name="Mine")
    elsewhere = place(alice, private)
    run(alice, elsewhere, "add", text="secret")
    assert titles(alice, notes) == []
    item = str(PanelItem.objects.get().pk)
    assert "no longer in Notes" in run(alice, notes, "remove", id=item).json()["error"]


def test_a_private_dashboards_notes_are_nobody_elses(alice: Person, bob: Person) -> None:
    mine = place(alice, Workspace.objects.create(tenant=alice.tenant, owner=alice.user, name="Mine"))
    assert_refused(run(bob, mine, "add", text="x"), 404, "NOT_FOUND")
    assert bob.client.get(f"/api/panels/{mine.pk}/view").status_code == 404


def test_a_stranger_gets_404(alice: Person, charlie: Person, notes: WidgetInstance) -> None:
    run(alice, notes, "add", text="secret")
    for operation in ("list", "add", "remove"):
        assert_refused(run(charlie, notes, operation, text="x", position=1), 404, "NOT_FOUND")
    assert_refused(charlie.client.get(f"/api/panels/{notes.pk}/view"), 404, "NOT_FOUND")


def test_a_viewer_reads(alice: Person, vera: Person, notes: WidgetInstance) -> None:
    run(alice, notes, "add", title="Standup", text="Ship it")
    assert view(vera, notes)["can_write"] is False
    assert run(vera, notes, "show", position=1).json()["message"] == "Ship it"
    assert_refused(run(vera, notes, "add", text="x"), 403, "PERMISSION_DENIED")


def test_it_is_in_the_chat_where_it_is_placed(alice: Person, team: Workspace) -> None:
    assert SLUG not in [panel.slug for panel in load_panels(alice.actor)]
    placed = place(alice, team)
    assert placed.panel_id in [panel.panel_id for panel in load_panels(alice.actor)]


def test_placed_nowhere_it_has_nothing(alice: Person) -> None:
    assert_refused(alice.client.get(f"/api/panels/{SLUG}/view"), 404, "NOT_FOUND")
    assert_refused(alice.client.post(f"/api/panels/{SLUG}/add", {"params": {"text": "x"}}), 404, "NOT_FOUND")
    assert not PanelItem.objects.exists()


def test_notes_stay_when_the_panel_goes_and_go_with_the_dashboard(
    alice: Person, team: Workspace, notes: WidgetInstance
) -> None:
    run(alice, notes, "add", title="kept", text="x")
    alice.client.delete(f"/api/widgets/instances/{notes.pk}")
    again = place(alice, team)
    assert titles(alice, again) == ["kept"]
    alice.client.delete(f"/api/workspaces/{team.pk}")
    assert not PanelItem.objects.exists()


def test_opening_a_note_is_using_it(alice: Person, notes: WidgetInstance) -> None:
    run(alice, notes, "add", title="one", text="1")
    run(alice, notes, "add", title="two", text="2")
    run(alice, notes, "show", id=view(alice, notes)["items"][0]["id"])
    used = RecentItem.objects.filter(user=alice.user, kind="item").order_by("-used_at").values_list("title", flat=True)
    assert list(used) == ["one", "two"]
    tree = alice.client.get(f"/api/panels/{notes.pk}/view").json()["tree"]
    assert '"tool": "show"' in json.dumps(tree)


def test_the_page_is_told_whose_the_notes_are(alice: Person, notes: WidgetInstance) -> None:
    assert alice.client.get(f"/api/widgets/instances/{notes.pk}").json()["instance"]["keeps"] == "workspace"


def test_the_database_wants_exactly_one_holder(alice: Person, notes: WidgetInstance) -> None:
    team = notes.workspace
    holders: list[dict[str, Any]] = [
        {"workspace": team},
        {"workspace": team, "builtin_slug": SLUG, "user": alice.user},
        {"workspace": team, "builtin_slug": SLUG, "instance": notes},
    ]
    for holder in holders:
        with pytest.raises(IntegrityError), transaction.atomic():
            PanelItem.objects.create(tenant=alice.tenant, position=1, title="x", **holder)


@pytest.mark.django_db(transaction=True)
def test_two_people_write_at_once(alice: Person, bob: Person, team: Workspace, notes: WidgetInstance) -> None:
    """Two places, two people, one of them placing a third meanwhile: nothing is lost, every place hears of all."""
    second = place(alice, team)

    def write(person: Person, panel: WidgetInstance, name: str) -> list[int]:
        try:
            return [run(person, panel, "add", title=f"{name}{number}", text="x").status_code for number in range(8)]
        finally:
            connection.close()

    def place_another() -> None:
        place(alice, team)
        connection.close()

    with followed(alice, notes, second), ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write, alice, notes, "a"), pool.submit(write, bob, second, "b")]
        pool.submit(place_another).result()
        assert [future.result() for future in writing] == [[200] * 8] * 2
    assert len(titles(alice, notes)) == 16
    assert len({item.position for item in PanelItem.objects.all()}) == 16
