"""Several requests at the same time: nothing is lost, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.people import Person
from tests.sessions.conftest import Calls, begin, make_app, render, state_of
from widgets_manager.sessions import hosting
from widgets_manager.sessions.actions.updates import update_widget
from widgets_manager.sessions.models import MountedWidget, SessionState, WidgetSession

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8


def together(work: Callable[[int], Any], count: int = AT_ONCE) -> list[Any]:
    """The results of `count` calls that begin at the same moment, each with connections of its own."""
    barrier = Barrier(count)

    def run(number: int) -> Any:
        try:
            barrier.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_patches_of_one_widget(transactional_db: None, alice: Person) -> None:
    app, session = make_app(alice), begin(alice)
    widget, actor = render(alice, session, app=str(app.pk), ref="cards")["widget_id"], alice.actor

    def patch(number: int) -> None:
        changes = {f"ctx.k{number}": number, f"state.k{number}": number, f"data.b{number}": [number]}
        update_widget(actor=actor, session_id=session, widget_id=widget, patch=changes)

    together(patch)
    row = MountedWidget.objects.get()
    assert row.ctx == {f"k{n}": n for n in range(AT_ONCE)}
    assert row.values == {f"b{n}": [n] for n in range(AT_ONCE)}
    assert SessionState.objects.get().state == row.ctx


def test_toggles_and_counts_in_a_session_that_nobody_touched(transactional_db: None, alice: Person) -> None:
    """The session's row, too, is made once."""
    app, session, client = make_app(alice), begin(alice), alice.client
    path = f"/api/apps/{app.pk}/widgets/action"

    def click(number: int) -> int:
        changes = {"chosen.toggle": number, "n.increment": 1, "same.toggle": "x"}
        body = {"widget_id": "chat_side", "type": "set_state", "payload": {"set": changes}, "session_id": session}
        status: int = client.post(path, body).status_code
        return status

    assert together(click) == [200] * AT_ONCE
    assert WidgetSession.objects.count() == SessionState.objects.count() == 1
    state = state_of(alice, session, app)
    assert (sorted(state["chosen"]), state["n"], state["same"]) == (list(range(AT_ONCE)), AT_ONCE, [])


def test_clicks_with_one_key_run_once(transactional_db: None, alice: Person, calls: Calls) -> None:
    app, session, client = make_app(alice), begin(alice), alice.client
    body = {
        "widget_id": "w",
        "type": "tool",
        "payload": {"tool": "book_room", "args": {"topic": "x"}},
        "session_id": session,
        "idempotency_key": "one click",
    }
    answers = together(lambda _: client.post(f"/api/apps/{app.pk}/widgets/action", body))
    assert len(calls.tools) == 1
    done = [answer.json() for answer in answers if answer.status_code == 200]
    assert done
    assert all(answer == done[0] for answer in done)
    others = [answer.json()["error"]["code"] for answer in answers if answer.status_code != 200]
    assert set(others) <= {"IDEMPOTENCY_RUNNING"}


def test_a_question_is_answered_once(
    transactional_db: None, alice: Person, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosting, "_follow_up", None)
    app, session, client = make_app(alice), begin(alice), alice.client
    widget = render(alice, session, app=str(app.pk), ref="confirm_delete", ctx={"path": "/a"})["widget_id"]
    body = {
        "widget_id": widget,
        "action_id": "confirm",
        "type": "tool",
        "payload": {"tool": "drop_thing"},
        "session_id": session,
    }
    answers = together(lambda _: client.post(f"/api/apps/{app.pk}/widgets/action", body).status_code)
    assert sorted(answers) == [200] + [409] * (AT_ONCE - 1)
    assert len(calls.tools) == 1


def test_declared_widgets_are_mounted_once(transactional_db: None, alice: Person) -> None:
    app, session, actor = make_app(alice), begin(alice), alice.actor

    def patch(number: int) -> None:
        update_widget(actor=actor, session_id=session, widget_id="chat_side", patch={f"ctx.k{number}": 1}, app=app)

    together(patch)
    assert len(MountedWidget.objects.get().ctx) == AT_ONCE
