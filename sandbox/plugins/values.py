"""Stage: validation. JSON that a handler gave, as PostgreSQL keeps it: without NUL, half characters and excess."""

from __future__ import annotations

from typing import Any, Final

import orjson

MAX_DEPTH: Final = 64
_CUT: Final = "… [nested too deep]"


def cleaned(value: Any, depth: int = 0) -> Any:
    """The value with texts that any database stores; what is nested deeper than MAX_DEPTH is cut."""
    if isinstance(value, str):
        return cleaned_text(value)
    if isinstance(value, dict | list) and depth >= MAX_DEPTH:
        return _CUT
    if isinstance(value, list):
        return [cleaned(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {cleaned_text(key): cleaned(item, depth + 1) for key, item in value.items()}
    return value


def cleaned_text(text: str) -> str:
    """The text without NUL; half characters become the replacement character."""
    return text.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def kept(value: Any, *, max_bytes: int) -> Any:
    """The value cleaned, or what is kept in place of one that is too large: `{omitted: sentence}`."""
    value = cleaned(value)
    size = len(orjson.dumps(value))
    return value if size <= max_bytes else {"omitted": f"{size:,} bytes; at most {max_bytes:,} are kept"}
