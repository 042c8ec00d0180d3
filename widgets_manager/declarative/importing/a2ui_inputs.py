"""A2UI: inputs and their checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from widgets_manager.declarative.importing.a2ui_values import NoEquivalent, steps_of
from widgets_manager.declarative.importing.result import Node
from widgets_manager.declarative.importing.texts import literal, number, plain, wrap

if TYPE_CHECKING:
    from widgets_manager.declarative.importing.a2ui_components import Surface

_CHOICES_SHOWN: Final = 6


def _input(surface: Surface, component: Mapping[str, Any], key: str, kind: str) -> Node:
    """What all inputs have: a name, a label, the value of the model to begin with, checks."""
    value = component.get("value")
    node: Node = {"type": kind, "name": _name(surface, value, key)}
    if component.get("label") is not None:
        node["label"] = surface.text(component["label"])
    default = _default(surface, value)
    if default not in (None, ""):
        node["default"] = default
    return _checked(surface, component, node, key)


def _name(surface: Surface, value: Any, key: str) -> str:
    if isinstance(value, dict) and isinstance(value.get("path"), str):
        pointer = value["path"]
        if surface.values.item and not pointer.startswith("/"):
            return surface.values.names.of(f"item/{surface.values.key(pointer)}")
        return surface.values.name(pointer)
    return surface.values.names.of(f"{surface.values.prefix} {key}")


def _default(surface: Surface, value: Any) -> Any:
    if isinstance(value, dict) and isinstance(value.get("path"), str):
        pointer = value["path"]
        inside = surface.values.item and not pointer.startswith("/")
        return wrap(surface.values.read(pointer) if inside else surface.values.model(pointer))
    return surface.values.property(value)


def _checked(surface: Surface, component: Mapping[str, Any], node: Node, key: str) -> Node:
    """Checks of the input's own value as its validation; others cannot be said, and are noted."""
    validation: Node = {}
    checks = component.get("checks")
    for place, check in enumerate(checks if isinstance(checks, list) else ()):
        condition = check.get("condition") if isinstance(check, dict) else None
        own = isinstance(condition, dict) and _own(condition, component.get("value"))
        if not own or not _take(node, validation, condition, check):
            surface.notes.note(f"{key}.checks[{place}]", plain(component.get("component")), _NO_CHECK)
    if isinstance(component.get("validationRegexp"), str) and len(component["validationRegexp"]) <= 500:
        validation["regex"] = component["validationRegexp"]
    if not validation:
        return node
    if node["type"] in ("text_input", "textarea"):
        return {**node, "validation": {**node.get("validation", {}), **validation}}
    if set(validation) - {"message"}:
        surface.notes.note(key, plain(component.get("component")), _NO_CHECK)
    return node


_NO_CHECK: Final = "a check of this kind is not made while typing; the button's own checks still count"


def _own(condition: Mapping[str, Any], value: Any) -> bool:
    """Whether a check is about the value of its own input."""
    args = condition.get("args")
    about = args.get("value") if isinstance(args, dict) else None
    if not isinstance(about, dict) or not isinstance(value, dict):
        return False
    return steps_of(plain(about.get("path"))) == steps_of(plain(value.get("path")))


def _take(node: Node, validation: Node, condition: Any, check: Mapping[str, Any]) -> bool:
    name, args = condition.get("call"), condition["args"]
    if isinstance(check.get("message"), str):
        validation["message"] = literal(check["message"])
    if name == "required":
        node["required"] = True
        return True
    if name == "regex" and isinstance(args.get("pattern"), str) and len(args["pattern"]) <= 500:
        validation["regex"] = args["pattern"]
        return True
    if name == "email":
        validation["type_hint"] = "email"
        return True
    if name in ("length", "numeric"):
        limits = {side: number(args[side]) for side in ("min", "max") if number(args.get(side)) is not None}
        validation.update(limits, **({"type_hint": "number"} if name == "numeric" else {}))
        return True
    return False


def _text_field(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    variant = component.get("variant")
    node = _input(surface, component, key, "textarea" if variant == "longText" else "text_input")
    if variant == "number":
        node["validation"] = {"type_hint": "number", **node.get("validation", {})}
    return {**node, "secret": True} if variant == "obscured" else node


def _check_box(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    return _input(surface, component, key, "checkbox")


def _choice(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    listed = component.get("options")
    options = [
        {"value": plain(option.get("value")), "label": surface.text(option.get("label", option.get("value")))}
        for option in (listed if isinstance(listed, list) else [])[:1000]
        if isinstance(option, dict)
    ]
    if not options:
        raise NoEquivalent("there is nothing to choose from")
    if component.get("variant") == "multipleSelection":
        return {**_input(surface, component, key, "multi_select"), "options": options}
    node = _input(surface, component, key, "radio" if len(options) <= _CHOICES_SHOWN else "select")
    default = node.get("default")  # the model holds a list, also of one
    if isinstance(default, list):
        node["default"] = plain(default[0]) if default else ""
    elif isinstance(default, str) and default.startswith("{{"):
        node["default"] = f"{default[:-2]} | first}}}}"
    return {**node, "options": options}


def _slider(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    node = _input(surface, component, key, "slider")
    return {**node, "min": number(component.get("min")) or 0, "max": number(component.get("max")) or 100}


def _date_time(surface: Surface, component: Mapping[str, Any], key: str) -> Node:
    with_date, with_time = component.get("enableDate") is True, component.get("enableTime") is True
    kind = "datetime" if with_date and with_time else "time" if with_time else "date"
    node = _input(surface, component, key, kind)
    limits = {side: surface.text(component[side]) for side in ("min", "max") if component.get(side) is not None}
    return {**node, **limits}


INPUT_BUILDERS: Final[Mapping[str, Callable[[Surface, Mapping[str, Any], str], Node]]] = {
    "TextField": _text_field,
    "CheckBox": _check_box,
    "ChoicePicker": _choice,
    "Slider": _slider,
    "DateTimeInput": _date_time,
}
