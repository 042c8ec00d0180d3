"""Trees that were pushed, not declared: what nobody saw before installing needs the app's grant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Person, assert_refused
from tests.sessions.conftest import ALL, Calls, act, data_of, make_app, render
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget

EMPTY: dict[str, Any] = {"version": 1, "chat_side": None, "workspace_tabs": [], "modals": {}, "inline": {}}


def bare_app(person: Person, *granted: str, network: tuple[str, ...] = ()) -> InstalledWidget:
    """An app that declares nothing, and is granted these functions of `probe`."""
    app = make_app(person, slug="bare", name="Bare")
    grant = [{"module": "widget", "actions": ALL}, {"module": "probe", "actions": list(granted)}]
    blocks = {
        **app.package_version.blocks,
        "widgets": EMPTY,
        "capabilities": {"grant": grant, "network": list(network)},
    }
    app.package_version = PackageVersion.objects.create(
        tenant=person.tenant, content_hash="b" * 64, form="app", slug="bare", name="Bare", version="2",
        manifest=app.manifest, blocks=blocks, size=1,
    )  # fmt: skip
    app.save()
    return app


def press(person: Person, session: str, app: InstalledWidget | None, **action: Any) -> Any:
    """Push a button with this action, and press it."""
    tree = {"type": "button", "label": "Go", "action": action}
    widget = render(person, session, tree=tree, **({"app": str(app.pk)} if app else {}))
    kind = action.pop("action")
    body = {"widget_id": widget["widget_id"], "type": kind, "payload": action}
    return person.client.post(f"/api/sessions/{session}/widgets/action", body)


def ask(person: Person, session: str, app: InstalledWidget | None, **source: Any) -> Any:
    """Push a text with this source, and read it."""
    body: dict[str, Any] = {"app": str(app.pk)} if app else {}
    widget = render(person, session, tree={"type": "text", "text": "{{found}}"}, data={"found": source}, **body)
    return person.client.get(f"/api/sessions/{session}/widgets/data/found?widget_id={widget['widget_id']}")


TOOL = {"action": "tool", "tool": "probe.book_room", "args": {"topic": "x"}}
LOOK = {"tool": "probe.look_up", "args": {"path": "/"}}


def test_it_works(alice: Person, session: str, calls: Calls) -> None:
    error = assert_refused(press(alice, session, bare_app(alice), **TOOL), 403, "NOT_GRANTED")
    assert "{ module: probe, actions: [book_room] }" in error["message"]
    assert calls.tools == []


def test_what_is_granted_runs(alice: Person, session: str, calls: Calls) -> None:
    data_of(press(alice, session, bare_app(alice, "book_room"), **TOOL))
    assert calls.tools == [{"topic": "x", "duration": 30}]


def test_what_is_declared_runs(alice: Person, session: str, app: InstalledWidget, calls: Calls) -> None:
    data_of(press(alice, session, app, **{**TOOL, "tool": "book_room"}))
    widget = render(alice, session, app=str(app.pk), ref="later", zone="modals", ctx={"id": 1})["widget_id"]
    body = {"widget_id": widget, "type": "http", "payload": {"url": "/probe/sources/1", "method": "DELETE"}}
    data_of(act(alice, app, **body, session_id=session))
    assert (len(calls.tools), len(calls.requests)) == (1, 1)


def test_without_an_app_only_what_reads(alice: Person, session: str, calls: Calls) -> None:
    assert_refused(press(alice, session, None, **TOOL), 403, "NOT_GRANTED")
    assert calls.tools == []
    data_of(press(alice, session, None, action="tool", **LOOK))
    assert calls.tools == [{"path": "/"}]


def test_sources(alice: Person, session: str, calls: Calls) -> None:
    app = bare_app(alice)
    assert_refused(ask(alice, session, app, type="tool", **LOOK), 403, "NOT_GRANTED")
    assert calls.tools == []


def test_sources_that_are_granted(alice: Person, session: str, calls: Calls) -> None:
    data_of(ask(alice, session, bare_app(alice, "*"), type="tool", **LOOK))
    assert calls.tools == [{"path": "/"}]


def test_sources_without_an_app(alice: Person, session: str, calls: Calls) -> None:
    data_of(ask(alice, session, None, type="tool", **LOOK))
    data_of(ask(alice, session, None, type="http", url="/probe/sources"))
    assert (len(calls.tools), len(calls.requests)) == (1, 1)


@pytest.mark.parametrize("url", ["/probe/sources", "{{origin}}/probe/sources"])
def test_routes_only_read(alice: Person, session: str, calls: Calls, settings: Any, url: str) -> None:
    url = url.replace("{{origin}}", settings.PUBLIC_ORIGIN)
    for app in (None, bare_app(alice, "*")):
        assert_refused(press(alice, session, app, action="http", url=url, method="POST"), 403, "NOT_GRANTED")
        assert calls.requests == []
        data_of(press(alice, session, app, action="http", url=url, method="GET"))
        calls.requests.clear()


def test_hosts_are_the_apps_not_the_operators(alice: Person, session: str, settings: Any) -> None:
    settings.APP_HTTP_HOSTS = ("127.0.0.1:9",)
    wish = {"action": "http", "url": "https://127.0.0.1:9/x", "method": "POST"}
    assert_refused(press(alice, session, None, **wish), 403, "HOST_NOT_ALLOWED")
    allowed = press(alice, session, bare_app(alice, network=("127.0.0.1:9",)), **wish)
    assert_refused(allowed, 502, "FETCH_FAILED")  # it was asked, and is private


def test_an_address_is_asked_as_it_is_written(alice: Person, app: InstalledWidget, calls: Calls) -> None:
    """An address of a data source is none to send things to."""
    for method in ("POST", "DELETE"):
        payload = {"url": "/probe/sources", "method": method}
        assert_refused(act(alice, app, type="http", payload=payload), 403, "URL_NOT_DECLARED", "payload.url")
    assert calls.requests == []
