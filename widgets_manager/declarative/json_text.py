"""Reading, stage two: JSON. The value comes from the standard reader; the lines are looked for only when asked."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final, NoReturn

from widgets_manager.declarative.building import MAX_INTEGER, MAX_VALUES, Builder
from widgets_manager.declarative.problems import InvalidDocument, Problem

_LEXEME: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
# Escapes that may stand for half a character or for U+0000; only texts with one of them are looked at closely.
_SUSPECT_ESCAPE: Final = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_DIGITS: Final = 400


class _Suspect(Exception):
    """The standard reader met what it cannot place; building the value again finds and names it."""


def read_json(text: str) -> Any:
    """The value. Raises InvalidDocument: the first fault of the grammar, or all others, each with its line."""
    try:
        if text.count(",") > MAX_VALUES or _SUSPECT_ESCAPE.search(text):
            _check(text)
        return json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise InvalidDocument([_syntax(error)]) from None
    except (_Suspect, RecursionError):
        _check(text)
        raise AssertionError("a fault that the reader met was not found again") from None


def as_list(text: str) -> str | None:
    """Lines of JSON objects, as streams of messages are kept, as one list with every line where it was; else None."""
    lines = text.splitlines()
    written = [place for place, line in enumerate(lines) if line.strip()]
    if len(written) < 2 or not all(
        lines[place].lstrip()[0] == "{" and lines[place].rstrip()[-1] == "}" for place in written
    ):
        return None
    for place in written[:-1]:
        lines[place] += ","
    return "[" + "\n".join(lines) + "]"


def build_json(text: str) -> Builder:
    """A JSON text that is known to be well formed, with its lines."""
    builder = Builder()
    line, end = 1, 0
    for match in _LEXEME.finditer(text):
        line += text.count("\n", end, match.start())
        end = match.start()
        _take(match.group(), builder, line)
    return builder


def _take(lexeme: str, builder: Builder, line: int) -> None:
    if lexeme in "{[":
        builder.open(lexeme == "{", line)
    elif lexeme in "}]":
        builder.close()
    elif builder.expects_key and lexeme[0] == '"':
        builder.key(json.loads(lexeme), line)
    elif lexeme not in ",:":
        builder.scalar(_scalar(lexeme, builder, line), line)


def _scalar(lexeme: str, builder: Builder, line: int) -> Any:
    if len(lexeme) > _DIGITS and lexeme[0] in "-0123456789":
        builder.fault(f"a number of {len(lexeme)} digits; put it in quotes", line)
        return None
    value = json.loads(lexeme)
    if isinstance(value, float) and value - value != 0:  # infinite, or not a number
        builder.fault(f"holds {lexeme[:40]}, which JSON has no form for", line)
    elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        builder.fault("holds half a character (a lone surrogate)", line)
    return value


def _check(text: str) -> None:
    """Raises InvalidDocument with every fault that the grammar allows, JSONDecodeError for one that it does not."""
    with suppress(RecursionError):  # the builder says so, without recursing
        json.loads(text, parse_int=str, parse_float=str)
    builder = build_json(text)
    if builder.problems:
        raise InvalidDocument(builder.problems)


def _syntax(error: json.JSONDecodeError) -> Problem:
    what = error.msg[0].lower() + error.msg[1:]
    return Problem("", f"not JSON: {what} (line {error.lineno}, column {error.colno})", error.lineno)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Suspect
    return value


def _integer(lexeme: str) -> int:
    if len(lexeme) > 17 or abs(int(lexeme)) > MAX_INTEGER:
        raise _Suspect
    return int(lexeme)


def _float(lexeme: str) -> float:
    value = float(lexeme)
    if value - value != 0:
        raise _Suspect
    return value


def _constant(lexeme: str) -> NoReturn:
    raise _Suspect
