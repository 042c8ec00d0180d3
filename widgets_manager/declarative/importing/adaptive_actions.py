"""Adaptive Cards: actions. What a card sends goes to the chat as a message, or to the tool that its data name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from widgets_manager.declarative.importing.places import marked
from widgets_manager.declarative.importing.result import Node
from widgets_manager.declarative.importing.texts import address, literal, piece, plain, wrap

if TYPE_CHECKING:
    from widgets_manager.declarative.importing.adaptive_elements import Card

_SENDING: Final = ("Action.Submit", "Action.Execute")
_TOOL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")
_VARIANTS: Final = {"positive": "primary", "destructive": "destructive"}
MAX_ACTIONS: Final = 50


class Actions:
    """A list of actions of a card."""

    def __init__(self, card: Card, listed: list[Any]) -> None:
        self.card = card
        self.listed = [one for one in listed[:MAX_ACTIONS] if isinstance(one, dict)]

    def only_submit(self) -> dict[str, Any] | None:
        """The one action that sends, if there is just one: it becomes the form's submit."""
        sending = [one for one in self.listed if one.get("type") in _SENDING]
        return sending[0] if len(sending) == 1 and sending[0].get("isEnabled") is not False else None

    def submit(self, action: Mapping[str, Any]) -> Node:
        """The submit of a form."""
        return {"label": literal(action.get("title") or "Submit"), "action": self._sent(action)}

    def nodes(self, path: str, without: Mapping[str, Any] | None = None) -> list[Node]:
        """The buttons in a row, and under it the cards that they show."""
        buttons: list[Node] = []
        cards: list[Node] = []
        for place, action in enumerate(self.listed):
            if action is not without:
                self._button(action, f"{path}[{place}]", buttons, cards)
        return [*([{"type": "row", "children": buttons}] if buttons else []), *cards]

    def action(self, action: Any, path: str) -> Node | None:
        """What pressing does; None, noted, where there is no equivalent."""
        kind = plain(action.get("type")) if isinstance(action, dict) else ""
        if kind == "Action.OpenUrl":
            url = address(action.get("url"))
            if url is None:
                self.card.notes.note(path, kind, "only https, http, mailto and tel addresses can be opened")
                return None
            return {"action": "open_url", "url": url}
        if kind in _SENDING:
            return self._sent(action)
        if kind == "Action.ToggleVisibility":
            return self._toggled(action)
        self.card.notes.note(path, kind or "action", "there is no equivalent here: it does nothing")
        return None

    def _button(self, action: dict[str, Any], path: str, buttons: list[Node], cards: list[Node]) -> None:
        kind = plain(action.get("type"))
        label = literal(action.get("title") or kind.removeprefix("Action.") or "Action")
        variant = _VARIANTS.get(plain(action.get("style")).lower(), "secondary")
        button = marked({"type": "button", "label": label, "variant": variant}, self.card.notes.locate(path))
        if isinstance(action.get("tooltip"), str):
            button["tooltip"] = literal(action["tooltip"])
        if kind == "Action.ShowCard":
            buttons.append({**button, **self._show_card(action, path, cards)})
            return
        done = self.action(action, path)
        if done is None and isinstance(action.get("fallback"), dict):
            self._button(action["fallback"], f"{path}.fallback", buttons, cards)
        elif done is None and action.get("fallback") != "drop":
            buttons.append({**button, "disabled": True})
        elif done is not None:
            disabled = action.get("isEnabled") is False or (wrap("!form.valid") if kind in _SENDING else None)
            buttons.append({**button, **({"disabled": disabled} if disabled else {}), "action": done})

    def _show_card(self, action: Mapping[str, Any], path: str, cards: list[Node]) -> Node:
        """The button's part; the card goes under the buttons, hidden until it is asked for."""
        name = f"card at {path}"
        self.card.toggled[name] = False
        place = self.card.visibility(name)
        inner = action.get("card")
        children: list[Node] = []
        if isinstance(inner, dict):
            listed = inner.get("actions")
            self.card.depth += 1
            children = self.card.elements(inner.get("body"), f"{path}.card.body")
            children += Actions(self.card, listed if isinstance(listed, list) else []).nodes(f"{path}.card.actions")
            self.card.depth -= 1
        cards.append({"type": "card", "visible_if": wrap(place), "children": children})
        return {"action": {"action": "set_state", "set": {place.removeprefix("state."): wrap(f"!{place}")}}}

    def _toggled(self, action: Mapping[str, Any]) -> Node | None:
        changes: dict[str, Any] = {}
        targets = action.get("targetElements")
        for target in targets if isinstance(targets, list) else ():
            name = target.get("elementId") if isinstance(target, dict) else target
            if isinstance(name, str) and name in self.card.toggled:
                place = self.card.visibility(name)
                fixed = target.get("isVisible") if isinstance(target, dict) else None
                changes[place.removeprefix("state.")] = fixed if isinstance(fixed, bool) else wrap(f"!{place}")
        return {"action": "set_state", "set": changes} if changes else None

    def _sent(self, action: Mapping[str, Any]) -> Node:
        """A message with what was entered, or the tool that the data name with the rest of them as arguments."""
        data = action.get("data")
        tool = data.get("tool") if isinstance(data, dict) else None
        if isinstance(data, dict) and isinstance(tool, str) and len(tool) <= 200 and _TOOL.fullmatch(tool):
            rest = {plain(name): _plain(value) for name, value in data.items() if name != "tool"}
            return {"action": "tool", "tool": tool, **({"args": rest} if rest else {})}
        lines = [piece(plain(action.get("verb") or action.get("title") or "Submit"))]
        if isinstance(data, dict):
            lines += [f"- {piece(plain(name))}: {piece(_said(value))}" for name, value in list(data.items())[:50]]
        elif data is not None:
            lines.append(piece(_said(data)))
        if action.get("associatedInputs") != "none":
            lines.append(wrap("form | json"))
        return {"action": "chat", "template": "\n".join(lines)}


def _said(value: Any) -> str:
    return plain(value if isinstance(value, str) else json.dumps(value, default=str))


def _plain(value: Any) -> Any:
    """A foreign value as an argument: its texts are no expressions."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {plain(name): _plain(one) for name, one in value.items()} if isinstance(value, dict) else value
