"""Stage: handlers. Requests of apps: this server's routes and panels in-process, other hosts by the one way out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from django.conf import settings
from django.db import close_old_connections, transaction

from widgets_manager.apps.access import allowed_hosts, private_hosts
from widgets_manager.apps.results import Resolved
from widgets_manager.apps.routes import Route, RouteCall, find_route
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, InvalidInput, NotFound, PermissionDenied
from widgets_manager.core.models import Role
from widgets_manager.core.strict_json import InvalidJson, parse_json
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.egress.client import Fetched, fetch
from widgets_manager.egress.headers import sendable_headers
from widgets_manager.egress.urls import parse_target
from widgets_manager.panels.views import panel_of_body, run_operation, show_view
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.registry import intent_handlers

MAX_ANSWER: Final = 1_000_000
MAX_BODY: Final = 1_000_000
MAX_AUDITED: Final = 10_000
SECONDS: Final = 10.0
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
PANELS: Final = re.compile(r"/api/panels/([^/]+)/([^/]+)")


def send_request(
    *,
    actor: Actor,
    app: InstalledWidget | None,
    method: str = "GET",
    url: str,
    query: Mapping[str, Any] | None = None,
    headers: Mapping[str, Any] | None = None,
    body: Any = None,
    session_id: uuid.UUID | None = None,
    reading: bool = False,
    pushed: bool = False,
) -> Resolved:
    """The answer of a route or panel of this server as the actor gets it, or of a host that the app or the operator
    allows: JSON or text, with its status, also where that says no.

    `reading` is a data source's: what changes something is refused (WRITE_IN_SOURCE), other hosts are only asked by
    GET. `pushed` is that of a tree that nobody declared: here it only reads (NOT_GRANTED), elsewhere it has the app's
    hosts and not the operator's. Raises InvalidInput for a malformed request, UNKNOWN_ROUTE, METHOD_NOT_ALLOWED,
    HOST_NOT_ALLOWED (403) and FETCH_FAILED. Another host is asked for at most ten seconds: no transaction should be
    open.
    """
    verb = method.upper()
    if verb not in METHODS:
        raise InvalidInput(f"method: '{method[:20]}' is not one of {', '.join(METHODS)}", path="method")
    sent = sendable_headers(headers or {})
    address = url.removeprefix(settings.PUBLIC_ORIGIN) if url.startswith(f"{settings.PUBLIC_ORIGIN}/") else url
    if address.startswith("/") and not address.startswith("//"):
        return _here(actor, app, verb, address, query or {}, body, session_id, reading, pushed)
    if "://" not in address:
        raise InvalidInput(
            f"url: '{address[:100]}' must begin with / (a path on this server) or with https://", path="url"
        )
    if reading and verb != "GET":
        raise _only_reads(f"{verb} {address[:100]}", reading)
    return _elsewhere(app, verb, address, query or {}, sent, body, pushed)


def _only_reads(what: str, reading: bool) -> ApiError:
    """The refusal of what changes something, for a data source, else for a tree that was pushed."""
    if reading:
        return InvalidInput(f"'{what}' changes things; a data source only reads.", code="WRITE_IN_SOURCE", path="url")
    message = f"'{what}' changes things; a widget that no app declares only reads. Declare it in app.yaml."
    return PermissionDenied(message, code="NOT_GRANTED", path="url")


def _here(
    actor: Actor,
    app: InstalledWidget | None,
    method: str,
    address: str,
    query: Mapping[str, Any],
    body: Any,
    session_id: uuid.UUID | None,
    reading: bool,
    pushed: bool,
) -> Resolved:
    parts = urlsplit(address)
    values = {**dict(parse_qsl(parts.query, keep_blank_values=True)), **query}
    panel = PANELS.fullmatch(parts.path)
    try:
        if panel is not None:
            return Resolved(_panel(actor, method, panel[1], panel[2], body, reading, pushed))
        route, segments = find_route(method, parts.path)
    except ApiError as error:
        if panel is None:
            raise
        return Resolved(error.as_dict(), error.status)
    if (reading or pushed) and route.writes(method):
        raise _only_reads(f"{method} {parts.path[:100]}", reading)
    return _answer(route, RouteCall(actor, method, segments, values, body, app, session_id))


def _answer(route: Route, call: RouteCall) -> Resolved:
    """What the route says; its refusal is an answer, too."""
    writes = route.writes(call.method)
    try:
        if writes:
            call.actor.require_role(Role.MEMBER, f"'{call.method} {route.path}'")
        with unit_of_work():
            data = orjson.dumps(route.run(call))
            if writes:
                _audit(route, call)
    except ApiError as error:
        return Resolved(error.as_dict(), error.status)
    if len(data) > MAX_ANSWER:
        raise ApiError(f"The answer is larger than {MAX_ANSWER:,} bytes.", code="TOO_LARGE", status=413, path="url")
    return Resolved(orjson.loads(data))


def _audit(route: Route, call: RouteCall) -> None:
    """Who asked for what; of what is large, or no database keeps, only how large it is."""
    given = {"path": dict(call.path), "query": dict(call.query), "body": call.body}
    size = len(text := orjson.dumps(given))
    record_audit(
        actor=call.actor,
        action="route.call",
        route=f"{call.method} {route.path}",
        app=str(call.app.pk) if call.app is not None else "",
        given={"bytes": size} if size > MAX_AUDITED or b"\\u0000" in text else given,
    )


def _panel(actor: Actor, method: str, slug: str, operation: str, body: Any, reading: bool, pushed: bool) -> Any:
    """The view or an operation of a panel, exactly as its own address answers."""
    if method == "GET":
        if operation != "view":
            raise NotFound(f"GET only shows /api/panels/{slug}/view; operations are asked for with POST.", path="url")
        return show_view(actor, slug)
    if method != "POST":
        raise ApiError("Operations of panels take POST.", code="METHOD_NOT_ALLOWED", status=405, path="method")
    asked = {} if body is None else body
    if reading or pushed:
        found = intent_handlers.template_for(panel_of_body(actor, slug, asked)).operations.get(operation)
        if found is not None and found.effect == "write":
            raise _only_reads(operation, reading)
    return run_operation(actor, slug, operation, asked)


def _elsewhere(
    app: InstalledWidget | None,
    method: str,
    url: str,
    query: Mapping[str, Any],
    headers: dict[str, str],
    body: Any,
    pushed: bool,
) -> Resolved:
    address = _with_query(url, query)
    hosts = [*allowed_hosts(app), *(() if pushed else settings.APP_HTTP_HOSTS)]
    target = parse_target(address)
    if not target.is_named_in(hosts):
        allowed = ", ".join(hosts) or "none; an app names them under capabilities.network"
        raise PermissionDenied(
            f"The host {target.host} is not allowed here (allowed: {allowed}).", code="HOST_NOT_ALLOWED", path="url"
        )
    if target.scheme != "https" and not target.is_named_in(private_hosts()):
        raise InvalidInput(f"url: the address {target.origin} must begin with https://", path="url")
    data = None if body is None else orjson.dumps(body)
    if data is not None and len(data) > MAX_BODY:
        raise InvalidInput(f"body: larger than {MAX_BODY:,} bytes", path="body")
    if data is not None:
        headers = {"Content-Type": "application/json", **headers}
    if not transaction.get_connection().in_atomic_block:
        close_old_connections()  # a slow answer must not keep a connection of the pool
    fetched = fetch(
        address,
        max_bytes=MAX_ANSWER,
        timeout=SECONDS,
        allow_http=False,
        allow_hosts=private_hosts(),
        only_hosts=hosts,
        method=method,
        headers=headers,
        body=data,
        any_status=True,
    )
    return Resolved(_value(fetched), fetched.status)


def _with_query(url: str, query: Mapping[str, Any]) -> str:
    pairs = {key: _text(value) for key, value in query.items() if value is not None}
    if not pairs:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(pairs, doseq=True)}"


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_text(item) for item in value]
    return orjson.dumps(value).decode() if isinstance(value, dict) else str(value)


def _value(fetched: Fetched) -> Any:
    """JSON as its value, anything else as a text; nothing is None."""
    if not fetched.body:
        return None
    if fetched.content_type == "application/json" or fetched.content_type.endswith("+json"):
        try:
            return parse_json(fetched.body, max_bytes=MAX_ANSWER)
        except InvalidJson as error:
            raise ApiError(
                f"The answer of the address is not valid JSON: {error.message}",
                code="FETCH_FAILED",
                status=502,
                path="url",
            ) from None
    return fetched.body.decode("utf-8", "replace").replace("\x00", "")
