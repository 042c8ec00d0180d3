"""Every route, socket frame and stream is in the stranger table, and strangers are answered as it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from chat.agents.frames import CLIENT_FRAMES as AGENTS_FRAMES
from config.asgi import routes as routes_of_sockets
from tests.contract.stranger_table import AGENT_FRAMES, FRAMES, ROUTES, STREAMS, Answer, Call
from tests.contract.things import Things
from tests.people import Person
from widgets_manager.core.exceptions import NotFound
from widgets_manager.live.frames import CLIENT_FRAMES
from widgets_manager.live.streams import StreamName, authorize, stream_kinds

FORM = "application/x-www-form-urlencoded"
CALLS = [pytest.param(name, call, id=f"{name}-{n}") for name, row in ROUTES.items() for n, call in enumerate(row.calls)]


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the URLconf by name; the admin counts as one."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if address != "admin/":
                yield from routes(pattern.url_patterns, address)
        else:
            assert pattern.name, f"{address} needs a name"
            yield pattern.name, pattern


def methods_of(pattern: URLPattern) -> set[str]:
    """The methods of a class-based view; a function takes GET as far as this table is concerned."""
    view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
    return {name for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)} if view else {"get"}


def send(person: Person, name: str, call: Call, things: Things, own: Things) -> Any:
    client = person.bearer(service=True) if call.bearer else person.client
    body, query = call.body(things, own), call.query(things, own)
    address = reverse(name, kwargs=call.address(things, own), query=query or None)
    if call.method == "get":
        return client.get(address, headers={"Accept": "*/*"})
    if ROUTES[name].answer is Answer.OWN_PAGE:
        form = "&".join(f"{key}={value}" for key, value in body.items())
        return client.post(address, form, content_type=FORM)
    return getattr(client, call.method)(address, body)


def test_every_route_is_listed_and_none_is_stale() -> None:
    assert {name for name, _ in routes()} | {"admin"} == set(ROUTES)


def test_every_route_with_a_parameter_is_called_by_every_method() -> None:
    for name, pattern in routes():
        if pattern.pattern.converters and ROUTES[name].answer not in {Answer.PUBLIC, Answer.SECRET, Answer.AGENT}:
            called = {call.method for call in ROUTES[name].calls}
            assert methods_of(pattern) <= called, f"{name}: add a Call for {methods_of(pattern) - called}"


@pytest.mark.parametrize(("name", "call"), CALLS)
def test_a_stranger_gets_404(alice: Person, charlie: Person, name: str, call: Call) -> None:
    things, own = Things(alice), Things(charlie)
    response = send(charlie, name, call, things, own)
    assert response.status_code == 404, response.content
    if ROUTES[name].answer is Answer.OWN:
        assert response.json()["error"]["code"] == "NOT_FOUND"
    for secret in ("Acme", "alice", "Theirs"):
        assert secret not in response.content.decode()
    # The owner is answered otherwise: the ids are real ones.
    owners = send(alice, name, call, things, things)
    assert (owners.status_code, owners.content) != (404, response.content)


@pytest.mark.parametrize("name", [name for name, row in ROUTES.items() if row.answer in {Answer.OWN, Answer.OWN_PAGE}])
def test_what_is_ones_own_shows_nothing_of_a_stranger(alice: Person, charlie: Person, name: str) -> None:
    pattern = dict(routes())[name]
    if pattern.pattern.converters or "get" not in methods_of(pattern):
        return
    foreign = Things(alice).all_ids()
    text = charlie.client.get(reverse(name), follow=True, headers={"Accept": "*/*"}).content.decode()
    assert not {one for one in foreign if one in text}
    assert "Acme" not in text


@pytest.mark.parametrize("name", [name for name, row in ROUTES.items() if row.answer in {Answer.OWN, Answer.OWN_PAGE}])
def test_nobody_gets_in_without_signing_in(alice: Person, name: str) -> None:
    pattern, things = dict(routes())[name], Things(alice)
    calls = ROUTES[name].calls or tuple(Call(method) for method in methods_of(pattern))
    for call in calls:
        address = reverse(name, kwargs=call.address(things, things))
        body = {} if call.method == "get" else {"data": {}, "content_type": "application/json"}
        response = getattr(Client(), call.method)(address, **body, headers={"Accept": "*/*"})
        if ROUTES[name].answer is Answer.OWN:
            assert response.status_code == 401
        else:
            assert response["Location"].startswith(settings.LOGIN_URL)


def test_every_frame_is_listed() -> None:
    assert set(FRAMES) == set(CLIENT_FRAMES)
    assert {name for name, fields in CLIENT_FRAMES.items() if "stream" in fields} == {
        name for name, names_stream in FRAMES.items() if names_stream
    }
    assert set(AGENT_FRAMES) == set(AGENTS_FRAMES)
    sockets = [str(route.pattern) for route in routes_of_sockets]
    assert sockets == ["ws/live/", "ws/agent"], "a new socket needs a table of its frames"


def test_every_kind_of_stream_is_listed() -> None:
    assert set(STREAMS) == set(stream_kinds)


@pytest.mark.parametrize("kind", STREAMS)
def test_a_stranger_follows_no_stream(alice: Person, charlie: Person, kind: str) -> None:
    name = StreamName.parse(f"{kind}:{STREAMS[kind](Things(alice))}")
    assert authorize(alice.actor, name).tenant_id == alice.tenant.pk
    with pytest.raises(NotFound):
        authorize(charlie.actor, name)
