"""Stage: validation. How much a session keeps, and texts that are cut to fit."""

from __future__ import annotations

from typing import Any, Final

import orjson

from widgets_manager.core.exceptions import Conflict, InvalidInput
from widgets_manager.declarative.values import FORBIDDEN

MAX_STATE: Final = 64 * 1024  # bytes of JSON, of one app in one session
MAX_WIDGET: Final = 256 * 1024  # bytes of JSON, of a mounted widget with its data, ctx and values
MAX_CTX: Final = 64 * 1024
MAX_OPEN: Final = 100  # widgets mounted at once in a session
MAX_PATHS: Final = 100  # in one patch or one set
MAX_DEPTH: Final = 32
MAX_KEPT_DEPTH: Final = 16  # of what forms and results bring; the state may be changed further down by its own keys
MAX_MESSAGE: Final = 500
MAX_RESULT: Final = 8 * 1024  # bytes of a tool's result that are kept in the state
# Files that people give to widgets, counted as files of the largest size (WIDGET_FILE_MB).
MAX_SESSION_FILES: Final = 10  # in one conversation; of one person without any
MAX_TENANT_FILES: Final = 400


def require_json(value: Any, path: str, *, max_bytes: int) -> int:
    """The size of a JSON value in bytes. Raises InvalidInput for what PostgreSQL or a browser could not keep."""
    if fault := _fault(value, path, 0):
        raise InvalidInput(f"{fault[0]}: {fault[1]}", path=fault[0])
    size = len(orjson.dumps(value))
    if size > max_bytes:
        raise InvalidInput(f"{path}: {size:,} bytes as JSON; at most {max_bytes:,} are allowed", path=path)
    return size


def require_room(value: Any, path: str, what: str, *, max_bytes: int) -> None:
    """Refuse what would grow too large by a change. Raises Conflict LIMIT that says how large it may be."""
    size = len(orjson.dumps(value))
    if size > max_bytes:
        message = f"{what} would have {size:,} bytes; at most {max_bytes:,} are kept. Remove something first."
        raise Conflict(message, code="LIMIT", path=path)


def storable(value: Any, depth: int = 0) -> Any:
    """A JSON value from outside as the state keeps it: keys that no state may have left out, what is nested too deep
    as its JSON, texts without what no database stores.
    """
    if isinstance(value, str):
        return value if _is_text(value) else value.replace("\x00", "").encode(errors="ignore").decode()
    if isinstance(value, dict | list) and depth >= MAX_KEPT_DEPTH:
        return "… [cut: nested too deep]"
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in FORBIDDEN and _is_text(key)}
        return {key: storable(item, depth + 1) for key, item in kept.items()}
    return value


def _fault(value: Any, path: str, depth: int) -> tuple[str, str] | None:
    if depth > MAX_DEPTH:
        return path, f"nested deeper than {MAX_DEPTH} levels"
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _is_text(key) or key in FORBIDDEN:
                return path, f"the key {key!a} is not allowed"
            if found := _fault(item, f"{path}.{key}", depth + 1):
                return found
        return None
    if isinstance(value, list):
        faults = (_fault(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value))
        return next((found for found in faults if found), None)
    if isinstance(value, str):
        return None if _is_text(value) else (path, "must be text without NUL or half characters")
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):
        return path, f"a {type(value).__name__} is not JSON"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return path, "must be a finite number"
    return None


def _is_text(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning and how much is missing."""
    if len(text) <= limit:
        return text
    marker = f"… [cut: {len(text):,} characters]"
    return text[: max(0, limit - len(marker))] + marker


def fit(value: Any, max_bytes: int) -> Any:
    """A JSON value of at most that many bytes: long texts and lists are cut, with a marker, until it fits."""
    length = max_bytes
    shown = value
    while len(orjson.dumps(shown)) > max_bytes:
        if length < 32:
            return cut(orjson.dumps(value).decode(), max(64, max_bytes // 4))
        length //= 2
        shown = _shorter(value, length)
    return shown


def _shorter(value: Any, length: int) -> Any:
    if isinstance(value, str):
        return cut(value, length)
    if isinstance(value, list):
        kept = [_shorter(item, length) for item in value[: max(1, length // 16)]]
        return kept + ([f"… [cut: {len(value):,} items]"] if len(kept) < len(value) else [])
    if isinstance(value, dict):
        return {key: _shorter(item, length) for key, item in value.items()}
    return value
