"""Stage: access. The trees of the templates, in the declarative catalog's format (trees/*.json)."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent / "trees"


@functools.cache
def _read(name: str) -> dict[str, Any]:
    tree: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return tree


def load_tree(name: str) -> dict[str, Any]:
    """A tree that the caller may change."""
    return copy.deepcopy(_read(name))


def tree_names() -> list[str]:
    """The names of all trees."""
    return sorted(file.stem for file in _FOLDER.glob("*.json"))


def find_node(node: Any, node_id: str) -> dict[str, Any]:
    """The node with that id. Raises KeyError."""
    found = _search(node, node_id)
    if found is None:
        raise KeyError(node_id)
    return found


def _search(node: Any, node_id: str) -> dict[str, Any] | None:
    if isinstance(node, dict):
        if node.get("id") == node_id and "type" in node:
            return node
        node = list(node.values())
    if not isinstance(node, list):
        return None
    return next((found for part in node if (found := _search(part, node_id))), None)
