"""Stage: handlers. `context.fetch`: this server asks, in the handler's place, hosts that are declared or granted."""

from __future__ import annotations

import base64
import time
from typing import Any, Final

from sandbox.isolates.exceptions import HostCallError
from sandbox.plugins.actions.hosts import allowed_hosts, let_through
from sandbox.plugins.actions.runs import log_fetch
from sandbox.plugins.context.registry import ContextCall, ContextMethod
from widgets_manager.core.exceptions import ApiError, InvalidInput, PermissionDenied
from widgets_manager.egress.client import ANYTHING, Fetched, fetch
from widgets_manager.egress.headers import sendable_headers
from widgets_manager.egress.urls import Target, parse_target

MOST: Final = 10
SECONDS: Final = 240.0
MAX_ANSWER: Final = 10 * 1024 * 1024  # bytes of an answer's body
METHODS_SENT: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# What scripts in browsers may not set, and code on the server may: it signs in with secrets of its own.
_OWN_HEADERS: Final = frozenset({"authorization", "idempotency-key", "user-agent"})
# Who has signed in is not carried on to another host.
_SIGNED: Final = frozenset({"authorization", "cookie"})


def run_fetch(call: ContextCall) -> dict[str, Any]:
    """`fetch(url, {method?, headers?, body?}?)` → `{ok, status, url, headers, body, encoding}`.

    `body` is text, or base64 where the bytes are not UTF-8. Raises HOST_NOT_ALLOWED, FETCH_FAILED and InvalidInput as
    refusals of the call. Blocks for at most SECONDS, outside any transaction.
    """
    url = call.param(0, "url", str)
    options = call.param(1, "options", dict, {})
    method = options.get("method", "GET")
    if not isinstance(method, str) or method.upper() not in METHODS_SENT:
        raise InvalidInput(f"context.fetch: method must be one of {', '.join(METHODS_SENT)}", path="method")
    started = time.monotonic()
    try:
        fetched = _fetched(call, method.upper(), url, options)
    except ApiError as error:
        _log(call, method.upper(), url, started, error=error.message)
        raise HostCallError(error.code, error.message) from None
    _log(call, method.upper(), url, started, status=fetched.status, size=len(fetched.body))
    return _answer(fetched)


def _fetched(call: ContextCall, method: str, url: str, options: dict[str, Any]) -> Fetched:
    headers = options.get("headers") or {}
    if not isinstance(headers, dict):
        raise InvalidInput("context.fetch: headers must be an object", path="headers")
    body = options.get("body")
    if body is not None and not isinstance(body, str):
        raise InvalidInput("context.fetch: body must be a text; JSON.stringify objects", path="body")
    sent = sendable_headers(headers, besides=_OWN_HEADERS)
    target = parse_target(url)
    hosts = allowed_hosts(call.state.widget)
    if not target.is_named_in(hosts):
        raise _not_allowed(target, hosts)
    signed = any(name.lower() in _SIGNED for name in sent)
    return fetch(
        url,
        max_bytes=MAX_ANSWER,
        timeout=SECONDS,
        accept=ANYTHING,
        allow_http=False,
        allow_hosts=let_through(hosts),
        only_hosts=[f"{target.host}:{target.port}"] if signed else hosts,
        method=method,
        headers=sent,
        body=body.encode("utf-8", "replace") if body is not None else None,
        any_status=True,
    )


def _not_allowed(target: Target, hosts: list[str]) -> PermissionDenied:
    named = ", ".join(hosts) or "none"
    return PermissionDenied(
        f"The plugin may not fetch from {target.netloc} (allowed: {named}). Name it in permissions.hosts of the "
        "manifest, or grant it in the plugin's settings.",
        code="HOST_NOT_ALLOWED",
        path="url",
    )


def _answer(fetched: Fetched) -> dict[str, Any]:
    try:
        body, encoding = fetched.body.decode(), "text"
    except UnicodeDecodeError:
        body, encoding = base64.b64encode(fetched.body).decode(), "base64"
    return {
        "ok": 200 <= fetched.status < 300,
        "status": fetched.status,
        "url": fetched.url,
        "headers": dict(fetched.headers),
        "body": body,
        "encoding": encoding,
    }


def _log(call: ContextCall, method: str, url: str, started: float, **outcome: Any) -> None:
    spent = round((time.monotonic() - started) * 1000)
    log_fetch(actor=call.actor, run_id=call.state.run_id, method=method, url=url, milliseconds=spent, **outcome)


METHODS: Final = (ContextMethod("fetch", run_fetch, most=MOST),)
