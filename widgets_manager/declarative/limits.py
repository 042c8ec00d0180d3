"""Limits on a document, checked before anything reads it closely."""

from __future__ import annotations

import math
from typing import Any, Final

import orjson

from widgets_manager.declarative.problems import Problem, step

MAX_BYTES: Final = 512 * 1024
MAX_DEPTH: Final = 64
MAX_NODES: Final = 2_000
MAX_EXPRESSIONS: Final = 5_000


def check_limits(document: Any, path: str) -> Problem | None:
    """The first limit that the document breaks: depth, nodes, expressions, plain JSON, bytes. Never recurses."""
    nodes = expressions = depth = 0
    level: list[Any] = [document]
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return Problem(path, f"nested deeper than {MAX_DEPTH} levels")
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                expressions += "{{" in value
            elif isinstance(value, dict):
                nodes += "type" in value
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            elif isinstance(value, float) and not math.isfinite(value):
                return Problem(path, f"holds {value}, which JSON has no form for")
        if nodes > MAX_NODES:
            return Problem(path, f"more than {MAX_NODES} nodes")
        if expressions > MAX_EXPRESSIONS:
            return Problem(path, f"more than {MAX_EXPRESSIONS} texts with expressions")
        level = below
    return _check_json(document, path)


def _check_json(document: Any, path: str) -> Problem | None:
    try:
        size = len(orjson.dumps(document))
    except (TypeError, ValueError) as error:
        found = _not_json(document, path)
        return found or Problem(path, f"is not JSON: {error}")
    if size > MAX_BYTES:
        return Problem(path, f"{size} bytes as JSON; at most {MAX_BYTES} are allowed")
    return None


def _not_json(value: Any, path: str) -> Problem | None:
    """The first value that JSON has no form for, such as a date that YAML read or half a character."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not _is_text(key):
                return Problem(path, f"the key {key!a} is not a text of whole characters")
            if found := _not_json(item, step(path, key)):
                return found
        return None
    if isinstance(value, list):
        return next((found for place, item in enumerate(value) if (found := _not_json(item, step(path, place)))), None)
    try:
        orjson.dumps(value)
    except (TypeError, ValueError):
        return Problem(path, _NOT_JSON.get(type(value), f"a {type(value).__name__} is not JSON; put it in quotes"))
    return None


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)


_NOT_JSON: Final = {str: "holds half a character (a lone surrogate)", int: "is too large a number"}
