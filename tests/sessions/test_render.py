"""POST /api/sessions/{id}/widgets/render: declared widgets, one-off trees, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person, assert_refused
from tests.sessions.conftest import QUESTION, begin, data_of, make_app, render
from widgets_manager.core.models import AuditEntry
from widgets_manager.sessions import limits
from widgets_manager.sessions.actions import widgets
from widgets_manager.sessions.models import MountedWidget, WidgetSession
from widgets_manager.widgets.models import InstalledWidget

CARD = {
    "type": "card",
    "title": "Query results",
    "children": [{"type": "stat", "label": "Rows", "value": "{{ctx.count}}"}],
}


def mounted(person: Person, session: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data_of(person.client.get(f"/api/sessions/{session}/widgets"))["widgets"]
    return found


def test_it_works(alice: Person, session: str, app: InstalledWidget) -> None:
    widget = render(alice, session, app=str(app.pk), ref="confirm_delete", ctx={"path": "/docs/spec.md"})
    assert widget["widget_id"].startswith("w_")
    assert widget == {
        "widget_id": widget["widget_id"],
        "zone": "inline",
        "app": str(app.pk),
        "ref": "confirm_delete",
        "title": "",
        "tree": QUESTION,
        "data": {},
        "ctx": {"path": "/docs/spec.md"},
        "values": {},
        "errors": {},
        "answered": None,
        "answers": {},
        "created_at": widget["created_at"],
    }
    assert mounted(alice, session) == [widget]
    messages = alice.client.get(f"/api/conversations/{session}/messages").json()["messages"]
    assert [message["payload"].get("widget_id") for message in messages] == [widget["widget_id"]]
    assert AuditEntry.objects.filter(action="session.render", data__ref="confirm_delete").count() == 1


def test_a_tree_of_the_chats_own(alice: Person, session: str) -> None:
    widget = render(alice, session, tree=CARD, ctx={"count": 128}, title="Rows")
    assert (widget["app"], widget["ref"], widget["tree"], widget["title"]) == (None, None, CARD, "Rows")


@pytest.mark.parametrize(
    ("zone", "ref", "shown"),
    [
        ("inline", "cards", ("inline", "cards")),
        ("workspace", "planner", ("workspace_tabs", "planner")),
        ("workspace_tabs", "cards", ("workspace_tabs", "cards")),  # an inline one, in another place
        ("chat_side", "chat_side", ("chat_side", "chat_side")),
        ("modals", "later", ("modals", "later")),
        ("chat_side", "inline.cards", ("chat_side", "cards")),
    ],
)
def test_a_ref_is_looked_for_in_its_zone_then_inline(
    alice: Person, session: str, app: InstalledWidget, zone: str, ref: str, shown: tuple[str, str]
) -> None:
    widget = render(alice, session, app=str(app.pk), zone=zone, ref=ref)
    assert (widget["zone"], widget["ref"]) == shown


def opening(modal: str) -> dict[str, Any]:
    return {"type": "button", "label": "Go", "action": {"action": "open_modal", "modal": modal}}


@pytest.mark.parametrize(
    ("of_app", "modal", "doubt"),
    [
        (True, "later", None),
        (True, "latter", "unknown modal 'latter' (allowed: ['later']); did you mean 'later'?"),
        (False, "later", "unknown modal 'later' (allowed: [])"),
    ],
)
def test_a_tree_may_open_the_dialogs_of_its_app(
    alice: Person, session: str, app: InstalledWidget, of_app: bool, modal: str, doubt: str | None
) -> None:
    wish = {"zone": "inline", "tree": opening(modal), **({"app": str(app.pk)} if of_app else {})}
    warnings = data_of(alice.client.post(f"/api/sessions/{session}/widgets/render", wish), 201)["warnings"]
    assert [one["message"] for one in warnings] == ([doubt] if doubt else [])


def refused(person: Person, session: str, status: int, code: str, path: str | None = None, **body: Any) -> str:
    wish = {"zone": "inline", **body}
    response = person.client.post(f"/api/sessions/{session}/widgets/render", wish)
    error = assert_refused(response, status, code, path)
    assert not MountedWidget.objects.exists()
    assert not WidgetSession.objects.exists()
    return str(error["message"])


def test_an_unknown_ref_says_what_there_is(alice: Person, session: str, app: InstalledWidget) -> None:
    message = refused(alice, session, 404, "UNKNOWN_WIDGET", "ref", app=str(app.pk), ref="confirm_delte")
    assert "confirm_delete" in message
    assert "did you mean 'confirm_delete'?" in message


def test_every_fault_of_a_tree_is_told_at_once(alice: Person, session: str) -> None:
    button = {"type": "button", "label": "Go", "action": {"action": "chatt"}}
    wish = {"zone": "inline", "tree": {"type": "column", "children": [{"type": "cardd"}, button]}}
    response = alice.client.post(f"/api/sessions/{session}/widgets/render", wish)
    error = assert_refused(response, 422, "INVALID_WIDGET", "tree.children[0].type")
    paths = [fault["path"] for fault in error["errors"]]
    assert "tree.children[0].type" in paths
    assert "tree.children[1].action.action" in paths


def test_what_is_malformed_is_refused(alice: Person, session: str, app: InstalledWidget) -> None:
    assert "did you mean 'inline'?" in refused(alice, session, 422, "INVALID_INPUT", "zone", zone="inlin", tree=CARD)
    refused(alice, session, 422, "INVALID_INPUT", "ref")
    refused(alice, session, 422, "INVALID_INPUT", "ref", ref="cards")
    refused(alice, session, 422, "INVALID_INPUT", "ref", app=str(app.pk), ref="cards", tree=CARD)
    refused(alice, session, 422, "INVALID_WIDGET", "data.rows.type", tree=CARD, data={"rows": {"type": "sql"}})
    refused(alice, session, 422, "INVALID_INPUT", "ctx", tree=CARD, ctx={"text": "x" * limits.MAX_CTX})
    deep: dict[str, Any] = {}
    for _ in range(limits.MAX_DEPTH + 2):
        deep = {"a": deep}
    assert "nested deeper" in refused(alice, session, 422, "INVALID_INPUT", tree=CARD, ctx=deep)


def test_an_app_that_is_not_granted_it_renders_nothing(alice: Person, session: str) -> None:
    app = make_app(alice, grants=["update"])
    assert "widget.render" in refused(alice, session, 403, "NOT_GRANTED", app=str(app.pk), ref="cards")


def test_a_disabled_app_renders_nothing(alice: Person, session: str, app: InstalledWidget) -> None:
    app.enabled = False
    app.save()
    refused(alice, session, 409, "WIDGET_DISABLED", app=str(app.pk), ref="cards")


def test_there_is_a_limit(alice: Person, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widgets, "MAX_OPEN", 2)
    first = render(alice, session, tree=CARD)
    render(alice, session, tree=CARD)
    response = alice.client.post(f"/api/sessions/{session}/widgets/render", {"zone": "inline", "tree": CARD})
    assert "close some first" in assert_refused(response, 409, "LIMIT")["message"]
    alice.client.post(f"/api/sessions/{session}/widgets/close", {"widget_id": first["widget_id"]})
    render(alice, session, tree=CARD)


def test_others_do_not_get_in(alice: Person, bob: Person, charlie: Person, session: str, app: InstalledWidget) -> None:
    """Not a teammate either, who takes no part in the conversation; and nobody uses an app that they do not see."""
    for person in (bob, charlie):
        wish = {"zone": "inline", "tree": CARD}
        assert_refused(person.client.post(f"/api/sessions/{session}/widgets/render", wish), 404, "NOT_FOUND")
        assert_refused(person.client.get(f"/api/sessions/{session}/widgets"), 404, "NOT_FOUND")
        wish = {"zone": "inline", "ref": "cards", "app": str(app.pk)}
        assert_refused(person.client.post(f"/api/sessions/{begin(person)}/widgets/render", wish), 404, "NOT_FOUND")
    assert not MountedWidget.objects.exists()
