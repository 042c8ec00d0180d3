"""Stage: validation. Characters that a model reads and people do not see: kept, flagged, never prompted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from widgets_manager.core.exceptions import Problem
from widgets_manager.core.strict_json import json_path

# Control characters but tab and line breaks; marks, overrides and isolates of direction; invisible operators and
# spaces; annotation and tag characters; the supplementary variation selectors. ZWJ and ZWNJ stay: emoji and Persian.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)

_ESCAPED = re.compile(rb"\\[ubf]")


def strip_unseen(text: str) -> str:
    """The text without control, bidirectional, tag and other unseen characters."""
    return text if text.isprintable() else _UNSEEN.sub("", text)


def may_have_unseen(serialised: bytes) -> bool:
    """Whether the JSON text of a document can have such characters anywhere; the quick answer for the usual case."""
    if not serialised.isascii() and not serialised.decode().isprintable():
        return True
    return b"\x7f" in serialised or (b"\\" in serialised and _ESCAPED.search(serialised) is not None)


def unseen_warnings(document: dict[str, Any]) -> Iterator[Problem]:
    """A warning for each text that people or the chat read and that has such characters."""
    for path, text in _texts(document):
        found = sorted({f"U+{ord(character):04X}" for character in _UNSEEN.findall(text)})
        if found:
            yield Problem(
                json_path(path), f"has unseen characters ({', '.join(found[:5])}); the chat does not get them"
            )


def _texts(document: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield from _named(document, (), ("panelId", "panelType", "title", "description"))
    intents = document.get("intents")
    for index, intent in enumerate(intents if isinstance(intents, list) else ()):
        if isinstance(intent, dict):
            yield from _intent_texts(intent, ("intents", index))


def _intent_texts(intent: dict[str, Any], at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield from _named(intent, at, ("name", "description"))
    examples = intent.get("examples")
    for index, example in enumerate(examples if isinstance(examples, list) else ()):
        if isinstance(example, str):
            yield (*at, "examples", index), example
    params = intent.get("paramsSchema")
    for name, spec in params.items() if isinstance(params, dict) else ():
        yield (*at, "paramsSchema"), name
        if isinstance(spec, dict):
            yield from _named(spec, (*at, "paramsSchema", name), ("description",))


def _named(
    holder: dict[str, Any], at: tuple[str | int, ...], keys: Iterable[str]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for key in keys:
        value = holder.get(key)
        if isinstance(value, str):
            yield (*at, key), value
