"""Stage: validation. The one reader of JSON from outside: what it returns, every later stage can store and show.

Stricter than RFC 8259, in the spirit of I-JSON (RFC 7493): UTF-8, no duplicate names, no NaN or infinities, no lone
surrogates, no U+0000 (PostgreSQL stores none), whole numbers that a browser reads exactly, bounded size and depth.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from widgets_manager.core.exceptions import ApiError

MAX_DEPTH: Final = 100
MAX_SAFE_INTEGER: Final = 2**53 - 1

_LEXEME = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z_$][\w$-]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
# Escapes that may stand for half a character or for U+0000; only texts with one of them are looked at closely.
_SUSPECT_ESCAPE = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_CONSTANTS = frozenset({"NaN", "Infinity", "-Infinity"})


class InvalidJson(ApiError):
    """The text is not JSON as this server accepts it; `path` is set where the fault lies in a known place."""

    status = 422
    code = "INVALID_JSON"


class TooLarge(ApiError):
    """The text has more bytes than is accepted here."""

    status = 413
    code = "TOO_LARGE"


def parse_json(data: bytes | str, *, max_bytes: int, max_depth: int = MAX_DEPTH) -> Any:
    """The value that `data` (UTF-8, with or without a byte order mark) stands for.

    Raises TooLarge, or InvalidJson with line and column of the first fault.
    """
    text = _decode(data, max_bytes)
    deep = text.count("[") + text.count("{") > max_depth
    if deep or _SUSPECT_ESCAPE.search(text):
        _refuse_first_fault(text, max_depth)
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        what = error.msg[0].lower() + error.msg[1:]
        raise InvalidJson(f"Not JSON: line {error.lineno}, column {error.colno}: {what}.") from None
    except _Suspect:
        _refuse_first_fault(text, max_depth)
        raise AssertionError("a fault that the parser met was not found again") from None


def json_path(parts: Iterable[str | int]) -> str:
    """`intents[2].permission` for `("intents", 2, "permission")`; names that are not plain words stand in brackets."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif _PLAIN_NAME.fullmatch(part):
            path += f".{part}" if path else part
        else:
            path += f"[{json.dumps(part[:60], ensure_ascii=False)}]"
    return path


def _decode(data: bytes | str, max_bytes: int) -> str:
    try:
        raw = data.encode() if isinstance(data, str) else data
    except UnicodeEncodeError as error:
        raise InvalidJson(f"Not JSON: character {error.start + 1} is half of a surrogate pair.") from None
    if len(raw) > max_bytes:
        raise TooLarge(f"The JSON text has {len(raw):,} bytes; at most {max_bytes:,} are accepted.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidJson(f"Not JSON: byte {error.start + 1} is not valid UTF-8.") from None
    if not text.strip():
        raise InvalidJson("Not JSON: the text is empty.")
    return text


class _Suspect(Exception):
    """The parser met something that it cannot place; the scan below finds and names it."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Suspect
    return value


def _integer(lexeme: str) -> int:
    if _number_fault(lexeme):
        raise _Suspect
    return int(lexeme)


def _float(lexeme: str) -> float:
    value = float(lexeme)
    if math.isinf(value):
        raise _Suspect
    return value


def _constant(lexeme: str) -> NoReturn:
    raise _Suspect


@dataclass(slots=True)
class _Open:
    """An object or array that the scan is inside of; `at` is the current name or index."""

    is_object: bool
    at: str | int
    names: set[str] = field(default_factory=set)
    expects_name: bool = False


def _refuse_first_fault(text: str, max_depth: int) -> None:
    """Scan the lexemes without recursion and raise InvalidJson for the first fault that the grammar allows.

    A text that breaks the grammar is left to the parser, which sees the same prefix as this scan.
    """
    stack: list[_Open] = []
    for match in _LEXEME.finditer(text):
        lexeme = match.group()
        if lexeme in "]}":
            if not stack:
                return
            stack.pop()
            continue
        fault = _fault(lexeme, stack, max_depth)
        if fault:
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            raise InvalidJson(f"Line {line}, column {column}: {fault}.", path=_path(stack))


def _path(stack: list[_Open]) -> str | None:
    """Where the scan is, short and free of half characters (a name may be what is at fault)."""
    path = json_path(open_.at for open_ in stack if open_.at != "").encode(errors="replace").decode()
    return (path if len(path) <= 200 else f"{path[:199]}…") or None


def _fault(lexeme: str, stack: list[_Open], max_depth: int) -> str:
    """What is wrong with the next lexeme ('' when nothing); brings `stack` up to date."""
    top = stack[-1] if stack else None
    if lexeme in "{[":
        stack.append(_Open(lexeme == "{", "" if lexeme == "{" else 0, expects_name=lexeme == "{"))
        return f"nested deeper than {max_depth} levels" if len(stack) > max_depth else ""
    if lexeme in ",:":
        if top and lexeme == ",":
            top.at = "" if isinstance(top.at, str) else top.at + 1
            top.expects_name = top.is_object
        return ""
    if lexeme[0] == '"':
        return _string_fault(lexeme, top)
    return _number_fault(lexeme)


def _string_fault(lexeme: str, top: _Open | None) -> str:
    try:
        value: str = json.loads(lexeme)
    except json.JSONDecodeError:
        return ""
    if top and top.expects_name:
        top.at, top.expects_name = value, False
        if value in top.names:
            return f"the name {json.dumps(value[:60], ensure_ascii=True)} appears twice in one object"
        top.names.add(value)
    if "\0" in value:
        return "the character U+0000 is not accepted"
    half = _SURROGATE.search(value)
    return f"\\u{ord(half.group()):04x} is half of a surrogate pair" if half else ""


def _number_fault(lexeme: str) -> str:
    if lexeme in _CONSTANTS:
        return f"{lexeme} is not a JSON number"
    digits = lexeme.removeprefix("-")
    if digits.isdecimal():
        # Compared by length first: Python refuses to read thousands of digits, and reads slowly before that.
        if len(digits) > 16 or int(digits) > MAX_SAFE_INTEGER:
            return f"the whole number {lexeme[:40]} is outside ±(2^53 - 1); write it as a string"
        return ""
    if digits[:1].isdecimal():
        try:
            return f"the number {lexeme[:40]} is too large" if math.isinf(float(lexeme)) else ""
        except ValueError:
            return ""
    return ""
