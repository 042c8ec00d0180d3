"""GET …/widgets/data/{binding}: values of sources, with the session's state and ctx."""

from __future__ import annotations

import json
from typing import Any

from tests.people import Person, assert_refused
from tests.sessions.conftest import Calls, begin, data_of, render
from widgets_manager.widgets.models import InstalledWidget


def get(person: Person, app: InstalledWidget, binding: str, **query: str) -> Any:
    return person.client.get(f"/api/apps/{app.pk}/widgets/data/{binding}", query)


def test_it_works(alice: Person, app: InstalledWidget, calls: Calls) -> None:
    assert data_of(get(alice, app, "sources")) == {
        "value": [{"id": 1, "title": "First"}, {"id": 2, "title": ""}],
        "status": 200,
    }
    assert (calls.requests[0].method, calls.requests[0].actor.user_id) == ("GET", alice.user.pk)


def test_expressions_read_the_sessions_state(alice: Person, app: InstalledWidget, session: str) -> None:
    alice.client.post(
        f"/api/sessions/{session}/state", {"app": str(app.pk), "set": {"filter": "open", "selected": [1]}}
    )
    assert data_of(get(alice, app, "sources", session_id=session))["value"][1]["title"] == "open"
    assert data_of(get(alice, app, "chosen", session_id=session))["value"] == [1]
    assert data_of(get(alice, app, "chosen", session_id=begin(alice)))["value"] == []


def test_the_widget_is_named_or_found(alice: Person, app: InstalledWidget) -> None:
    assert data_of(get(alice, app, "rows"))["value"] == [{"label": "A", "value": 12}]
    assert data_of(get(alice, app, "fixed", widget="chat_side"))["value"] == [{"title": "One"}, {"title": "Two"}]
    error = assert_refused(get(alice, app, "rows", widget="chat_side"), 404, "UNKNOWN_BINDING", "binding")
    assert "chosen, fixed, sources" in error["message"]
    assert_refused(get(alice, app, "rows", widget="inline.card"), 404, "UNKNOWN_WIDGET")
    assert "did you mean 'sources'?" in assert_refused(get(alice, app, "source"), 404, "UNKNOWN_BINDING")["message"]


def test_a_mounted_widget_has_its_own(alice: Person, app: InstalledWidget, session: str, calls: Calls) -> None:
    data = {"mine": {"type": "http", "url": "/probe/sources", "query": {"filter": "{{ctx.word}}"}}}
    tree = {"type": "list", "items": "{{mine}}", "item": {"type": "text", "text": "{{item.title}}"}}
    widget = render(alice, session, app=str(app.pk), tree=tree, data=data, ctx={"word": "hers"})["widget_id"]
    assert data_of(get(alice, app, "mine", widget=widget, session_id=session))["value"][1]["title"] == "hers"
    ctx = json.dumps({"word": "other"})
    assert data_of(get(alice, app, "mine", widget=widget, session_id=session, ctx=ctx))["value"][1]["title"] == "other"
    path = f"/api/sessions/{session}/widgets/data/mine?widget_id="
    assert data_of(alice.client.get(path + widget))["value"][1]["title"] == "hers"
    assert_refused(alice.client.get(path + "w_none"), 404, "UNKNOWN_WIDGET")
    assert_refused(
        alice.client.get(f"/api/sessions/{session}/widgets/data/x?widget_id={widget}"), 404, "UNKNOWN_BINDING"
    )


def test_ctx_must_be_an_object(alice: Person, app: InstalledWidget) -> None:
    assert_refused(get(alice, app, "rows", ctx="[1]"), 422, "INVALID_INPUT", "ctx")
    assert_refused(get(alice, app, "rows", ctx="{"), 422, "INVALID_JSON")


def test_others_do_not_get_in(
    alice: Person, bob: Person, charlie: Person, app: InstalledWidget, session: str, calls: Calls
) -> None:
    widget = render(alice, session, app=str(app.pk), ref="cards")["widget_id"]
    for person in (bob, charlie):
        assert_refused(get(person, app, "sources"), 404, "NOT_FOUND")
        path = f"/api/sessions/{session}/widgets/data/rows?widget_id={widget}"
        assert_refused(person.client.get(path), 404, "NOT_FOUND")
    InstalledWidget.objects.update(user=None)
    assert_refused(get(bob, app, "sources", session_id=session), 404, "NOT_FOUND")
    assert calls.requests == []
