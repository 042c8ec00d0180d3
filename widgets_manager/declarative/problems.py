"""What a compile finds: a place, what is wrong there and what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from rapidfuzz import fuzz, process

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SHOWN: Final = 60
_CLOSE: Final = 60
_CLOSE_SHORT: Final = 75  # of names with up to four characters: `kind` is not nearly `id`
_SHORT: Final = 4


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One error or warning. `path` is written as in `widgets.modals.booking.tree.children[1].label`, and empty for the
    whole document; `line` counts from 1 and is None where the source has no lines, `file` where it has no name.
    """

    path: str
    message: str
    line: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message

    def as_dict(self) -> dict[str, Any]:
        """`{path, message}`, with `line` and `file` where there are any."""
        return {key: value for key, value in asdict(self).items() if value is not None}


class InvalidTree(ValueError):
    """A tree or a block `widgets` cannot be served; `errors` says everything that is wrong with it."""

    def __init__(self, errors: Iterable[Problem]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))


class InvalidDocument(ValueError):
    """A text is no document; `problems` says everything that is wrong with it, each with its line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def step(path: str, key: str | int) -> str:
    """The path one step further down."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if _PLAIN_KEY.fullmatch(key) else f"{path}[{quoted(key)}]"


def quoted(value: object) -> str:
    """The value as messages show it: texts in single quotes, null, true and false as in JSON, cut where it is long."""
    shown = json.dumps(value) if value is None or isinstance(value, bool) else repr(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def closest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    cutoff = _CLOSE_SHORT if len(name) <= _SHORT else _CLOSE
    match = process.extractOne(name.lower(), list(names), scorer=fuzz.ratio, score_cutoff=cutoff)
    return match[0] if match else None


def hint(name: object, names: Iterable[str]) -> str:
    """`; did you mean 'chat'?`, or nothing where no name is close."""
    near = closest(name, names) if isinstance(name, str) and len(name) <= _SHOWN else None
    return f"; did you mean {near!r}?" if near else ""


def unknown(noun: str, name: object, names: Iterable[str]) -> str:
    """`unknown action 'chatt' (allowed: ['alert', 'chat', …]); did you mean 'chat'?`."""
    allowed = sorted(names)
    return f"unknown {noun} {quoted(name)} (allowed: {allowed}){hint(name, allowed)}"
