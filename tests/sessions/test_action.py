"""POST /api/apps/{id}/widgets/action: what the server does for a click."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.people import Person, assert_refused
from tests.sessions.conftest import Calls, act, begin, data_of, render, state_of
from widgets_manager.core.models import IdempotencyKey
from widgets_manager.sessions.models import SessionState, WidgetSession
from widgets_manager.widgets.models import InstalledWidget


def effect(response: Any) -> dict[str, Any]:
    data = data_of(response)
    assert data["ok"] is True
    found: dict[str, Any] = data["effect"]
    return found


def test_it_works(alice: Person, app: InstalledWidget, calls: Calls) -> None:
    """The seed's curl: a type, a tool and a form, without a session; form values join the arguments."""
    body = {"widget_id": "w_test", "type": "tool", "payload": {"tool": "book_room"}}
    response = alice.bearer("widgets").post(
        f"/api/apps/{app.pk}/widgets/action", {**body, "form": {"topic": "test", "duration": 45, "other": 1}}
    )
    assert response.json() == {
        "data": {
            "ok": True,
            "effect": {
                "action": "tool_result",
                "tool": "book_room",
                "result": {"success": True, "data": {"id": "m_1"}, "error": None},
            },
        }
    }
    assert calls.tools == [{"topic": "test", "duration": 45}]
    assert not WidgetSession.objects.exists()


def test_given_arguments_come_first(alice: Person, app: InstalledWidget, calls: Calls) -> None:
    payload = {"tool": "book_room", "args": {"topic": "given"}}
    effect(act(alice, app, payload=payload, form={"topic": "form", "duration": 5}))
    assert calls.tools == [{"topic": "given", "duration": 5}]


def test_form_and_result_are_kept_in_the_session(
    alice: Person, session: str, app: InstalledWidget, calls: Calls
) -> None:
    form = {"topic": "1:1", "duration": 30, "pin": "1234"}
    effect(act(alice, app, payload={"tool": "book_room"}, form=form, session_id=session))
    assert state_of(alice, session, app) == {
        "form": {"topic": "1:1", "duration": 30},  # without the secret field
        "last_form": {"topic": "1:1", "duration": 30},
        "results": {"book_room": {"id": "m_1"}},
        "last_result": {"tool": "book_room", "success": True, "data": {"id": "m_1"}, "error": None},
    }
    assert str(calls.sessions[0]) == session


def test_a_tool_that_does_not_succeed(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    calls.fail = True
    body = {"payload": {"tool": "book_room", "args": {"topic": "x"}}, "session_id": session}
    result = effect(act(alice, app, **body))["result"]
    assert result == {"success": False, "data": None, "error": "the room is gone"}
    assert state_of(alice, session, app)["last_result"]["error"] == "the room is gone"


def test_what_is_refused_keeps_nothing(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    body = {"payload": {"tool": "book_room", "args": {"topics": 1}}, "session_id": session, "form": {"a": 1}}
    error = assert_refused(act(alice, app, **body), 422, "INVALID_PARAMS")
    assert {fault["path"] for fault in error["errors"]} == {"args.topics", "args.topic"}
    calls.refuse = True
    body["payload"] = {"tool": "book_room", "args": {"topic": "x"}}
    assert_refused(act(alice, app, **body, idempotency_key="k"), 409, "CONFLICT")
    assert not SessionState.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_only_what_its_trees_name_is_run(alice: Person, app: InstalledWidget, calls: Calls) -> None:
    error = assert_refused(
        act(alice, app, payload={"tool": "probe.book_room"}), 403, "TOOL_NOT_DECLARED", "payload.tool"
    )
    assert "book_room, drop_thing" in error["message"]
    for url in ("/probe/other", "/probe/sources/1/../../admin", "https://example.org/"):
        response = act(alice, app, type="http", payload={"url": url, "method": "DELETE"})
        assert_refused(response, 403, "URL_NOT_DECLARED", "payload.url")
    assert (calls.tools, calls.requests) == ([], [])


def test_http(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    body = {"type": "http", "payload": {"url": "/probe/sources/7", "method": "DELETE"}, "session_id": session}
    assert effect(act(alice, app, **body)) == {
        "action": "http_result",
        "status": 200,
        "result": {"success": True, "data": [{"id": 1, "title": "First"}, {"id": 2, "title": ""}], "error": None},
    }
    assert (calls.requests[0].method, calls.requests[0].path, calls.requests[0].app) == ("DELETE", {"id": "7"}, app)


def test_set_state(alice: Person, session: str, app: InstalledWidget) -> None:
    body: dict[str, Any] = {"type": "set_state", "payload": {"set": {"chosen.toggle": "a", "n.increment": 2}}}
    assert effect(act(alice, app, **body, session_id=session))["state"] == {"chosen": ["a"], "n": 2}
    again = effect(act(alice, app, **body, session_id=session, state={"chosen": ["stale"]}))
    assert again == {"action": "set_state", "state": {"chosen": [], "n": 4}}
    assert effect(act(alice, app, **body, state={"n": 40}))["state"] == {"chosen": ["a"], "n": 42}
    assert state_of(alice, session, app) == {"chosen": [], "n": 4}


def test_a_sequence_stops_where_it_fails(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    steps = [
        {"action": "set_state", "set": {"a": 1}},
        {"action": "tool", "tool": "book_room", "args": {"topic": "x"}},
        {"action": "alert", "text": "Booked"},
    ]
    body = {"type": "sequence", "payload": {"actions": steps}, "session_id": session}
    done = effect(act(alice, app, **body))
    assert [one["action"] for one in done["effects"]] == ["set_state", "tool_result", "alert"]
    assert done["effects"][2] == {"action": "alert", "acknowledged": True}
    assert done["result"] == {"success": True, "data": {"id": "m_1"}, "error": None}
    calls.fail = True
    stopped = effect(act(alice, app, **body))
    assert [one["action"] for one in stopped["effects"]] == ["set_state", "tool_result"]
    assert stopped["result"]["success"] is False
    assert state_of(alice, session, app)["a"] == 1


@pytest.mark.parametrize(
    ("kind", "payload", "path", "message"),
    [
        ("chatt", {}, "type", "did you mean 'chat'?"),
        ("tool", {}, "payload.tool", "required"),
        ("tool", {"tool": "book_room", "args": []}, "payload.args", "an object"),
        ("http", {"url": 7}, "payload.url", "a text"),
        ("set_state", {"set": {}}, "set", "1 to 100"),
        ("sequence", {"actions": []}, "payload.actions", "1 to 20"),
        ("sequence", {"actions": [{"action": "tol"}]}, "payload.actions[0].action", "did you mean 'tool'?"),
        ("sequence", {"actions": ["x"]}, "payload.actions[0]", "must be an action"),
    ],
)
def test_what_is_malformed_is_refused(
    alice: Person, app: InstalledWidget, calls: Calls, kind: str, payload: Any, path: str, message: str
) -> None:
    error = assert_refused(act(alice, app, type=kind, payload=payload), 422, "INVALID_INPUT", path)
    assert message in error["message"]
    assert calls.tools == []


def test_a_later_step_that_is_refused(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    calls.refuse = True
    steps = [{"action": "set_state", "set": {"a": 1}}, {"action": "tool", "tool": "book_room", "args": {"topic": "x"}}]
    done = effect(act(alice, app, type="sequence", payload={"actions": steps}, session_id=session))
    assert done["effects"][1]["code"] == "CONFLICT"
    assert done["result"] == {"success": False, "data": None, "error": "Not on a Sunday."}
    assert state_of(alice, session, app) == {"a": 1}
    body = {"type": "sequence", "payload": {"actions": steps[::-1]}, "session_id": session}
    assert_refused(act(alice, app, **body), 409, "CONFLICT")


def test_a_sequence_is_checked_before_it_begins(alice: Person, app: InstalledWidget, calls: Calls) -> None:
    steps = [{"action": "tool", "tool": "book_room", "args": {"topic": "x"}}, {"action": "nonsense"}]
    assert_refused(act(alice, app, type="sequence", payload={"actions": steps}), 422, "INVALID_INPUT")
    assert calls.tools == []


@pytest.mark.parametrize("kind", ["chat", "open_modal", "close", "refresh", "navigate", "alert", "confirm", "copy"])
def test_what_the_browser_does_is_acknowledged(alice: Person, session: str, app: InstalledWidget, kind: str) -> None:
    body = {"type": kind, "payload": {"template": "x"}, "form": {"topic": "kept"}, "session_id": session}
    assert effect(act(alice, app, **body)) == {"action": kind, "acknowledged": True}
    assert state_of(alice, session, app)["form"] == {"topic": "kept"}


def test_the_same_key_runs_once(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    body = {"payload": {"tool": "book_room", "args": {"topic": "x"}}, "session_id": session, "idempotency_key": "k1"}
    first, second = act(alice, app, **body), act(alice, app, **body)
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert len(calls.tools) == 1
    assert_refused(
        act(alice, app, **{**body, "payload": {"tool": "book_room", "args": {"topic": "y"}}}),
        409,
        "IDEMPOTENCY_MISMATCH",
    )
    assert_refused(act(alice, app, **{**body, "idempotency_key": "k" * 201}), 422, "INVALID_INPUT", "idempotency_key")
    act(alice, app, **{**body, "idempotency_key": "k2"})
    assert len(calls.tools) == 2


def test_the_header_works_as_everywhere(alice: Person, app: InstalledWidget, calls: Calls) -> None:
    body = {"widget_id": "w", "type": "tool", "payload": {"tool": "book_room", "args": {"topic": "x"}}}
    for _ in range(2):
        path, text = f"/api/apps/{app.pk}/widgets/action", json.dumps({**body, "idempotency_key": "same"})
        data_of(alice.client.post(path, text, headers={"Idempotency-Key": "same"}))
    assert len(calls.tools) == 1


def test_a_mounted_widgets_ctx_joins_the_arguments(
    alice: Person, session: str, app: InstalledWidget, calls: Calls
) -> None:
    tree = {"type": "button", "label": "Go", "action": {"action": "tool", "tool": "drop_thing"}}
    widget = render(alice, session, app=str(app.pk), tree=tree, ctx={"path": "/a", "more": 1})
    body = {"widget_id": widget["widget_id"], "payload": {"tool": "drop_thing"}, "session_id": session}
    effect(act(alice, app, **body))
    assert calls.tools == [{"path": "/a"}]


def test_widgets_of_the_chat_itself_act_by_the_session(alice: Person, session: str, calls: Calls) -> None:
    tree = {"type": "button", "label": "Go", "action": {"action": "tool", "tool": "probe.look_up"}}
    widget = render(alice, session, tree=tree, ctx={"path": "/a"})
    path = f"/api/sessions/{session}/widgets/action"
    body = {"widget_id": widget["widget_id"], "type": "tool", "payload": {"tool": "probe.look_up"}}
    assert effect(alice.client.post(path, body))["tool"] == "probe.look_up"
    assert calls.tools == [{"path": "/a"}]
    assert state_of(alice, session)["results"] == {"probe": {"look_up": {"id": "m_1"}}}
    assert_refused(alice.client.post(path, {**body, "payload": {"tool": "book_room"}}), 403, "TOOL_NOT_DECLARED")
    assert_refused(alice.client.post(path, {**body, "widget_id": "w_none"}), 404, "UNKNOWN_WIDGET")


def test_a_viewer_runs_no_tool_that_writes(alice: Person, vera: Person, app: InstalledWidget, calls: Calls) -> None:
    InstalledWidget.objects.update(user=None)
    response = act(vera, app, payload={"tool": "book_room", "args": {"topic": "x"}})
    assert_refused(response, 403, "PERMISSION_DENIED")
    assert calls.tools == []


def test_others_do_not_get_in(
    alice: Person, bob: Person, charlie: Person, session: str, app: InstalledWidget, calls: Calls
) -> None:
    payload = {"tool": "book_room", "args": {"topic": "x"}}
    for person in (bob, charlie):
        assert_refused(act(person, app, payload=payload), 404, "NOT_FOUND")
        path = f"/api/sessions/{session}/widgets/action"
        assert_refused(
            person.client.post(path, {"widget_id": "w", "type": "tool", "payload": payload}), 404, "NOT_FOUND"
        )
    InstalledWidget.objects.update(user=None)  # the whole organisation's: bob may use it, not alice's session
    assert_refused(act(bob, app, payload=payload, session_id=session), 404, "NOT_FOUND")
    assert calls.tools == []
    effect(act(bob, app, payload=payload, session_id=begin(bob)))
