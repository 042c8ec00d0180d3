"""Reading, stage one: a value grows from events, and with it the line of everything in it.

Both readers, of YAML and of JSON, drive one Builder. It never recurses, and holds the limits that have to be held while
a text is read: depth, values once aliases are written out, keys that appear twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeAlias

from widgets_manager.declarative.limits import MAX_DEPTH
from widgets_manager.declarative.problems import InvalidDocument, Problem, quoted, step

MAX_VALUES: Final = 100_000
MAX_INTEGER: Final = 2**53 - 1

Below: TypeAlias = "dict[str, Spot] | list[Spot] | None"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands, and where everything below it does; the line of an entry is that of its key."""

    line: int
    below: Below = None

    def find(self, path: str) -> int:
        """The line of a path such as `.modals.booking.tree.children[1]`, or of what it leads to last."""
        spot = self
        while path and (found := _descend(spot.below, path)) is not None:
            spot, path = found
        return spot.line


def _descend(below: Below, path: str) -> tuple[Spot, str] | None:
    for text, spot in _steps(below):
        rest = path.removeprefix(text)
        if rest != path and (not rest or rest[0] in ".["):
            return spot, rest
    return None


def _steps(below: Below) -> Iterator[tuple[str, Spot]]:
    if isinstance(below, dict):
        yield from ((step("", key), spot) for key, spot in below.items())
    elif below is not None:
        yield from ((step("", place), spot) for place, spot in enumerate(below))


@dataclass(frozen=True, slots=True)
class _Built:
    """A finished value: how many values it is, and how many levels."""

    value: Any
    below: Below
    size: int = 1
    height: int = 0


@dataclass(slots=True)
class _Open:
    """A list or object that the reader is inside of; `key` is the name that waits for its value."""

    value: dict[str, Any] | list[Any]
    below: dict[str, Spot] | list[Spot]
    line: int
    anchor: str | None
    key: str | None = None
    key_line: int = 0
    size: int = 1
    height: int = 0


@dataclass(slots=True)
class Builder:
    """Takes events in the order of the text; `value` and `spot` are whole once everything is closed."""

    value: Any = None
    spot: Spot = field(default_factory=lambda: Spot(1))
    problems: list[Problem] = field(default_factory=list)
    _stack: list[_Open] = field(default_factory=list)
    _anchors: dict[str, _Built | None] = field(default_factory=dict)
    _size: int = 0

    @property
    def expects_key(self) -> bool:
        """Whether the next scalar names an entry of an object."""
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and self._stack[-1].key is None

    def open(self, is_object: bool, line: int, anchor: str | None = None) -> None:
        """A list or object begins."""
        if self.expects_key:
            self.stop("a key must be a text, not a list or an object; a text that begins with {{ needs quotes", line)
        if len(self._stack) >= MAX_DEPTH:
            self.stop(f"nested deeper than {MAX_DEPTH} levels", line)
        if anchor is not None:
            self._anchors[anchor] = None
        self._stack.append(_Open({} if is_object else [], {} if is_object else [], line, anchor))

    def close(self) -> None:
        """The innermost list or object ends."""
        top = self._stack.pop()
        self._count(1, top.line)
        self._add(_Built(top.value, top.below, top.size, top.height + 1), top.line, top.anchor)

    def key(self, name: str, line: int) -> None:
        """The name of the next entry."""
        top = self._stack[-1]
        top.key, top.key_line = name, line
        if isinstance(top.below, dict) and name in top.below:
            self.fault(f"the key {quoted(name)} appears twice (first in line {top.below[name].line})", line)
        if "\0" in name:
            self.fault("the character U+0000 is not accepted in a key", line)

    def scalar(self, value: Any, line: int, anchor: str | None = None) -> None:
        """A value that holds no others."""
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            self.fault("a whole number outside ±(2^53 - 1); put it in quotes", line)
        elif isinstance(value, str) and "\0" in value:
            self.fault("the character U+0000 is not accepted", line)
        self._count(1, line)
        self._add(_Built(value, None), line, anchor)

    def alias(self, name: str, line: int) -> None:
        """A value that stands elsewhere in the text."""
        if self.expects_key:
            self.stop("an alias cannot be a key", line)
        built = self._anchors.get(name)
        if built is None:
            inside = name in self._anchors
            self.stop(f"the alias *{name} " + ("stands inside what it names" if inside else "names nothing"), line)
        if len(self._stack) + built.height > MAX_DEPTH:
            self.stop(f"nested deeper than {MAX_DEPTH} levels once *{name} is written out", line)
        self._count(built.size, line)
        self._add(built, line, None)

    def fault(self, message: str, line: int) -> None:
        """Note what is wrong with the value that is being read."""
        self.problems.append(Problem(self._path(), message, line))

    def stop(self, message: str, line: int) -> NoReturn:
        """Give up with everything found. Raises InvalidDocument."""
        self.fault(message, line)
        raise InvalidDocument(self.problems)

    def _add(self, built: _Built, line: int, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = built
        if not self._stack:
            self.value, self.spot = built.value, Spot(line, built.below)
            return
        top = self._stack[-1]
        top.size += built.size
        top.height = max(top.height, built.height)
        if isinstance(top.value, dict) and isinstance(top.below, dict) and top.key is not None:
            top.value[top.key] = built.value
            top.below[top.key] = Spot(top.key_line, built.below)
            top.key = None
        elif isinstance(top.value, list) and isinstance(top.below, list):
            top.value.append(built.value)
            top.below.append(Spot(line, built.below))

    def _count(self, values: int, line: int) -> None:
        self._size += values
        if self._size > MAX_VALUES:
            self.stop(f"more than {MAX_VALUES:,} values once aliases are written out", line)

    def _path(self) -> str:
        path = ""
        for level in self._stack:
            if isinstance(level.value, list):
                path = step(path, len(level.value))
            elif level.key is not None:
                path = step(path, level.key)
        return path.removeprefix(".")
