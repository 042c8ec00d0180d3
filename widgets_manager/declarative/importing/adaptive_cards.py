"""Adaptive Cards 1.5 and 1.6: a card becomes a tree (https://adaptivecards.io/explorer).

Templates (`$data`, `$when`, `${…}`) are filled in first. A card with inputs becomes one form: its submit is the form's.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final

from widgets_manager.declarative.importing.adaptive_actions import Actions
from widgets_manager.declarative.importing.adaptive_elements import Card
from widgets_manager.declarative.importing.adaptive_templates import fill
from widgets_manager.declarative.importing.result import Imported, Node, Notes, stacked
from widgets_manager.declarative.importing.texts import literal, plain

_VERSIONS: Final = re.compile(r"1\.[0-6]")
_IGNORED: Final = {
    "backgroundImage": "a picture behind the card is not shown",
    "refresh": "a card here is not fetched again",
    "authentication": "there is no signing in from a card",
}


def is_card(value: Any) -> bool:
    """Whether the value is an Adaptive Card, alone or as `{template | card, data}`."""
    return _parts(value) is not None


def import_card(value: Any) -> Imported:
    """The card as a tree."""
    card, data, inside = _parts(value) or ({}, None, "")
    notes = Notes(lambda path: _place(inside, path, is_filled=data is not None))
    filled = fill(card, data, notes)
    version = plain(card.get("version", "1.5"))
    if not _VERSIONS.fullmatch(version):
        notes.note("version", "AdaptiveCard", f"is {version[:20]!r}; the card is read as 1.6")
    for name, message in _IGNORED.items():
        if name in card:
            notes.note(name, "AdaptiveCard", message)
    key = hashlib.sha256(json.dumps(card, sort_keys=True, default=str).encode()).hexdigest()[:6]
    builder = Card(notes, scope=f"card_{key}")
    tree = _tree(builder, filled)
    return notes.imported("adaptive_card", tree, state=builder.initial_state())


def _place(inside: str, path: str, *, is_filled: bool) -> str:
    """The place of a path of the card; once it is filled in, up to its first list: what these hold may be repeated."""
    known = path.partition("[")[0] if is_filled else path
    return f"{inside}.{known}" if inside and known else inside or known


def _parts(value: Any) -> tuple[dict[str, Any], Any, str] | None:
    """The card, its data, and where in the value it is."""
    if not isinstance(value, dict):
        return None
    if value.get("type") == "AdaptiveCard":
        return value, value.get("$data"), ""
    for name in ("template", "card"):
        inner = value.get(name)
        if isinstance(inner, dict) and inner.get("type") == "AdaptiveCard":
            return inner, value.get("data", inner.get("$data")), name
    return None


def _tree(builder: Card, card: dict[str, Any]) -> Node:
    builder.find_toggled(card)
    listed = card.get("actions")
    actions = Actions(builder, listed if isinstance(listed, list) else [])
    submit = actions.only_submit() if builder.has_inputs(card) else None
    children = builder.elements(card.get("body"), "body")
    children += actions.nodes("actions", without=submit)
    if not children and not submit:
        text = card.get("fallbackText") or card.get("speak")
        children = [
            {"type": "text", "text": literal(text)} if text else builder.notes.notice("", "AdaptiveCard", "is empty")
        ]
    if builder.has_inputs(card):
        node: Node = {"type": "form", "children": children}
        return {**node, "submit": actions.submit(submit)} if submit else node
    inner = stacked(children)
    target = actions.action(card.get("selectAction"), "selectAction") if "selectAction" in card else None
    return {"type": "card", "children": [inner], "action": target} if target else inner
