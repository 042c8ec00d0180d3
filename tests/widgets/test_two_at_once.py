"""Two people, two tabs: nothing is lost, nothing is done twice, nobody waits in a circle."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection

from tests.people import Person
from tests.widgets.conftest import install, manifest, place
from widgets_manager.core.models import Membership
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.models import Event
from widgets_manager.widgets.cache import invalidate_manifests
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread of its own, all released together; their results in order."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait(10)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(30) for future in [pool.submit(run, work) for work in works]]


def test_it_works(alice: Person, board: WidgetInstance) -> None:
    """Two tabs toggle one switch: each is told yes, and the last event is what the database says."""
    clients = [alice.client for _ in range(6)]

    def toggle(client: Any, enabled: bool) -> Callable[[], int]:
        body = {"id": str(board.widget_id), "enabled": enabled}
        return lambda: int(client.post("/api/widgets/enable", body).status_code)

    codes = at_once(*(toggle(client, bool(index % 2)) for index, client in enumerate(clients)))
    assert codes == [200] * 6
    enabled = InstalledWidget.objects.get().enabled
    for kind, key in (("widget.put", "widget"), ("instance.put", "instance")):
        assert Event.objects.filter(type=kind).latest("id").data[key]["enabled"] is enabled
    changes = [event.data["widget"]["enabled"] for event in Event.objects.filter(type="widget.put").order_by("id")]
    assert all(one is not other for one, other in pairwise(changes)), changes


def test_units_count_changes_in_one_order_whatever_theirs(alice: Person, bob: Person) -> None:
    """Each has noted one change when the other notes the same: rows locked there and then would be a circle."""
    half_way = threading.Barrier(2)
    tenant = alice.tenant.pk
    people: list[Any] = [None, alice.user.pk, bob.user.pk]

    def unit(order: list[Any]) -> None:
        with unit_of_work():
            for index, user in enumerate(order):
                invalidate_manifests(tenant_id=tenant, user_id=user)
                if index == 0:
                    half_way.wait(10)

    before = list(Membership.objects.order_by("pk").values_list("generation", flat=True))
    at_once(lambda: unit(people), lambda: unit(people[::-1]))
    after = list(Membership.objects.order_by("pk").values_list("generation", flat=True))
    assert all(new >= old + 2 for old, new in zip(before, after, strict=True))


def test_placing_and_uninstalling(alice: Person, team: Workspace) -> None:
    for _ in range(8):
        widget = install(alice, manifest())
        client, other = alice.client, alice.client
        body = {"widgetId": widget["id"], "workspaceId": str(team.pk)}
        placed, gone = at_once(
            partial(client.post, "/api/widgets/instances", body),
            partial(other.delete, f"/api/widgets/{widget['id']}"),
        )
        assert placed.status_code in {201, 404}
        assert gone.status_code == 200
        assert not WidgetInstance.objects.exists()


def test_placing_and_deleting_the_dashboard(alice: Person, board: WidgetInstance) -> None:
    for number in range(8):
        workspace = Workspace.objects.create(tenant=alice.tenant, owner=alice.user, name=f"W{number}")
        clients = [alice.client for _ in range(3)]
        body = {"widgetId": str(board.widget_id), "workspaceId": str(workspace.pk)}
        address = f"/api/workspaces/{workspace.pk}"
        placed, *deleted = at_once(
            partial(clients[0].post, "/api/widgets/instances", body),
            partial(clients[1].delete, address),
            partial(clients[2].delete, address),
        )
        assert placed.status_code in {201, 404}
        assert sorted(answer.status_code for answer in deleted) == [200, 404]
    removed = Event.objects.filter(type="workspace.removed", stream__kind="user")
    assert removed.count() == 8


def test_everything_at_once(alice: Person, bob: Person, board: WidgetInstance, private: Workspace) -> None:
    """Actions that touch the same rows from different ends, over and over: each answers, none with a fault of ours."""
    team = board.workspace
    for_all = install(alice, manifest(panelId="shared"), tenantWide=True)
    bobs = install(bob, manifest(panelId="bobs"))
    own = Workspace.objects.create(tenant=bob.tenant, owner=bob.user, name="Bob's")
    places = [place(alice, for_all["id"], team), place(alice, for_all["id"], private), place(bob, for_all["id"], own)]
    places += [place(bob, bobs["id"], team), place(bob, str(board.widget_id), own)]
    places.append(place(alice, bobs["id"], private))
    here = [str(board.pk), places[0]["id"], places[3]["id"]]
    member = Membership.objects.get(user=bob.user).pk
    answers: list[tuple[str, int]] = []

    def toggle(person: Person, widget: str) -> Callable[[int], Any]:
        client = person.client
        return lambda turn: client.post("/api/widgets/enable", {"id": widget, "enabled": bool(turn % 2)})

    def arrange(ids: list[str]) -> Callable[[int], Any]:
        client = alice.client
        return lambda turn: client.patch(
            f"/api/workspaces/{team.pk}",
            {"layouts": {key: {"x": 0, "y": turn, "w": 1, "h": 1} for key in ids}, "name": f"Team {turn}"},
        )

    def promote() -> Callable[[int], Any]:
        client = alice.client
        return lambda turn: client.patch(f"/api/members/{member}", {"role": "admin" if turn % 2 else "member"})

    def replace() -> Callable[[int], Any]:
        client = bob.client

        def work(turn: int) -> Any:
            text = json.dumps(manifest(panelId="brief"))
            key = client.post("/api/widgets/install", {"file": text}).json()["widget"]["id"]
            for workspace in (team, own):
                client.post("/api/widgets/instances", {"widgetId": key, "workspaceId": str(workspace.pk)})
            return client.delete(f"/api/widgets/{key}")

        return work

    def add(person: Person, panel: str) -> Callable[[int], Any]:
        client = person.client
        args = {"panelId": panel, "intentName": "add_task"}
        return lambda turn: client.post("/api/chat/intent", {"args": args | {"params": {"title": f"t{turn}"}}})

    works = {
        "toggle own": toggle(alice, str(board.widget_id)),
        "toggle for all": toggle(alice, for_all["id"]),
        "toggle bob's": toggle(bob, bobs["id"]),
        "arrange": arrange(here),
        "arrange backwards": arrange(here[::-1]),
        "promote": promote(),
        "replace": replace(),
        "add": add(bob, board.panel_id),
    }

    def repeat(name: str, work: Callable[[int], Any]) -> None:
        for turn in range(5):
            answers.append((name, work(turn).status_code))

    at_once(*(partial(repeat, name, work) for name, work in works.items()))
    assert len(answers) == 5 * len(works)
    # A board that is switched off meanwhile takes no task (409); everything else is done.
    assert {answer for answer in answers if answer[1] != 200} <= {("add", 409)}
