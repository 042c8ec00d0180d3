"""Readings: what the expressions of a text read from their scope, and whether they can be evaluated at all.

Most expressions are a path with filters, such as `{{item.title | truncate(60)}}`: these are recognised as a whole,
which costs a tenth of parsing them. Everything else goes to the parser; both come to the same reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from widgets_manager.declarative.expressions import ExpressionError, filters_of, names_of, parse
from widgets_manager.declarative.problems import quoted, unknown
from widgets_manager.declarative.registry import load_filters

_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_ARGUMENT: Final = r"""(?:[0-9]{1,15}|'[^'\\{}\n]*'|"[^"\\{}\n]*")"""
_ARGUMENTS: Final = rf"(?:\((?:{_ARGUMENT}(?:, ?{_ARGUMENT})*)?\)|(?::{_ARGUMENT})*)"
_SIMPLE: Final = re.compile(
    rf"\{{\{{ *({_NAME})(?:\.(?:{_NAME}|[0-9]{{1,15}})|\[[0-9]{{1,15}}\])*((?: *\| *{_NAME}{_ARGUMENTS})*) *\}}\}}"
)
_USE: Final = re.compile(rf"\| *({_NAME})({_ARGUMENTS})")
_ONE: Final = re.compile(_ARGUMENT)
_WORDS: Final = frozenset({"true", "false", "null"})
_LONGEST: Final = 200  # characters of a text that is looked at here: it cannot break the parser's limits


@dataclass(frozen=True, slots=True)
class Reading:
    """The faults, and the first steps of all paths."""

    errors: tuple[str, ...]
    names: frozenset[str]


@lru_cache(maxsize=4096)
def read_text(text: str) -> Reading:
    """The reading of a text, found once for every text that is the same."""
    return _recognised(text) or _parsed(text)


def _parsed(text: str) -> Reading:
    try:
        template = parse(text)
    except ExpressionError as error:
        return Reading((f"{error} of {quoted(text)}",), frozenset())
    faults = (
        _filter_fault(use.name, len(use.arguments))
        for use in sorted(filters_of(template), key=lambda use: use.position)
    )
    return Reading(tuple(filter(None, faults)), frozenset(name.name for name in names_of(template)))


def _recognised(text: str) -> Reading | None:
    """The reading of a text whose expressions are all paths with filters; None for any other."""
    if len(text) > _LONGEST:
        return None
    names: set[str] = set()
    errors: list[str] = []
    start = 0
    while (opening := text.find("{{", start)) >= 0:
        match = _SIMPLE.match(text, opening)
        if match is None or match[1] in _WORDS:
            return None
        names.add(match[1])
        errors += [fault for name, given in _uses(match[2]) if (fault := _filter_fault(name, given))]
        start = match.end()
    return Reading(tuple(errors), frozenset(names))


def _uses(filters: str) -> Iterator[tuple[str, int]]:
    for name, arguments in _USE.findall(filters) if filters else ():
        yield name, len(_ONE.findall(arguments))


def _filter_fault(name: str, given: int) -> str | None:
    filters = load_filters()
    if name not in filters:
        return unknown("filter", name, filters)
    least, most = _arity(name)
    if least <= given <= most:
        return None
    allowed = str(least) if least == most else f"{least} to {most}" if most < _ANY else f"at least {least}"
    return f"filter {name!r} takes {allowed} argument{'' if allowed == '1' else 's'}, not {given}"


_ANY: Final = 99


@lru_cache(maxsize=256)
def _arity(name: str) -> tuple[int, int]:
    """Fewest and most arguments of a filter."""
    arguments = load_filters()[name]["args"]
    least = sum(1 for argument in arguments if argument.get("required"))
    return least, _ANY if any(argument.get("rest") for argument in arguments) else len(arguments)
