"""Adaptive Cards: inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from widgets_manager.declarative.importing.adaptive_actions import Actions
from widgets_manager.declarative.importing.result import Node
from widgets_manager.declarative.importing.texts import literal, number, plain

if TYPE_CHECKING:
    from widgets_manager.declarative.importing.adaptive_elements import Card

_HINTS: Final = {"email": "email", "tel": "phone", "url": "url"}


def _input(card: Card, element: Mapping[str, Any], path: str, kind: str) -> Node:
    """What all inputs have."""
    node: Node = {"type": kind, "name": card.names.of(element.get("id") or path)}
    for ours, theirs in (("label", "label"), ("placeholder", "placeholder")):
        if element.get(theirs) and (ours == "label" or kind in ("text_input", "textarea", "select", "multi_select")):
            node[ours] = literal(element[theirs])
    if "label" not in node and kind not in ("text_input", "textarea"):
        node["label"] = literal(element.get("title") or element.get("placeholder") or element.get("id") or "Value")
    return {**node, "required": True} if element.get("isRequired") is True else node


def _text(card: Card, element: Mapping[str, Any], path: str) -> Node:
    node = _input(card, element, path, "textarea" if element.get("isMultiline") is True else "text_input")
    if element.get("value") not in (None, ""):
        node["default"] = literal(element["value"])
    style = plain(element.get("style")).lower()
    if style == "password" and node["type"] == "text_input":
        node["secret"] = True
    validation: Node = {"type_hint": _HINTS[style]} if style in _HINTS else {}
    most, pattern = number(element.get("maxLength")), element.get("regex")
    if most is not None and most > 0:
        validation["max"] = most
    if isinstance(pattern, str) and len(pattern) <= 500:
        validation["regex"] = plain(pattern)
    if "inlineAction" in element and node["type"] == "text_input":
        action = Actions(card, []).action(element["inlineAction"], f"{path}.inlineAction")
        node |= {"on_submit": action} if action else {}
    return _validated(node, validation, element)


def _number(card: Card, element: Mapping[str, Any], path: str) -> Node:
    node = _input(card, element, path, "text_input")
    value = number(element.get("value"))
    if value is not None:
        node["default"] = value
    limits = {side: number(element.get(side)) for side in ("min", "max")}
    return _validated(node, {"type_hint": "number", **{k: v for k, v in limits.items() if v is not None}}, element)


def _validated(node: Node, validation: Node, element: Mapping[str, Any]) -> Node:
    if element.get("errorMessage") and (validation or node.get("required")):
        validation = {**validation, "message": literal(element["errorMessage"])}
    return {**node, "validation": validation} if validation else node


def _moment(kind: str) -> Callable[[Card, Mapping[str, Any], str], Node]:
    def build(card: Card, element: Mapping[str, Any], path: str) -> Node:
        node = _input(card, element, path, kind)
        given = {ours: element.get(theirs) for ours, theirs in (("default", "value"), ("min", "min"), ("max", "max"))}
        return node | {name: literal(value) for name, value in given.items() if isinstance(value, str) and value}

    return build


def _toggle(card: Card, element: Mapping[str, Any], path: str) -> Node:
    node = _input(card, element, path, "checkbox")
    node["label"] = literal(element.get("title") or element.get("label") or "")
    on = plain(element.get("valueOn", "true"))
    return {**node, "default": True} if plain(element.get("value", "")) == on else node


def _choice(card: Card, element: Mapping[str, Any], path: str) -> Node:
    listed = element.get("choices")
    options = [
        {"value": plain(one.get("value")), "label": literal(one.get("title", one.get("value")))}
        for one in (listed if isinstance(listed, list) else [])[:1000]
        if isinstance(one, dict)
    ]
    if "choices.data" in element:
        card.notes.note(path, "Input.ChoiceSet", "choices are not fetched from elsewhere")
    if not options:
        return card.notes.notice(path, "Input.ChoiceSet", "has no choices of its own")
    chosen = [one for one in plain(element.get("value", "")).split(",") if one]
    if element.get("isMultiSelect") is True:
        node = _input(card, element, path, "multi_select")
        return {**node, "options": options, **({"default": chosen} if chosen else {})}
    expanded = plain(element.get("style")).lower() == "expanded"
    node = _input(card, element, path, "radio" if expanded else "select")
    return {**node, "options": options, **({"default": chosen[0]} if chosen else {})}


INPUTS: Final[Mapping[str, Callable[[Card, Mapping[str, Any], str], Node]]] = {
    "Input.Text": _text,
    "Input.Number": _number,
    "Input.Date": _moment("date"),
    "Input.Time": _moment("time"),
    "Input.Toggle": _toggle,
    "Input.ChoiceSet": _choice,
}
