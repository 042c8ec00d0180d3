"""update, close and error of mounted widgets, and of declared ones by their key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person, assert_refused
from tests.sessions.conftest import Calls, begin, data_of, make_app, render, state_of
from widgets_manager.sessions import limits
from widgets_manager.sessions.actions.updates import update_widget
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import InstalledWidget


@pytest.fixture
def widget(alice: Person, session: str, app: InstalledWidget) -> str:
    """A mounted widget of the app; its id."""
    return str(render(alice, session, app=str(app.pk), ref="cards", ctx={"step": 1})["widget_id"])


def post(person: Person, session: str, what: str, **body: Any) -> Any:
    return person.client.post(f"/api/sessions/{session}/widgets/{what}", body)


def update(person: Person, session: str, widget: str, patch: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = data_of(post(person, session, "update", widget_id=widget, patch=patch, **body))
    shown: dict[str, Any] = answer["widget"]
    return shown


def test_it_works(alice: Person, session: str, app: InstalledWidget, widget: str) -> None:
    patch = {"data.rows": [{"label": "New"}], "state.filter": "active", "ctx.step": 2}
    shown = update(alice, session, widget, patch)
    assert (shown["values"], shown["ctx"]) == ({"rows": [{"label": "New"}]}, {"step": 2})
    assert state_of(alice, session, app) == {"filter": "active"}
    assert MountedWidget.objects.get(widget_id=widget).values == {"rows": [{"label": "New"}]}


def test_lists_by_index_and_objects_that_are_made(alice: Person, session: str, widget: str) -> None:
    update(alice, session, widget, {"data.rows": [{"label": "A"}, {"label": "B"}]})
    shown = update(alice, session, widget, {"data.rows.1.label": "C", "data.rows.2": {"label": "D"}, "ctx.a.b": 1})
    assert shown["values"] == {"rows": [{"label": "A"}, {"label": "C"}, {"label": "D"}]}
    assert shown["ctx"] == {"step": 1, "a": {"b": 1}}


def test_what_a_source_gives_is_changed_in_its_depth(
    alice: Person, session: str, app: InstalledWidget, widget: str
) -> None:
    """A static source's value, and one that has to be fetched: the rest of it stays."""
    shown = update(alice, session, widget, {"data.rows.0.value": 13})
    assert shown["values"] == {"rows": [{"label": "A", "value": 13}]}
    shown = update(alice, session, "chat_side", {"data.sources.0.title": "Changed"}, app=str(app.pk))
    assert shown["values"] == {"sources": [{"id": 1, "title": "Changed"}, {"id": 2, "title": ""}]}


def test_a_declared_widget_is_mounted_by_its_key(alice: Person, session: str, app: InstalledWidget) -> None:
    shown = update(alice, session, "workspace.planner", {"ctx.day": "Monday"}, app=str(app.pk))
    assert (shown["widget_id"], shown["zone"], shown["ref"]) == ("workspace_tabs.planner", "workspace_tabs", "planner")
    again = update(alice, session, "workspace_tabs.planner", {"ctx.hour": 9})
    assert again["ctx"] == {"day": "Monday", "hour": 9}
    assert MountedWidget.objects.count() == 1


def test_a_key_of_several_apps_needs_the_app(alice: Person, session: str, app: InstalledWidget) -> None:
    other = make_app(alice, slug="other", name="Other")
    response = post(alice, session, "update", widget_id="chat_side", patch={"ctx.a": 1})
    assert "Other, Planner" in assert_refused(response, 409, "CONFLICT", "app")["message"]
    assert update(alice, session, "chat_side", {"ctx.a": 1}, app=str(other.pk))["app"] == str(other.pk)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("dta.rows", [], "did you mean 'data'?"),
        ("data", [], "names all of data"),
        ("data.rows.7.label", "x", "'7' is not an index of a list with 1 items (allowed: 0 to 0, or 1 to append)"),
        ("data.rows.-1", "x", "'-1' is not an index"),
        ("data.rows.first", "x", "'first' is not an index"),
        ("ctx..a", 1, "no dotted path"),
        ("ctx.__proto__.a", 1, "no dotted path"),
    ],
)
def test_a_wrong_path_changes_nothing(
    alice: Person, session: str, app: InstalledWidget, widget: str, path: str, value: Any, message: str
) -> None:
    response = post(alice, session, "update", widget_id=widget, patch={"ctx.step": 5, "state.x": 1, path: value})
    error = assert_refused(response, 422, "INVALID_INPUT", f"patch['{path}']")
    assert message in error["message"]
    assert MountedWidget.objects.get().ctx == {"step": 1}
    assert state_of(alice, session, app) == {}


def test_bounds(alice: Person, session: str, widget: str) -> None:
    assert_refused(post(alice, session, "update", widget_id=widget, patch={}), 422, "INVALID_INPUT", "patch")
    many = {f"ctx.k{n}": 1 for n in range(limits.MAX_PATHS + 1)}
    assert_refused(post(alice, session, "update", widget_id=widget, patch=many), 422, "INVALID_INPUT", "patch")
    half = {"data.rows": ["x" * 200_000]}
    update(alice, session, widget, half)
    response = post(alice, session, "update", widget_id=widget, patch={"data.more": "x" * 200_000})
    assert_refused(response, 409, "LIMIT", "patch")
    response = post(alice, session, "update", widget_id=widget, patch={"state.big": "x" * limits.MAX_STATE})
    assert_refused(response, 409, "LIMIT", "patch")


def test_close(alice: Person, session: str, widget: str) -> None:
    assert data_of(post(alice, session, "close", widget_id=widget)) == {"widget_id": widget, "closed": True}
    assert data_of(post(alice, session, "close", widget_id=widget)) == {"widget_id": widget, "closed": False}
    assert data_of(alice.client.get(f"/api/sessions/{session}/widgets"))["widgets"] == []
    response = post(alice, session, "update", widget_id=widget, patch={"ctx.a": 1})
    assert_refused(response, 404, "UNKNOWN_WIDGET", "widget_id")
    assert (
        "mounted: none"
        in assert_refused(post(alice, session, "close", widget_id="w_x"), 404, "UNKNOWN_WIDGET")["message"]
    )


def test_closing_what_is_declared_and_holds_nothing_leaves_nothing(
    alice: Person, session: str, app: InstalledWidget
) -> None:
    answer = data_of(post(alice, session, "close", widget_id="chat_side"))
    assert answer == {"widget_id": "chat_side", "closed": False}
    assert not MountedWidget.objects.exists()


def test_a_closed_declared_widget_begins_anew(alice: Person, session: str, app: InstalledWidget) -> None:
    update(alice, session, "chat_side", {"ctx.a": 1})
    post(alice, session, "close", widget_id="chat_side")
    assert update(alice, session, "chat_side", {"ctx.b": 2})["ctx"] == {"b": 2}


def test_errors(alice: Person, session: str, widget: str) -> None:
    def error(**body: Any) -> dict[str, str]:
        shown: dict[str, str] = data_of(post(alice, session, "error", widget_id=widget, **body))["widget"]["errors"]
        return shown

    assert error(binding="rows", message="Backend timeout") == {"rows": "Backend timeout"}
    assert error(message=" two\nlines ") == {"rows": "Backend timeout", "": "two lines"}
    assert error(message="") == {"rows": "Backend timeout"}
    response = post(alice, session, "error", widget_id=widget, binding="row", message="x")
    assert "did you mean 'rows'?" in assert_refused(response, 422, "INVALID_INPUT", "binding")["message"]
    assert update(alice, session, widget, {"ctx.a": 1})["errors"] == {"rows": "Backend timeout"}
    assert update(alice, session, widget, {"data.rows": []})["errors"] == {}


def test_grants(alice: Person, session: str) -> None:
    app = make_app(alice, grants=["render"])
    widget = render(alice, session, app=str(app.pk), ref="cards")["widget_id"]
    response = post(alice, session, "update", widget_id=widget, patch={"ctx.a": 1})
    assert_refused(response, 403, "NOT_GRANTED")
    assert_refused(post(alice, session, "error", widget_id=widget, message="x"), 403, "NOT_GRANTED")
    data_of(post(alice, session, "close", widget_id=widget))  # people close what they see


def test_others_do_not_get_in(alice: Person, bob: Person, charlie: Person, session: str, widget: str) -> None:
    bodies: dict[str, dict[str, Any]] = {"update": {"patch": {"ctx.a": 1}}, "close": {}, "error": {"message": "x"}}
    for person in (bob, charlie):
        for what, body in bodies.items():
            assert_refused(post(person, session, what, widget_id=widget, **body), 404, "NOT_FOUND")
            own = begin(person)
            assert_refused(post(person, own, what, widget_id=widget, **body), 404, "UNKNOWN_WIDGET")
    row = MountedWidget.objects.get()
    assert (row.ctx, row.closed_at, row.errors) == ({"step": 1}, None, {})


def test_a_source_that_fails_is_not_changed_in_its_depth(
    alice: Person, session: str, app: InstalledWidget, calls: Calls
) -> None:
    app.package_version.blocks["widgets"]["chat_side"]["data"]["sources"]["url"] = "/probe/none"
    with pytest.raises(Exception, match="/probe/none"):
        update_widget(
            actor=alice.actor, session_id=session, widget_id="chat_side", patch={"data.sources.0.title": "x"}, app=app
        )
    assert not MountedWidget.objects.exists()
