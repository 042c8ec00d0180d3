"""/api/widgets/instances and /api/workspaces."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.db import connection

from tests.people import Person, assert_refused
from tests.widgets.conftest import install, manifest, place
from widgets_manager.core.models import Membership
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace


def test_it_works(alice: Person, team: Workspace) -> None:
    widget = install(alice)
    first, second = place(alice, widget["id"], team), place(alice, widget["id"], team)
    assert (first["label"], second["label"]) == ("A", "B")
    assert first["panel_id"] != second["panel_id"]
    assert first["panel_id"].startswith("task-board-")
    assert first["title"].endswith(" A")
    listed = alice.client.get(f"/api/widgets/instances?workspaceId={team.pk}").json()["instances"]
    assert [row["id"] for row in listed] == [first["id"], second["id"]]


def test_the_smallest_free_label_is_given_out_again(alice: Person, team: Workspace) -> None:
    widget = install(alice)
    places = [place(alice, widget["id"], team) for _ in range(3)]
    alice.client.delete(f"/api/widgets/instances/{places[1]['id']}")
    assert place(alice, widget["id"], team)["label"] == "B"
    assert place(alice, widget["id"], team)["label"] == "D"


def test_after_z_comes_aa(alice: Person, team: Workspace) -> None:
    widget = install(alice)
    labels = [place(alice, widget["id"], team)["label"] for _ in range(28)]
    assert labels[25:] == ["Z", "AA", "AB"]


@pytest.mark.django_db(transaction=True)
def test_twenty_concurrent_adds_give_twenty_labels(alice: Person, bob: Person, team: Workspace) -> None:
    widget = install(alice, manifest(), tenantWide=True)
    clients = [person.client for person in (alice, bob) for _ in range(10)]
    labels: list[str] = []

    def add(client: Any) -> None:
        body = {"widgetId": widget["id"], "workspaceId": str(team.pk)}
        labels.append(client.post("/api/widgets/instances", body).json()["instance"]["label"])
        connection.close()

    threads = [threading.Thread(target=add, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(labels) == [chr(ord("A") + index) for index in range(20)]


def test_without_a_workspace_the_first_one_is_taken_or_made(alice: Person) -> None:
    widget = install(alice)
    place(alice, widget["id"])
    assert Workspace.objects.get().owner == alice.user


def test_entry_id_and_config(alice: Person, team: Workspace) -> None:
    schema = {
        "type": "object",
        "properties": {"limit": {"type": "integer", "minimum": 1}},
        "additionalProperties": False,
    }
    widget = install(alice, manifest(configSchema=schema))
    entry = str(uuid.uuid4())
    instance = place(alice, widget["id"], team, entryId=entry, config={"limit": 3, "title": "Groceries"})
    assert (instance["entry_id"], instance["title"]) == (entry, "Groceries A")
    address = f"/api/widgets/instances/{instance['id']}"
    assert_refused(alice.client.patch(address, {"config": {"limit": 0}}), 422, "INVALID_INPUT", "config.limit")
    assert_refused(alice.client.patch(address, {"config": {"colour": "red"}}), 422, "INVALID_INPUT")
    assert alice.client.patch(address, {"config": {"limit": 5}}).json()["instance"]["config"] == {"limit": 5}
    assert_refused(alice.client.patch(address, {"entryId": "x"}), 422, "INVALID_INPUT", "entryId")


@pytest.mark.parametrize(
    "layout", [{"x": -1, "y": 0, "w": 1, "h": 1}, {"x": 0, "y": 0, "w": 13, "h": 1}, {"x": 0}, {"z": 1}]
)
def test_a_layout_outside_the_grid_is_refused(alice: Person, board: WidgetInstance, layout: dict[str, int]) -> None:
    response = alice.client.patch(f"/api/widgets/instances/{board.pk}", {"layout": layout})
    assert_refused(response, 422, "INVALID_INPUT")


def test_panels_do_not_overlap_when_placed(alice: Person, team: Workspace) -> None:
    widget = install(alice)
    cells = [place(alice, widget["id"], team)["layout"] for _ in range(5)]
    taken = [(x, y) for c in cells for x in range(c["x"], c["x"] + c["w"]) for y in range(c["y"], c["y"] + c["h"])]
    assert len(taken) == len(set(taken))


def test_arranging_the_workspace(alice: Person, board: WidgetInstance, team: Workspace, private: Workspace) -> None:
    body = {"layouts": {str(board.pk): {"x": 6, "y": 2, "w": 3, "h": 3}}}
    assert alice.client.patch(f"/api/workspaces/{team.pk}", body).status_code == 200
    board.refresh_from_db()
    assert board.layout == {"x": 6, "y": 2, "w": 3, "h": 3}
    assert_refused(alice.client.patch(f"/api/workspaces/{private.pk}", body), 422, "INVALID_INPUT")


def test_builtins_are_placed_by_slug(alice: Person, team: Workspace) -> None:
    body = {"builtin": "quick-links-a", "workspaceId": str(team.pk)}
    instance = alice.client.post("/api/widgets/instances", body).json()["instance"]
    assert instance["panel_id"].startswith("quick-links-a-")
    assert_refused(alice.client.post("/api/widgets/instances", {"builtin": "nope"}), 404, "NOT_FOUND")
    assert_refused(alice.client.post("/api/widgets/instances", {}), 422, "INVALID_INPUT")


def test_bob_works_on_the_teams_workspace_but_not_on_alices(
    bob: Person, board: WidgetInstance, private: Workspace
) -> None:
    listed = bob.client.get("/api/widgets/list").json()["widgets"]
    assert [(row["name"], row["can_manage"]) for row in listed] == [("Task Board", False)]
    assert place(bob, str(board.widget_id), board.workspace)["label"] == "B"
    assert_refused(bob.client.get(f"/api/widgets/instances?workspaceId={private.pk}"), 404, "NOT_FOUND")
    response = bob.client.post("/api/widgets/enable", {"id": str(board.widget_id), "enabled": False})
    assert_refused(response, 403, "PERMISSION_DENIED")
    assert_refused(bob.client.delete(f"/api/workspaces/{board.workspace_id}"), 403, "PERMISSION_DENIED")


def test_vera_reads_only(vera: Person, board: WidgetInstance) -> None:
    address = f"/api/widgets/instances/{board.pk}"
    assert vera.client.get(address).status_code == 200
    assert_refused(vera.client.patch(address, {"config": {}}), 403, "PERMISSION_DENIED")
    assert_refused(vera.client.delete(address), 403, "PERMISSION_DENIED")
    assert_refused(vera.client.post("/api/workspaces", {"name": "x"}), 403, "PERMISSION_DENIED")


def test_charlie_finds_nothing(charlie: Person, board: WidgetInstance) -> None:
    client = charlie.client
    address = f"/api/widgets/instances/{board.pk}"
    assert_refused(client.get(address), 404, "NOT_FOUND")
    assert_refused(client.patch(address, {"config": {}}), 404, "NOT_FOUND")
    assert_refused(client.delete(address), 404, "NOT_FOUND")
    assert client.get("/api/widgets/instances").json()["instances"] == []
    assert_refused(client.get(f"/api/widgets/instances?workspaceId={board.workspace_id}"), 404, "NOT_FOUND")
    assert_refused(client.post("/api/widgets/instances", {"widgetId": str(board.widget_id)}), 404, "NOT_FOUND")
    own = install(charlie, manifest())
    body = {"widgetId": own["id"], "workspaceId": str(board.workspace_id)}
    assert_refused(client.post("/api/widgets/instances", body), 404, "NOT_FOUND")
    assert_refused(client.patch(f"/api/workspaces/{board.workspace_id}", {"name": "x"}), 404, "NOT_FOUND")
    assert_refused(client.delete(f"/api/workspaces/{board.workspace_id}"), 404, "NOT_FOUND")
    assert client.get(f"/dashboard/{board.workspace_id}/").status_code == 404


def test_uninstall_takes_the_places_with_it(alice: Person, board: WidgetInstance) -> None:
    assert alice.client.delete(f"/api/widgets/{board.widget_id}").json() == {"success": True}
    assert not WidgetInstance.objects.exists()
    assert not InstalledWidget.objects.exists()


def test_unsharing_a_workspace_hides_it(alice: Person, bob: Person, board: WidgetInstance) -> None:
    assert alice.client.patch(f"/api/workspaces/{board.workspace_id}", {"visibility": "private"}).status_code == 200
    assert_refused(bob.client.get(f"/api/widgets/instances/{board.pk}"), 404, "NOT_FOUND")


def test_a_removed_member_sees_nothing_any_more(alice: Person, bob: Person, board: WidgetInstance) -> None:
    client = bob.bearer("widgets")
    member = Membership.objects.get(user=bob.user)
    assert alice.client.delete(f"/api/members/{member.pk}").status_code == 200
    assert_refused(client.get(f"/api/widgets/instances/{board.pk}"), 401, "TOKEN_REVOKED")


@pytest.mark.parametrize("value", [7, True, [], {}, "x" * 101, ""])
def test_odd_names_of_workspaces(alice: Person, value: Any) -> None:
    assert_refused(alice.client.post("/api/workspaces", {"name": value}), 422, "INVALID_INPUT", "name")
