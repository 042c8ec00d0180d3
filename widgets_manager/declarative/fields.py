"""The inputs of trees: the names under which a form has their values, in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from widgets_manager.declarative.registry import load_catalog


def field_names(value: Any) -> list[str]:
    """The names of all inputs in a tree, or in anything that holds trees; each once."""
    return list(dict.fromkeys(_names(value, load_catalog().inputs)))


def _names(value: Any, inputs: frozenset[str]) -> Iterator[str]:
    if isinstance(value, dict):
        name, kind = value.get("name"), value.get("type")
        if isinstance(name, str) and isinstance(kind, str) and kind in inputs:
            yield name
        for item in value.values():
            yield from _names(item, inputs)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item, inputs)
