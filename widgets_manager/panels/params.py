"""Stage: validation. The arguments of an operation, one reader a type.

An intent's paramsSchema has been checked before, where it has one; these checks stand whatever the manifest says.
Every fault is an InvalidParams (422) that names the parameter and what is allowed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from widgets_manager.widgets.validation import InvalidParams

Params = Mapping[str, Any]

TITLE_LENGTH: Final = 500
URL_LENGTH: Final = 2000
MAX_FIELDS: Final = 30
MAX_FIELD_BYTES: Final = 8_000
LARGEST_NUMBER: Final = 1e15
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST_WITH_PORT: Final = re.compile(r"[a-z0-9.-]+:\d{1,5}(/|$)", re.IGNORECASE)
_UNSAFE_IN_URL: Final = re.compile(r"[\x00-\x20\x7f\\<>\"`{}|^]")


def fault(name: str, message: str) -> InvalidParams:
    """The refusal of one parameter."""
    return InvalidParams(f"params.{name}: {message}", path=f"params.{name}")


def text(params: Params, name: str, *, limit: int) -> str:
    """A text with its line breaks, trimmed; empty when absent."""
    value = params.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise fault(name, "must be a string")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise fault(name, "must be plain text, without NUL or lone surrogates")
    trimmed = value.strip()
    if len(trimmed) > limit:
        raise fault(name, f"has {len(trimmed):,} characters; at most {limit:,} are allowed")
    return trimmed


def required_text(params: Params, name: str, *, limit: int) -> str:
    """As `text`, but it must say something."""
    value = text(params, name, limit=limit)
    if not value:
        raise fault(name, "required")
    return value


def line(params: Params, name: str) -> str:
    """A title: one line of at most 500 characters; empty when absent."""
    return " ".join(text(params, name, limit=TITLE_LENGTH).split())


def required_line(params: Params, name: str) -> str:
    """As `line`, but it must say something."""
    return " ".join(required_text(params, name, limit=TITLE_LENGTH).split())


def flag(params: Params, name: str) -> bool | None:
    """True, false, or None when absent."""
    value = params.get(name)
    if value is not None and not isinstance(value, bool):
        raise fault(name, "must be true or false")
    return value


def number(params: Params, name: str) -> int | float | None:
    """A finite number within ±1e15, or None when absent."""
    value = params.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise fault(name, "must be a number")
    if abs(value) > LARGEST_NUMBER:
        raise fault(name, f"must lie between {-LARGEST_NUMBER:,.0f} and {LARGEST_NUMBER:,.0f}")
    return int(value) if float(value).is_integer() else value


def whole(params: Params, name: str) -> int | None:
    """A whole number, or None when absent."""
    value = number(params, name)
    if value is not None and not isinstance(value, int):
        raise fault(name, "must be a whole number")
    return value


def web_address(params: Params, name: str) -> str:
    """An http or https address; `https://` is put before one without a scheme. Raises InvalidParams for others."""
    value = required_text(params, name, limit=URL_LENGTH)
    if not _SCHEME.match(value) or _HOST_WITH_PORT.match(value):
        value = f"https://{value}"
    try:
        parts = urlsplit(value)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise fault(name, f"'{value}' is not a web address") from None
    if parts.scheme.lower() not in ("http", "https"):
        raise fault(name, f"'{parts.scheme}:' is not allowed; allowed: https, http")
    if not host or _UNSAFE_IN_URL.search(value) or parts.username is not None:
        raise fault(name, f"'{value}' is not a web address of the form https://host/path")
    return value


def extra_fields(params: Params, known: frozenset[str]) -> dict[str, Any]:
    """What a manifest declares beyond the operation's own parameters: at most 30 fields and 8 KB of JSON."""
    fields = {name: value for name, value in params.items() if name not in known}
    if len(fields) > MAX_FIELDS:
        raise InvalidParams(f"params: {len(fields)} fields; at most {MAX_FIELDS} are allowed", path="params")
    for name, value in fields.items():
        if isinstance(value, str):
            text(params, name, limit=MAX_FIELD_BYTES)
    try:
        size = len(json.dumps(fields, allow_nan=False, ensure_ascii=False).encode())
    except (TypeError, ValueError, RecursionError):
        raise InvalidParams("params: must be plain JSON", path="params") from None
    if size > MAX_FIELD_BYTES:
        raise InvalidParams(f"params: {size:,} bytes; at most {MAX_FIELD_BYTES:,} are allowed", path="params")
    return fields
