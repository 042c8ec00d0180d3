"""Stage: handlers. `network.fetch`: this server asks, in the script's place, the origins that the manifest names.

The script itself reaches nobody. What is asked goes out without cookies or anything else of the person's, by the one
client that refuses private addresses, and every request is logged, the refused ones too.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import close_old_connections, transaction

from sandbox.frames.access import sandbox_of
from sandbox.frames.actions.network import log_request
from sandbox.frames.capabilities import Capability, CapabilityCall
from widgets_manager.apps.access import private_hosts
from widgets_manager.core.exceptions import ApiError, PermissionDenied
from widgets_manager.egress.client import ANYTHING, Fetched, fetch
from widgets_manager.egress.exceptions import FetchError, Reason
from widgets_manager.egress.headers import sendable_headers
from widgets_manager.egress.urls import Target, parse_target
from widgets_manager.widgets.samples import own_sample_data

METHODS_SENT: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# Of the body as the answer carries it: a message of the bridge has 64 KB.
MAX_ANSWER: Final = 48 * 1024
SECONDS: Final = 10.0
_LOCAL: Final = frozenset({"localhost", "127.0.0.1"})
_TEXTUAL: Final = re.compile(r"text/.+|application/(json|xml|javascript|x-www-form-urlencoded|.+\+(json|xml))")


def fetch_for_script(call: CapabilityCall) -> dict[str, Any]:
    """`{url, method?, headers?, body?}` → `{ok, status, url, contentType, body, encoding}`.

    Raises HOST_NOT_ALLOWED (403), FETCH_FAILED (502), TOO_LARGE (413) and, for headers, InvalidInput. Blocks for at
    most ten seconds, outside any transaction.
    """
    method, url = str(call.params.get("method", "GET")), str(call.params["url"])
    started = time.monotonic()
    try:
        fetched = _fetched(call, method, url)
        answer = _answer(fetched)
    except ApiError as error:
        _log(call, method, url, started, error=error.message)
        raise
    _log(call, method, url, started, status=fetched.status, size=len(fetched.body))
    return answer


def _log(call: CapabilityCall, method: str, url: str, started: float, **outcome: Any) -> None:
    spent = round((time.monotonic() - started) * 1000)
    log_request(actor=call.actor, instance=call.instance, method=method, url=url, milliseconds=spent, **outcome)


def _fetched(call: CapabilityCall, method: str, url: str) -> Fetched:
    headers = sendable_headers(call.params.get("headers", {}), "params.headers")
    body = call.params.get("body")
    allowed = _allowed(call)
    _require_allowed(parse_target(url), allowed)
    sample = own_sample_data(url) if method == "GET" else None
    if sample is not None:
        return Fetched(url, 200, "application/json", sample)
    if not transaction.get_connection().in_atomic_block:
        close_old_connections()  # a slow answer must not keep a connection of the pool
    try:
        return fetch(
            url,
            max_bytes=MAX_ANSWER,
            timeout=SECONDS,
            accept=ANYTHING,
            allow_http=False,
            allow_hosts=[*private_hosts(), *_on_this_machine(allowed)],
            only_hosts=[f"{target.host}:{target.port}" for target in allowed.values()],
            method=method,
            headers=headers,
            body=body.encode() if body is not None else None,
            any_status=True,
        )
    except FetchError as error:
        raise (_too_large() if error.reason is Reason.TOO_LARGE else error) from None


def _allowed(call: CapabilityCall) -> Mapping[str, Target]:
    """The origins that the manifest names."""
    targets = map(parse_target, sandbox_of(call.instance).network_allowlist)
    return {target.origin: target for target in targets}


def _require_allowed(target: Target, allowed: Mapping[str, Target]) -> None:
    if target.origin not in allowed:
        named = ", ".join(allowed) or "none; the manifest names them in sandbox.networkAllowlist"
        raise PermissionDenied(
            f"The widget may not fetch from {target.origin} (allowed: {named}).",
            code="HOST_NOT_ALLOWED",
            path="params.url",
        )


def _on_this_machine(allowed: Mapping[str, Target]) -> list[str]:
    """Servers of whoever develops the widget, without TLS; nothing of the kind counts in production."""
    if settings.ENVIRONMENT == "production":
        return []
    return [f"{target.host}:{target.port}" for target in allowed.values() if target.host in _LOCAL]


def _answer(fetched: Fetched) -> dict[str, Any]:
    """Text where the type says so and the bytes are UTF-8, else base64. Raises TOO_LARGE."""
    text = _as_text(fetched)
    body = base64.b64encode(fetched.body).decode() if text is None else text
    if len(orjson.dumps(body)) > MAX_ANSWER:
        raise _too_large()
    return {
        "ok": 200 <= fetched.status < 300,
        "status": fetched.status,
        "url": fetched.url,
        "contentType": fetched.content_type,
        "body": body,
        "encoding": "base64" if text is None else "text",
    }


def _as_text(fetched: Fetched) -> str | None:
    if fetched.body and not _TEXTUAL.fullmatch(fetched.content_type):
        return None
    try:
        return fetched.body.decode()
    except UnicodeDecodeError:
        return None


def _too_large() -> ApiError:
    return ApiError(
        f"The answer is larger than the {MAX_ANSWER:,} bytes that a message of the bridge has room for.",
        code="TOO_LARGE",
        status=413,
        path="params.url",
    )


METHODS: Final = (
    Capability(
        "network.fetch",
        "network:fetch",
        fetch_for_script,
        {
            "url": {"type": "string", "minLength": 1, "maxLength": 2000},
            "method": {"enum": list(METHODS_SENT)},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            "body": {"type": "string"},
        },
        ("url",),
    ),
)
