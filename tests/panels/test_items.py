"""The items under every template: limits, locks, events, what is left behind."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.panels.applied import apply_to_panel
from tests.panels.conftest import Desk, Make
from tests.people import Person
from widgets_manager.core.exceptions import NotFound
from widgets_manager.core.models import AuditEntry
from widgets_manager.live.models import Event
from widgets_manager.live.reading import read_stream
from widgets_manager.live.streams import StreamName
from widgets_manager.panels.actions import items as item_actions
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.registry import intent_handlers


@contextmanager
def verify_panel(desk: Desk) -> Iterator[list[str]]:
    """Inside, view + events = a fresh view; yields the list that the events' types are put into."""
    actor, types = desk.person.actor, list[str]()
    stream = StreamName("workspace", desk.panel.workspace_id or desk.instance_id)
    template = intent_handlers.template_for(desk.panel)
    number = read_stream(actor, stream).number
    data = _plain(template.view(actor, desk.panel)["data"])
    yield types
    for event in read_stream(actor, stream, number).events:
        types.append(event.type)
        data = apply_to_panel(data, str(desk.instance_id), event.type, json.loads(event.data))
    assert data == _plain(template.view(actor, desk.panel)["data"])


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(data))
    return plain


def test_it_works(board: Desk) -> None:
    with verify_panel(board) as types:
        board.run("add", title="a1")
        board.run("add", title="b2")
        board.run("move", title="b2", column="Doing")
        board.run("remove", title="a1")
        board.run("add", title="c3")
        board.run("clear")
    assert types == ["item.put", "item.put", "item.put", "item.removed", "item.put", "items.cleared"]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.fixed_dictionaries({"title": st.sampled_from("abcdef")})),
        st.tuples(
            st.just("move"),
            st.fixed_dictionaries(
                {"position": st.integers(1, 6), "column": st.sampled_from(["To do", "Doing", "Done"])},
                optional={"index": st.integers(0, 4)},
            ),
        ),
        st.tuples(st.sampled_from(["complete", "remove"]), st.fixed_dictionaries({"position": st.integers(1, 6)})),
        st.tuples(st.just("clear"), st.fixed_dictionaries({}, optional={"done": st.booleans()})),
    ),
    max_size=12,
)


# With the larger gap every drag between two cards renumbers the board.
@pytest.mark.parametrize("gap", [1e-6, 2.0])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_events_lead_to_what_a_fresh_view_shows(board: Desk, gap: float, steps: list[tuple[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(item_actions, "SMALLEST_GAP", gap)
        PanelItem.objects.all().delete()
        with verify_panel(board):
            for operation, params in steps:
                board.run(operation, **params)


def test_dragging_into_one_gap_for_ever_renumbers_the_board(board: Desk) -> None:
    for title in ("a1", "b2", "c3"):
        board.run("add", title=title)
    with verify_panel(board) as types:
        for _ in range(25):
            board.run("move", position=3, column="To do", index=1)
    assert "items.reset" in types
    assert types.count("item.put") == 25
    assert board.titles() == ["a1", "c3", "b2"]


@pytest.mark.parametrize(
    ("panel_type", "steps"),
    [
        ("list", [("add", {"title": "x"}), ("update", {"title": "x", "done": True}), ("remove", {"title": "x"})]),
        ("notes", [("add", {"title": "x", "text": "y"}), ("append", {"title": "x", "text": "z"})]),
        ("links", [("add", {"url": "https://example.com"}), ("remove", {"position": 1})]),
        ("metric", [("set", {"value": 1}), ("add", {"value": 2.5})]),
        ("anything", [("add", {"title": "x"}), ("clear", {})]),
    ],
)
def test_every_template_tells_what_it_did(make: Make, panel_type: str, steps: list[tuple[str, Any]]) -> None:
    desk = make(panel_type)
    with verify_panel(desk) as types:
        for operation, params in steps:
            assert desk.run(operation, **params).success
    assert len(types) == len(steps)


def test_all_streams_of_a_write_are_locked_together(board: Desk) -> None:
    """A workspace's stream first and one's own later would wait in a circle with those who take them in order."""
    with CaptureQueriesContext(connection) as queries:
        board.run("add", title="a1")
    assert sum("INSERT INTO live_streams" in query["sql"] for query in queries) == 1


def test_a_refusal_writes_and_tells_nothing(board: Desk) -> None:
    board.run("add", title="a1")
    before = (Event.objects.count(), AuditEntry.objects.count())
    assert not board.run("remove", title="zzz").success
    assert (Event.objects.count(), AuditEntry.objects.count()) == before


def test_writes_are_audited(board: Desk) -> None:
    board.run("add", title="a1")
    board.run("remove", title="a1")
    newest = AuditEntry.objects.filter(target_type="panelitem").order_by("id")
    assert [(entry.action, entry.data["title"]) for entry in newest] == [("item.add", "a1"), ("item.remove", "a1")]


def test_a_full_panel_refuses_more(board: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(item_actions, "MAX_ITEMS", 2)
    board.run("add", title="a1")
    board.run("add", title="b2")
    assert board.run("add", title="c3").error == "Board A is full: it holds 2 entries. Remove some first."
    assert board.titles() == ["a1", "b2"]


def test_two_boards_of_one_widget_share_nothing(make: Make, board: Desk) -> None:
    other = make("taskboard", slug="other")
    board.run("add", title="a1")
    assert other.titles() == []
    item = PanelItem.objects.get()
    assert other.run("remove", id=str(item.pk)).error == "This task is no longer in Other A."
    assert board.titles() == ["a1"]


def test_items_go_with_their_panel(board: Desk) -> None:
    board.run("add", title="a1")
    panel, actor = board.panel, board.person.actor
    assert board.person.client.delete(f"/api/widgets/instances/{board.instance_id}").status_code == 200
    assert not PanelItem.objects.exists()
    with pytest.raises(NotFound), edit_items(actor=actor, panel=panel):
        pass


@pytest.mark.usefixtures("db")
def test_the_database_wants_exactly_one_owner(board: Desk, alice: Person) -> None:
    owners: list[dict[str, Any]] = [
        {},
        {"instance_id": board.instance_id, "user": alice.user, "builtin_slug": "demo"},
        {"instance_id": board.instance_id, "builtin_slug": "demo"},
        {"user": alice.user},
    ]
    for owner in owners:
        with pytest.raises(IntegrityError), transaction.atomic():
            PanelItem.objects.create(tenant=alice.tenant, position=1, title="x", **owner)


@pytest.mark.django_db(transaction=True)
def test_many_hands_at_once_lose_nothing(board: Desk, bob: Person) -> None:
    """Two people add, each removes the first entry ten times: every removal takes another one."""
    board.run("add", title="seed")
    faults: list[Exception] = []

    def work(person: Person, name: str) -> None:
        try:
            for number in range(10):
                board.run("add", person, title=f"{name}-{number}")
                assert board.run("remove", person, position=1).success
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(person, name)) for person, name in ((board.person, "a"), (bob, "b"))]
    with verify_panel(board) as types:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []
    assert len(board.titles()) == 1
    assert sorted(set(types)) == ["item.put", "item.removed"]
    assert len(types) == 40
