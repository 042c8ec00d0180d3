"""Stage: validation. What the text of an agent's message means: something said, a widget, or a change of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.dateparse import parse_datetime

from chat.agents.frames import MAX_ID, MAX_TEXT, AttachmentField, attachment_fields
from widgets_manager.core.exceptions import ApiError, InvalidInput
from widgets_manager.core.strict_json import InvalidJson, parse_json

MODES: Final = ("individual", "collective")
_FORMS: Final = 'widget.standard, widget.update, or {"kind":"chat.message","text":…}'


@dataclass(frozen=True, slots=True)
class Said:
    """Plain words, with the files that the payload itself names."""

    text: str
    attachments: tuple[AttachmentField, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A widget; its spec is still to be checked for its kind."""

    widget_id: str
    kind: str
    spec: Any
    expires_at: datetime | None
    response_mode: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of the widget `ref`: a spec to be merged, another end, or both."""

    ref: str
    spec: dict[str, Any] | None
    expires_at: datetime | None


Payload = Said | Asked | Changed


def parse_payload(text: str) -> Payload:
    """What the text means. Raises InvalidInput INVALID_PAYLOAD with the path of the fault."""
    if not text.startswith("{"):
        return Said(text)
    try:
        data = parse_json(text, max_bytes=MAX_TEXT)
    except InvalidJson as error:
        raise _invalid(error.path, f"a text that begins with {{ must be JSON: {error.message}") from None
    kind = data.get("type")
    if kind == "widget.standard":
        return _asked(data)
    if kind == "widget.update":
        return _changed(data)
    if kind == "widget.response":
        raise _invalid("type", "widget.response is what people answer; agents do not send it")
    if kind is None and data.get("kind") == "chat.message":
        return _said(data)
    raise _invalid("type", f"JSON must be one of: {_FORMS}")


def _said(data: dict[str, Any]) -> Said:
    text = data.get("text")
    if not isinstance(text, str):
        raise _invalid("text", "required" if text is None else "must be a string")
    try:
        return Said(text, attachment_fields(data.get("attachments"), "attachments"))
    except ApiError as error:
        raise InvalidInput(error.message, code="INVALID_PAYLOAD", path=error.path) from None


def _asked(data: dict[str, Any]) -> Asked:
    _version(data)
    mode = data.get("response_mode", "individual")
    if mode not in MODES:
        raise _invalid("response_mode", f"must be one of {', '.join(MODES)}")
    return Asked(_id(data, "id"), _id(data, "kind"), data.get("spec"), _moment(data, "expires_at"), mode)


def _changed(data: dict[str, Any]) -> Changed:
    _version(data)
    _id(data, "id")
    patch = data.get("patch")
    if not isinstance(patch, dict):
        raise _invalid("patch", "required" if patch is None else "must be an object")
    unknown = sorted(set(patch) - {"spec", "expires_at"})
    if unknown:
        raise _invalid(f"patch.{unknown[0][:60]}", "unknown; allowed: spec, expires_at")
    spec = patch.get("spec")
    if spec is not None and not isinstance(spec, dict):
        raise _invalid("patch.spec", "must be an object")
    return Changed(_id(data, "ref"), spec, _moment(patch, "expires_at", "patch."))


def _version(data: dict[str, Any]) -> None:
    if data.get("v", 1) != 1:
        raise _invalid("v", "must be 1")


def _id(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    if value is None:
        raise _invalid(name, "required")
    if not isinstance(value, str) or not value or len(value) > MAX_ID:
        raise _invalid(name, f"must be a string of 1 to {MAX_ID} characters")
    return value


def _moment(data: dict[str, Any], name: str, before: str = "") -> datetime | None:
    value = data.get(name)
    if value is None:
        return None
    parsed = _parsed(value) if isinstance(value, str) else None
    if parsed is None:
        raise _invalid(before + name, "must be a date and time with time zone (ISO 8601)")
    return parsed


def _parsed(value: str) -> datetime | None:
    try:
        parsed = parse_datetime(value)
        return parsed.astimezone(UTC) if parsed and parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _invalid(path: str | None, what: str) -> InvalidInput:
    return InvalidInput(f"{path}: {what}" if path else what, code="INVALID_PAYLOAD", path=path)
