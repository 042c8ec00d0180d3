"""Foreign values as properties of ours: texts that stay texts, expressions, names, addresses."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

MAX_TEXT: Final = 8_000
_BRACES: Final = re.compile(r"\{+")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_NOT_IN_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")
_PLAIN_STEP: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MARKDOWN: Final = re.compile(r"\*\*|__|~~|`|\]\(|^\s*(?:#{1,6}|[-*+]|\d+[.)])\s", re.MULTILINE)
_RESERVED: Final = frozenset({"valid", "constructor", "prototype", "__proto__"})


def plain(value: object) -> str:
    """A value as text: what is no text as JSON, without characters that cannot be stored, cut where it is very long."""
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, default=str)
    text = _UNSTORABLE.sub("", text)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def literal(value: object) -> str:
    """A text that shows as it is: braces that would begin an expression stand inside of one."""
    text = plain(value)
    if "{{" not in text:
        return text
    if not text.strip().strip("{"):  # white space around a single expression would not count
        return wrap(source(text) or "''")
    return piece(text)


def piece(text: str) -> str:
    """A literal part of a text that also has expressions; a brace at its end must not join the next one."""
    return _BRACES.sub(lambda braces: f"{{{{'{braces[0]}'}}}}", text)


def wrap(expression: str) -> str:
    """The expression as a whole text."""
    return f"{{{{{expression}}}}}"


def source(value: object) -> str | None:
    """A plain value as part of an expression; None for lists and objects, which have no literals there."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int | float):
        return repr(value) if math.isfinite(value) and abs(value) < 1e15 else None
    if not isinstance(value, str):
        return None
    escaped = plain(value).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    escaped = escaped.replace("\r", "\\r")
    return "'" + re.sub("[\x01-\x1f\x7f]", "", escaped) + "'"


def member(target: str, step: str) -> str:
    """One step down in an expression."""
    return f"{target}.{step}" if _PLAIN_STEP.fullmatch(step) else f"{target}[{source(step)}]"


def path(root: str, steps: Iterable[str]) -> str:
    """A path in an expression."""
    expression = root
    for step in steps:
        expression = f"{expression}[{step}]" if step.isdecimal() and step.isascii() else member(expression, step)
    return expression


def has_markdown(text: str) -> bool:
    """Whether the text has marks of Markdown."""
    return _MARKDOWN.search(text) is not None


def address(value: object, *, image: bool = False) -> str | None:
    """An address that may be opened (https, http, mailto, tel) or, with `image`, shown; None for any other."""
    if not isinstance(value, str) or len(value) > 2_000:
        return None
    text = plain(value).strip()
    try:
        scheme = urlsplit(text).scheme.lower()
    except ValueError:
        return None
    if text.startswith("/") and not text.startswith(("//", "/\\")):
        return literal(text)
    return literal(text) if scheme in ({"https", "http"} if image else {"https", "http", "mailto", "tel"}) else None


def pixels(value: object) -> float | None:
    """A number of pixels from `80px` or `80`."""
    match = re.fullmatch(r"\s*(\d{1,4})(?:\.\d+)?\s*(?:px)?\s*", value) if isinstance(value, str) else None
    if match:
        return float(match[1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 10_000 else None


def number(value: object) -> float | int | None:
    """A finite number, also written as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value


class Names:
    """Names of inputs: letters, digits and _, each once."""

    def __init__(self) -> None:
        self._by_key: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, key: object) -> str:
        """The name for a foreign id or path; the same for the same key."""
        text = plain(key)
        if text in self._by_key:
            return self._by_key[text]
        base = _NOT_IN_NAME.sub("_", text).strip("_")[:60] or "value"
        base = f"_{base}" if base[0].isdecimal() or base in _RESERVED else base
        name, count = base, 2
        while name in self._taken:
            name, count = f"{base}_{count}", count + 1
        self._taken.add(name)
        self._by_key[text] = name
        return name
