"""State: `set_state` on the server, by the same rules as in the browser (tests/fixtures/state_operations.json).

A key is a name or a dotted path; its last step may be an operation: toggle, append, remove, increment.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from widgets_manager.declarative.problems import quoted
from widgets_manager.declarative.values import FORBIDDEN, UNDEFINED, equal, is_number, member, tidy, truthy

MAX_KEY: Final = 200
_INDEX: Final = re.compile(r"[0-9]{1,15}", re.ASCII)


class InvalidChange(ValueError):
    """A change that cannot be made; `key` is the one at fault."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{quoted(key)}: {message}")
        self.key = key


def apply_set(state: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The state after the changes, key by key in order; the given one stays as it is. Raises InvalidChange."""
    after: Any = dict(state)
    for key, argument in changes.items():
        path, operation = _read(key)
        try:
            value = argument if operation is None else operation(_at(after, path), argument)
            after = _replaced(after, path, value)
        except _Refused as error:
            raise InvalidChange(key, str(error)) from None
    result: dict[str, Any] = after
    return result


class _Refused(Exception):
    pass


def _read(key: str) -> tuple[list[str], Callable[[Any, Any], Any] | None]:
    """The path that a key names, and what is done there."""
    steps = key.split(".")
    if not all(steps) or len(key) > MAX_KEY:
        raise InvalidChange(key[:MAX_KEY], f"must be a name or dotted path of at most {MAX_KEY} characters")
    if not FORBIDDEN.isdisjoint(steps):
        raise InvalidChange(key, f"no step may be one of {sorted(FORBIDDEN)}")
    operation = _OPERATIONS.get(steps[-1]) if len(steps) > 1 else None
    return (steps[:-1] if operation else steps), operation


def _at(target: Any, path: Sequence[str]) -> Any:
    for name in path:
        target = member(target, name)
    return target


def _replaced(target: Any, path: Sequence[str], value: Any) -> Any:
    """A copy in which only the way to `path` is new; lists and objects that are missing are made."""
    if not path:
        return value
    name, rest = path[0], path[1:]
    below = _replaced(member(target, name), rest, value)
    if isinstance(target, list) or (target is UNDEFINED and _INDEX.fullmatch(name)):
        return _with_item(target if isinstance(target, list) else [], name, below)
    return {**(target if isinstance(target, Mapping) else {}), name: below}


def _with_item(items: list[Any], name: str, value: Any) -> list[Any]:
    if not _INDEX.fullmatch(name) or int(name) > len(items):
        raise _Refused(f"{quoted(name)} is not an index of a list with {len(items)} items")
    return [*items[: int(name)], value, *items[int(name) + 1 :]]


def _toggle(before: Any, item: Any) -> Any:
    if not isinstance(before, list) and isinstance(item, bool):
        return not truthy(before)
    items = _list(before)
    return _remove(items, item) if any(equal(present, item) for present in items) else [*items, item]


def _append(before: Any, item: Any) -> Any:
    return [*_list(before), item]


def _remove(before: Any, item: Any) -> Any:
    return [present for present in _list(before) if not equal(present, item)]


def _increment(before: Any, amount: Any) -> Any:
    total = float(before if is_number(before) else 0) + float(amount if is_number(amount) else 1)
    if not math.isfinite(total):
        raise _Refused("the number is too large")
    return tidy(total)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


_OPERATIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "toggle": _toggle,
    "append": _append,
    "remove": _remove,
    "increment": _increment,
}
