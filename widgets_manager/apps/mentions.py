"""Stage: validation. What the trees of an app call: the tools and addresses written in them, each with its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from widgets_manager.declarative.problems import step


@dataclass(frozen=True, slots=True)
class Mention:
    """A tool's name or an address at a path. `reads` says that a data source asks for it; `method` is an address's."""

    kind: Literal["tool", "http"]
    name: str
    path: str
    reads: bool
    method: str = ""


def mentions(value: Any, path: str = "widgets") -> Iterator[Mention]:
    """Every tool and address of actions and data sources below a value, in its order."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from mentions(item, step(path, index))
    if not isinstance(value, dict):
        return
    for kind, key in (("tool", "tool"), ("http", "url")):
        name = value.get(key)
        asks = value.get("action") == kind
        if isinstance(name, str) and (asks or value.get("type") == kind):
            place, method = step(path, key), str(value.get("method") or ("POST" if asks else "GET")).upper()
            if kind == "tool":
                yield Mention("tool", name, place, reads=not asks)
            else:
                yield Mention("http", name, place, reads=not asks, method=method)
    for key, item in value.items():
        yield from mentions(item, step(path, key))


def tools_of(value: Any) -> list[str]:
    """The names of all tools, each once."""
    return sorted({mention.name for mention in mentions(value) if mention.kind == "tool"})
