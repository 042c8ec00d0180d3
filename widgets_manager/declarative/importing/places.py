"""Where the nodes of an imported tree come from, so that what is wrong with them has a line in the payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from widgets_manager.declarative.problems import step

_MARK: Final = "\0from"  # no key that a text can bring


def marked(node: dict[str, Any], place: str) -> dict[str, Any]:
    """The node with the path in the payload that it was made of."""
    return {**node, _MARK: place}


def unmarked(tree: Any, path: str = "tree") -> tuple[Any, dict[str, str]]:
    """The tree without its marks, and these by the path of their node; paths begin as `compile_tree` writes them."""
    places: dict[str, str] = {}
    return _lifted(tree, path, places), places


def _lifted(value: Any, path: str, places: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_lifted(item, step(path, at), places) for at, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if _MARK in value:
        places[path] = value[_MARK]
    return {key: _lifted(item, step(path, key), places) for key, item in value.items() if key != _MARK}


def place_of(path: str, places: Mapping[str, str]) -> str:
    """The path in the payload for one in the tree: that of the nearest node above it, "" where there is none."""
    while path:
        if path in places:
            return places[path]
        path = path[: max(path.rfind("."), path.rfind("["))] if "." in path or "[" in path else ""
    return ""
