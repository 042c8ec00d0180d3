"""Stage: validation. Dotted paths into JSON: what `widget.update` changes, by the rules of store.ts.

Objects and lists that are missing on the way are made; a list takes indexes up to its length, which appends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.declarative.problems import hint
from widgets_manager.declarative.values import FORBIDDEN, UNDEFINED
from widgets_manager.sessions.limits import MAX_DEPTH, MAX_PATHS, require_json

ROOTS: Final = ("ctx", "data", "state")
MAX_PATH: Final = 200
MAX_PATCH: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """One value and where it goes: `data.sources.0.title` as its root and the steps below it."""

    path: str
    root: str
    steps: tuple[str, ...]
    value: Any


def read_patch(patch: Mapping[str, Any]) -> list[Change]:
    """The changes of a patch, in order. Raises InvalidInput that names the path and what is allowed."""
    if not patch or len(patch) > MAX_PATHS:
        raise InvalidInput(f"patch: needs 1 to {MAX_PATHS} paths, has {len(patch)}", path="patch")
    return [_read(path, value) for path, value in patch.items()]


def _read(path: str, value: Any) -> Change:
    root, *steps = path.split(".")
    if root not in ROOTS:
        raise _fault(path, f"begins with none of {', '.join(ROOTS)}{hint(root, ROOTS)}")
    if not steps:
        raise _fault(path, f"names all of {root}; name a value in it, such as {root}.name")
    if len(path) > MAX_PATH or len(steps) > MAX_DEPTH or any(not step or step in FORBIDDEN for step in steps):
        raise _fault(path, "is no dotted path such as data.sources.0.title")
    require_json(value, f"patch['{path}']", max_bytes=MAX_PATCH)
    return Change(path, root, tuple(steps), value)


def with_value(target: Any, change: Change) -> Any:
    """A copy of `target` with the value at the change's steps. Raises InvalidInput for an index out of range."""
    return _replaced(target, change.steps, change)


def _replaced(target: Any, steps: tuple[str, ...], change: Change) -> Any:
    if not steps:
        return change.value
    key, below = steps[0], steps[1:]
    if isinstance(target, list) or (target is UNDEFINED and key.isdecimal()):
        return _with_item(target if isinstance(target, list) else [], key, below, change)
    known = dict(target) if isinstance(target, dict) else {}
    known[key] = _replaced(known.get(key, UNDEFINED), below, change)
    return known


def _with_item(items: list[Any], key: str, below: tuple[str, ...], change: Change) -> list[Any]:
    index = int(key) if key.isascii() and key.isdecimal() and len(key) < 7 else -1
    if not 0 <= index <= len(items):
        allowed = f"0 to {len(items) - 1}, or {len(items)} to append" if items else "0, to append"
        raise _fault(change.path, f"'{key}' is not an index of a list with {len(items)} items (allowed: {allowed})")
    value = _replaced(items[index] if index < len(items) else UNDEFINED, below, change)
    return [*items[:index], value, *items[index + 1 :]]


def _fault(path: str, message: str) -> InvalidInput:
    shown = path if len(path) <= MAX_PATH else f"{path[: MAX_PATH - 1]}…"
    return InvalidInput(f"patch['{shown}']: {message}", path=f"patch['{shown}']")
