"""GET and POST /api/sessions/{id}/state: values that widgets and agents share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person, assert_refused
from tests.sessions.conftest import begin, data_of, make_app, state_of
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.sessions import limits
from widgets_manager.sessions.actions.state import get_state, in_bounds, set_state, with_form, with_result
from widgets_manager.sessions.models import SessionState
from widgets_manager.widgets.models import InstalledWidget


def post(person: Person, session: str, changes: Any, **body: Any) -> Any:
    return person.client.post(f"/api/sessions/{session}/state", {"set": changes, **body})


def get(person: Person, session: str, **query: str) -> dict[str, Any]:
    return data_of(person.client.get(f"/api/sessions/{session}/state", query))


def test_it_works(alice: Person, session: str) -> None:
    assert get(alice, session, key="x") == {"found": False, "value": None}
    assert data_of(post(alice, session, {"x": {"y": [1]}, "chosen.toggle": "a"})) == {
        "state": {"x": {"y": [1]}, "chosen": ["a"]}
    }
    assert get(alice, session, key="x.y.0") == {"found": True, "value": 1}
    assert get(alice, session, key="x.y.1") == {"found": False, "value": None}
    assert get(alice, session) == {"found": True, "value": {"x": {"y": [1]}, "chosen": ["a"]}}


def test_null_is_found(alice: Person, session: str) -> None:
    post(alice, session, {"x": None})
    assert get(alice, session, key="x") == {"found": True, "value": None}


def test_apps_keep_theirs_apart(alice: Person, session: str, app: InstalledWidget) -> None:
    other = make_app(alice, slug="other", name="Other")
    post(alice, session, {"x": 1}, app=str(app.pk))
    post(alice, session, {"x": 2}, app=str(other.pk))
    post(alice, session, {"x": 3})
    shown = data_of(alice.client.get(f"/api/sessions/{session}/widgets"))["state"]
    assert shown == {str(app.pk): {"x": 1}, str(other.pk): {"x": 2}, "": {"x": 3}}
    assert get(alice, session, key="x", app=str(app.pk))["value"] == 1


def test_sessions_never_mix(alice: Person, bob: Person, session: str) -> None:
    second, bobs = begin(alice), begin(bob)
    for person, one, value in ((alice, session, "a"), (alice, second, "b"), (bob, bobs, "c")):
        post(person, one, {"x": value})
    assert [state_of(alice, session), state_of(alice, second), state_of(bob, bobs)] == [
        {"x": "a"},
        {"x": "b"},
        {"x": "c"},
    ]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({}, "set"),
        ({"a..b": 1}, "set"),
        ({"__proto__.x": 1}, "set"),
        ({"x" * 201: 1}, "set"),
        ({"list.5": 1, "list": []}, "set"),
        ({f"k{n}": 1 for n in range(limits.MAX_PATHS + 1)}, "set"),
    ],
)
def test_what_is_malformed_changes_nothing(alice: Person, session: str, changes: Any, path: str) -> None:
    post(alice, session, {"list": []})
    assert_refused(post(alice, session, changes), 422, "INVALID_INPUT", path)
    assert state_of(alice, session) == {"list": []}


def test_there_is_a_limit(alice: Person, session: str) -> None:
    post(alice, session, {"a": "x" * 40_000})
    assert_refused(post(alice, session, {"b": "x" * 40_000}), 409, "LIMIT", "set")
    assert sorted(state_of(alice, session)) == ["a"]


def test_an_apps_agent_needs_the_grant_and_people_do_not(alice: Person, session: str) -> None:
    app = make_app(alice, grants=["render"])
    actor = alice.actor
    agent = Actor(user=actor.user, tenant=actor.tenant, role=actor.role, via=Via.CHAT)
    with pytest.raises(PermissionDenied, match=r"widget\.set_state"):
        set_state(actor=agent, session_id=session, app=app, changes={"x": 1})
    with pytest.raises(PermissionDenied, match=r"widget\.get_state"):
        get_state(actor=agent, session_id=session, app=app, key="x")
    assert set_state(actor=agent, session_id=session, app=None, changes={"x": 1}) == {"x": 1}
    assert set_state(actor=actor, session_id=session, app=app, changes={"x": 2}) == {"x": 2}


def test_others_do_not_get_in(alice: Person, bob: Person, charlie: Person, session: str) -> None:
    post(alice, session, {"x": "theirs"})
    for person in (bob, charlie):
        assert_refused(post(person, session, {"x": 1}), 404, "NOT_FOUND")
        assert_refused(person.client.get(f"/api/sessions/{session}/state?key=x"), 404, "NOT_FOUND")
        assert_refused(person.client.get(f"/api/sessions/{session}/prompt"), 404, "NOT_FOUND")
    assert state_of(alice, session) == {"x": "theirs"}


def test_a_deleted_conversation_keeps_nothing(alice: Person, session: str) -> None:
    post(alice, session, {"x": 1})
    assert alice.client.delete(f"/api/conversations/{session}").status_code == 200
    assert not SessionState.objects.exists()
    assert_refused(post(alice, session, {"x": 1}), 404, "NOT_FOUND")


def test_results_and_forms_are_cut_to_fit() -> None:
    state = with_result({"mine": "x" * 50_000}, "rag.query", success=True, data=["y" * 100_000] * 3, error=None)
    assert state["mine"] == "x" * 50_000
    kept = state["results"]["rag"]["query"]
    assert "[cut: " in str(kept)
    assert len(str(kept)) <= limits.MAX_RESULT
    state = with_form(state, {"text": "z" * 100_000, "short": "s"})
    assert state["form"]["short"] == "s"
    assert "[cut: 100,000 characters]" in state["form"]["text"]
    full = {"mine": "x" * (limits.MAX_STATE - 600)}
    assert in_bounds({**full, "results": {"a": "y" * 5_000}, "last_result": {"tool": "a"}}) == {
        **full,
        "last_result": {"tool": "a"},
    }


@pytest.mark.parametrize("odd", ["deep", "__proto__"])
def test_what_a_form_or_result_brings_never_locks_the_state(
    alice: Person, session: str, app: InstalledWidget, odd: str
) -> None:
    value: Any = "end"
    for _ in range(40):
        value = {"in": value}
    given = {"x": value} if odd == "deep" else {"x": 1, "__proto__": {"a": 1}}
    state = with_result(with_form({}, given), "rag.query", success=True, data=given, error=None)
    post(alice, session, {"begun": True}, app=str(app.pk))
    SessionState.objects.filter(app=app).update(state=state)
    shown = data_of(post(alice, session, {"chosen": 1}, app=str(app.pk)))["state"]
    assert shown["chosen"] == 1
    assert "__proto__" not in shown["form"]
    assert shown["form"]["x"]
