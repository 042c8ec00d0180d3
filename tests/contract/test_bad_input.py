"""Bad requests to every endpoint that changes something: a clear refusal each, and nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.contract.requests import OTHERS, STRINGS, WRITES, Write
from tests.contract.stranger_table import ROUTES, Answer
from tests.contract.test_stranger_table import methods_of, routes
from tests.contract.things import Things
from tests.people import JSONClient, Person, assert_refused
from widgets_manager.core.actor import ALL_SCOPES
from widgets_manager.core.models import ApiToken

WITH_BODY = [write for write in WRITES if write.fields]
WRONG: dict[Any, list[Any]] = {
    str: [7, 1.5, True, [], {}, ["x"]],
    bool: ["true", 1, 0.0, [], {}],
    int: ["1", True, 1.5, [], {}],
    dict: [[], "x", 7, True],
    list: [{}, "x", 7, True],
    STRINGS: [{}, "x", 7, True, [1], [None], [["x"]]],
}
RAW: dict[str, tuple[bytes, int]] = {
    "not JSON": (b"name=x", 422),
    "cut off": (b'{"name": "x', 422),
    "a name twice": (b'{"name": "x", "name": "y"}', 422),
    "5,000 levels": (b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}", 422),
    "NaN": (b'{"name": NaN}', 422),
    "a lone surrogate": (b'{"name": "\\ud800"}', 422),
    "U+0000": (b'{"name": "\\u0000"}', 422),
    "not UTF-8": (b'{"name": "\xff"}', 422),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "an unknown key": (b'{"' + b"nonsense" * 20 + b'": 1}', 422),
    "10 MB": (b'{"name": "' + b"x" * 10_000_000 + b'"}', 413),
}


def by_name(write: Write) -> str:
    return f"{write.method} {write.name}"


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def things(alice: Person) -> Things:
    made = Things(alice)
    made.all_ids()
    return made


def send(client: Any, write: Write, things: Things, body: Any) -> Any:
    address = reverse(write.name, kwargs=write.address(things))
    if isinstance(body, bytes):
        return getattr(client, write.method)(address, body, content_type="application/json")
    return getattr(client, write.method)(address, body)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that this application stores, but for when a token was used last."""
    ours = [
        model for model in apps.get_models() if model.__module__.startswith(("widgets_manager.", "sandbox.", "chat."))
    ]
    return {
        model.__name__: sorted(
            tuple(repr(value) for name, value in row.items() if name not in {"last_used_at", "last_login"})
            for row in model._default_manager.values()
        )
        for model in ours
    }


def wrong_fields(write: Write, things: Things) -> Iterator[tuple[dict[str, Any], str]]:
    body = write.body(things)
    for name, kind in write.fields.items():
        yield from ((body | {name: value}, name) for value in WRONG[kind])
    yield from ((body | change, path) for change, path in write.inside)


def test_every_write_is_listed_and_none_is_stale() -> None:
    changing = {"post", "put", "patch", "delete"}
    known = {
        (name, method)
        for name, pattern in routes()
        if ROUTES[name].answer is Answer.OWN
        for method in methods_of(pattern) & changing
    }
    assert known | {("api-chat-manifests", "post")} == {(write.name, write.method) for write in WRITES} | OTHERS


def test_wrong_types_are_refused_where_they_are(alice: Person, things: Things) -> None:
    client, before = alice.client, rows()
    for write in WITH_BODY:
        for body, path in wrong_fields(write, things):
            response = send(client, write, things, body)
            assert 400 <= response.status_code < 500, (by_name(write), body, response.content)
            assert response.json()["error"].get("path", "").startswith(path), (by_name(write), body, response.content)
    assert rows() == before


def test_broken_bodies_are_refused(alice: Person, things: Things) -> None:
    client, before = alice.client, rows()
    for write in WITH_BODY:
        for what, (body, status) in RAW.items():
            response = send(client, write, things, body)
            assert response.status_code == status, (by_name(write), what, response.content)
            assert response.json()["error"]["message"], (by_name(write), what)
            assert len(response.content) < 1000, (by_name(write), what)
    assert rows() == before


def test_a_browser_without_the_pages_token_is_refused(alice: Person, things: Things) -> None:
    client = JSONClient(enforce_csrf_checks=True)
    client.force_login(alice.user)
    before = rows()
    for write in WRITES:
        assert_refused(send(client, write, things, write.body(things)), 403, "CSRF_FAILED")
    assert rows() == before


@pytest.mark.parametrize("end", ["revoked_at", "expires_at"])
def test_a_token_that_has_ended_is_refused(alice: Person, things: Things, end: str) -> None:
    client = alice.bearer()
    ApiToken.objects.update(**{end: timezone.now() - timedelta(seconds=1)})
    before = rows()
    for write in WRITES:
        assert_refused(send(client, write, things, write.body(things)), 401, "TOKEN_REVOKED")
    assert rows() == before


def test_a_token_without_the_scope_is_refused(alice: Person, things: Things) -> None:
    scopes = {write.scope for write in WRITES}
    clients = {scope: alice.bearer(*(ALL_SCOPES - {scope} if scope else ALL_SCOPES)) for scope in scopes}
    before = rows()
    for write in WRITES:
        response = send(clients[write.scope], write, things, write.body(things))
        assert_refused(response, 403, "PERMISSION_DENIED")
    assert rows() == before


# Reads that need more than an id: an answer of the assistant's, the address of a picture, a panel in the query.
NEEDING_MORE = {"api-message-why": 404, "api-pictures": 422, "api-network-log": 422, "api-sandbox": 400} | {
    "api-widget-state": 422
}


def test_reading_needs_the_scope_too(alice: Person, things: Things) -> None:
    without, reader, patterns = alice.bearer("chat:manifests", "chat:intents"), alice.bearer("widgets"), dict(routes())
    for name, row in ROUTES.items():
        if row.answer is not Answer.OWN or "get" not in methods_of(patterns[name]) or name == "api-chat-manifests":
            continue
        calls = [call for call in row.calls if call.method == "get" and not call.query(things, things)]
        address = reverse(name, kwargs=calls[0].address(things, things) if calls else None)
        assert_refused(without.get(address), 403, "PERMISSION_DENIED")
        assert reader.get(address).status_code == NEEDING_MORE.get(name, 200), name


def test_a_viewer_writes_nothing_of_the_organisations(vera: Person, things: Things) -> None:
    client = vera.client
    for write in WRITES:
        response = send(client, write, things, write.body(things))
        assert response.status_code == write.viewer, (by_name(write), response.content)


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


def test_markup_is_shown_as_text(alice: Person, things: Things) -> None:
    alice.client.patch("/api/tenant", {"name": HOSTILE})
    alice.client.patch(f"/api/workspaces/{things.workspace}", {"name": HOSTILE})
    alice.client.patch(f"/api/conversations/{things.conversation}", {"title": HOSTILE})
    alice.user.first_name = HOSTILE[:150]
    alice.user.save()
    pages = ("/widgets/", "/settings/", f"/dashboard/{things.workspace}/", f"/chat/{things.conversation}/")
    for address in pages:
        page = alice.client.get(address, headers={"Accept": "text/html"})
        assert page.status_code == 200, address
        assert b"<script>alert" not in page.content, address
        assert b"<img src=x" not in page.content, address
    listed = alice.client.get("/api/workspaces")
    assert listed["Content-Type"] == "application/json"
    assert listed["X-Content-Type-Options"] == "nosniff"
    assert HOSTILE in {workspace["name"] for workspace in listed.json()["workspaces"]}


def test_a_chat_backend_sends_the_same_nonsense(alice: Person, things: Things) -> None:
    """POST /api/chat/manifests is answered by a path of its own."""
    client, before = alice.bearer(), rows()
    for what, (body, status) in RAW.items():
        response = client.post("/api/chat/manifests", body, content_type="application/json")
        assert response.status_code == status, (what, response.content)
        assert response.json()["error"]["code"], what
    for name, kind in {"user": str, "visiblePanelIds": STRINGS, "focusedPanelId": str}.items():
        for value in WRONG[kind]:
            assert_refused(client.post("/api/chat/manifests", {name: value}), 422, "INVALID_INPUT", name)
    assert_refused(client.get("/api/chat/manifests"), 405, "METHOD_NOT_ALLOWED")
    assert_refused(JSONClient().post("/api/chat/manifests", {}), 401, "NOT_SIGNED_IN")
    signed_in = alice.client.post("/api/chat/manifests", {})
    assert_refused(signed_in, 401, "NOT_SIGNED_IN")
    assert rows() == before


def test_an_upload_of_something_else_is_refused(alice: Person) -> None:
    client = alice.client
    where = "/api/widgets/install-file"
    assert_refused(client.post(where, {}), 415, "UNSUPPORTED_MEDIA_TYPE")
    kind = "multipart/form-data; boundary=x"
    for body in (b"", b"--x--\r\n", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--x--\r\n'):
        response = Client.post(client, where, body, kind)
        assert response.status_code in {400, 422}, response.content
        assert response.json()["error"]["message"]
