"""Stage: validation. From a spec to the declarative tree that shows it; there is no other way to show a widget.

Every answer is the action `tool` named `answer`, whose arguments are the body that the answer's address takes. The page
gives the tree `ctx`: `{locked, answer, …}`; what was answered is shown in the same inputs, which are locked then.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from widgets_manager.declarative.compiler import compile_tree

Node = dict[str, Any]

_LOCKED: Final = "{{ctx.locked}}"
_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED: Final = frozenset({"valid", "constructor", "prototype", "__proto__"})
_HINTS: Final = {"number": "number", "email": "email", "url": "url", "tel": "phone"}


def widget_tree(kind: str, spec: dict[str, Any]) -> Node:
    """The tree of a checked spec. Raises InvalidTree when the catalog does not take it, which would be a fault here."""
    inside = _INSIDE[kind](spec)
    body = [{"type": "text", "text": plain(spec["body"])}] if spec.get("body") and kind != "confirm" else []
    heading = [] if kind == "confirm" else [{"type": "text", "variant": "subheading", "text": plain(spec["title"])}]
    tree = {"type": "column", "gap": 12, "children": [*heading, *body, *inside]}
    compile_tree(tree, bindings=()).require()
    return tree


def plain(text: str) -> str:
    """A text that is shown as it is: what looks like an expression is none."""
    return text.replace("{{", "{{'{{'}}")


def _confirm(spec: dict[str, Any]) -> list[Node]:
    labels = spec.get("labels", {})
    node: Node = {
        "type": "confirm",
        "title": plain(spec["title"]),
        "variant": "destructive" if spec.get("danger") else "primary",
        "confirm_label": plain(labels.get("yes", "Yes")),
        "cancel_label": plain(labels.get("no", "No")),
        "confirm_action": _answer(value=True),
        "cancel_action": _answer(value=False),
    }
    return [node | ({"text": plain(spec["body"])} if spec.get("body") else {})]


def _choice(spec: dict[str, Any]) -> list[Node]:
    field: Node = {
        "type": "multi_select" if spec.get("multi") else "radio",
        "name": "value",
        "label": "Choose any" if spec.get("multi") else "Choose one",
        "options": [_option(option) for option in spec["options"]],
        "default": "{{ctx.answer}}",
        "required": not spec.get("multi"),
        "disabled": _LOCKED,
    }
    return [_asking([field], "Choose", _answer(value="{{form.value}}"))]


def _permission(spec: dict[str, Any]) -> list[Node]:
    scopes = spec.get("scopes", [])
    granted: Node = {"granted": True} | ({"scope": "{{form.scope}}"} if scopes else {})
    children = _authorization(spec.get("authorization", {}))
    if scopes:
        children.append(
            {
                "type": "radio",
                "name": "scope",
                "label": "For how long",
                "options": [{"value": plain(scope), "label": plain(scope.capitalize())} for scope in scopes],
                "default": f"{{{{ctx.answer.scope ?? {_quoted(scopes[0])}}}}}",
                "required": True,
                "disabled": _LOCKED,
            }
        )
    return [_asking(children, "Allow", _answer(value=granted), ("Deny", _answer(value={"granted": False})))]


def _authorization(given: dict[str, Any]) -> list[Node]:
    """What exactly is to be allowed: every member that says something, by its name."""
    return [
        {"type": "text", "variant": "caption", "text": plain(f"{name}: {_shown(value)}")}
        for name, value in list(given.items())[:20]
    ]


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 500 else text[:499] + "…"


def _form(spec: dict[str, Any]) -> list[Node]:
    names = {field["name"]: _input_name(field["name"], index) for index, field in enumerate(spec["fields"])}
    inputs = [_input(field, names[field["name"]]) for field in spec["fields"]]
    value = {name: f"{{{{form.{own}}}}}" for name, own in names.items()}
    return [_asking(inputs, spec.get("submitLabel", "Send"), _answer(value=value))]


def _progress(spec: dict[str, Any]) -> list[Node]:
    nodes: list[Node] = [
        {
            "type": "progress",
            "value": spec["value"],
            "max": spec.get("max", 100),
            "show_value": True,
            "aria_label": plain(spec["title"]),
        }
    ]
    if spec.get("cancellable"):
        nodes.append(_button("Cancel", _answer(cancelled=True), "secondary"))
    return nodes


def _file_picker(spec: dict[str, Any]) -> list[Node]:
    several = bool(spec.get("multiple"))
    field: Node = {
        "type": "file_upload",
        "name": "files",
        "label": "Files" if several else "File",
        "multiple": several,
        "max_files": most_files(spec),
        "required": True,
        "disabled": _LOCKED,
    }
    field |= {"accept": ",".join(spec["accept"])} if spec.get("accept") else {}
    return [_asking([field], "Send", _answer(value={"files": "{{form.files}}"}))]


def most_files(spec: dict[str, Any]) -> int:
    """How many files a file picker takes."""
    most: int = spec.get("maxFiles", 10 if spec.get("multiple") else 1)
    return most


def _datetime(spec: dict[str, Any]) -> list[Node]:
    labels = {"date": "Date", "time": "Time", "datetime": "Date and time"}
    field: Node = {
        "type": spec["mode"],
        "name": "value",
        "label": labels[spec["mode"]],
        "default": "{{ctx.answer.value}}",
        "required": True,
        "disabled": _LOCKED,
    }
    field |= {name: plain(spec[name]) for name in ("min", "max") if name in spec}
    return [_asking([field], "Send", _answer(value={"mode": spec["mode"], "value": "{{form.value}}"}))]


def _asking(children: list[Node], label: str, action: Node, other: tuple[str, Node] | None = None) -> Node:
    """A form with its button and, beside it, the way not to answer."""
    words, otherwise = other or ("Cancel", _answer(cancelled=True))
    return {
        "type": "form",
        "reset_on_success": False,
        "children": children,
        "submit": {"label": plain(label), "action": action, "disabled": _LOCKED},
    } | {"children": [*children, _button(words, otherwise, "ghost")]}


def _button(label: str, action: Node, variant: str) -> Node:
    return {"type": "button", "label": label, "variant": variant, "action": action, "disabled": _LOCKED}


def _answer(**arguments: Any) -> Node:
    return {"action": "tool", "tool": "answer", "args": arguments}


def _option(option: dict[str, Any]) -> Node:
    shown = {"value": plain(option["id"]), "label": plain(option["label"])}
    return shown | ({"description": plain(option["description"])} if option.get("description") else {})


def _input_name(name: str, index: int) -> str:
    """The name itself where inputs may have it, so that faults of the server find the input."""
    return name if _PLAIN_NAME.fullmatch(name) and name not in _RESERVED else f"field_{index}"


def _input(field: dict[str, Any], name: str) -> Node:
    kind = field["type"]
    node: Node = {
        "type": _INPUTS.get(kind, "text_input"),
        "name": name,
        "label": plain(field["label"]),
        "required": bool(field.get("required")),
        "disabled": _LOCKED,
        "default": _default(field),
    }
    if "placeholder" in field and kind not in ("checkbox", "radio", "date", "time", "datetime"):
        node["placeholder"] = plain(field["placeholder"])
    if kind in ("select", "radio"):
        node["options"] = [_option(option) for option in field["options"]]
    elif kind in ("date", "time", "datetime"):
        node |= {limit: field[limit] for limit in ("min", "max") if limit in field}
    elif kind != "checkbox":
        node |= {"validation": checks} if (checks := _checks(field)) else {}
    return node | ({"secret": True} if kind == "password" else {})


def _checks(field: dict[str, Any]) -> Node:
    checks: Node = {limit: field[limit] for limit in ("min", "max") if limit in field}
    if field["type"] in _HINTS:
        checks["type_hint"] = _HINTS[field["type"]]
    return checks | ({"regex": field["pattern"]} if "pattern" in field else {})


def _default(field: dict[str, Any]) -> str:
    """What was answered, else the field's own default."""
    own = field.get("default")
    answered = f"ctx.answer[{_quoted(field['name'])}]"
    return f"{{{{{answered}}}}}" if own is None else f"{{{{{answered} ?? {_quoted(own)}}}}}"


def _quoted(value: str | int | float | bool) -> str:
    """A value as expressions write it; a brace is written by its number, so that none of them ends the expression."""
    if isinstance(value, str):
        text = json.dumps(value)[1:-1].replace("'", "\\'").replace("{", "\\u007b").replace("}", "\\u007d")
        return f"'{text}'"
    return json.dumps(value)


_INPUTS: Final = {
    "textarea": "textarea",
    "checkbox": "checkbox",
    "select": "select",
    "radio": "radio",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
}
_INSIDE: Final = {
    "confirm": _confirm,
    "choice": _choice,
    "permission": _permission,
    "form": _form,
    "progress": _progress,
    "file-picker": _file_picker,
    "datetime": _datetime,
}
