"""Stage: answers. What a function gave back, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_SAYING: Final = ("message", "text", "summary", "answer", "description", "result")
_SILENT: Final = frozenset({"success", "ok"})
_MOST: Final = 12
_LONGEST: Final = 2_000


def said(data: Any) -> str:
    """A result in words: the text that it carries, else its values by name; empty where it says nothing."""
    if isinstance(data, str):
        return data[:_LONGEST]
    if isinstance(data, list):
        return f"{len(data)} items" if len(data) != 1 else "1 item"
    if not isinstance(data, Mapping):
        return "" if data is None or data is True else str(data)
    texts = (data.get(key) for key in _SAYING)
    return next((text[:_LONGEST] for text in texts if isinstance(text, str) and text.strip()), "") or _listed(data)


def _listed(data: Mapping[str, Any]) -> str:
    named = [(str(name), value) for name, value in data.items() if name not in _SILENT]
    parts = [part for name, value in named if not name.startswith("_") and (part := _part(name, value))]
    return ", ".join(parts[:_MOST])[:_LONGEST]


def _part(name: str, value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} {name}"
    if isinstance(value, Mapping):
        titles = (value.get(key) for key in ("title", "name", "label"))
        return next((f"{name}: {title}" for title in titles if isinstance(title, str)), name)
    return "" if value is None else f"{name}: {'yes' if value is True else 'no' if value is False else value}"
