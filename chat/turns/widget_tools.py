"""Stage: validation. The model's side of `widget.*`: what each call takes, told in JSON Schema and a short catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from widgets_manager.apps.access import declared_widgets, is_granted
from widgets_manager.declarative.registry import load_catalog
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean

MODULE: Final = "widget"
_LISTED: Final = 40
_MAX_REFS: Final = 4_000  # characters
_TEXT: Final = {"type": "string"}
_OBJECT: Final = {"type": "object"}
_WIDGET_ID: Final = {"type": "string", "description": "Id of a mounted widget (w_…), or the key of a declared one."}

_PARAMETERS: Final[dict[str, tuple[dict[str, Any], list[str]]]] = {
    "render": (
        {
            "zone": {"type": "string", "enum": list(MountedWidget.Zone.values)},
            "ref": {"type": "string"},
            "tree": {"type": "object"},
            "payload": {"description": "An Adaptive Card or an A2UI v0.9 message, instead of a tree."},
            "data": {"type": "object", "description": "Sources of the tree's bindings, by name."},
            "ctx": {"type": "object", "description": "Values that the tree reads as {{ctx.name}}."},
            "title": {"type": "string", "maxLength": 500},
        },
        ["zone"],
    ),
    "update": (
        {
            "widget_id": _WIDGET_ID,
            "patch": {
                "type": "object",
                "minProperties": 1,
                "description": 'Values by dotted path, lists by index: {"data.rows": […], "ctx.count": 3, '
                '"state.filter": "open"}.',
            },
        },
        ["widget_id", "patch"],
    ),
    "close": ({"widget_id": _WIDGET_ID}, ["widget_id"]),
    "error": (
        {
            "widget_id": _WIDGET_ID,
            "message": {"type": "string", "description": "A sentence for the person; an empty one takes it away."},
            "binding": {"type": "string", "description": "The binding that failed; without, the whole widget."},
        },
        ["widget_id", "message"],
    ),
    "set_state": (
        {
            "set": {
                "type": "object",
                "minProperties": 1,
                "description": "Values by key or dotted path; a key ending in .toggle, .append, .remove or .increment "
                "changes what is there.",
            }
        },
        ["set"],
    ),
    "get_state": ({"key": {"type": "string", "description": "A key or dotted path."}}, ["key"]),
}
_DESCRIPTIONS: Final = {
    "render": "Show a widget to the person, in the conversation (inline), the side panel, a workspace tab or a dialog. "
    "Give exactly one of ref, tree and payload. Returns the widget_id.",
    "update": "Change values of a mounted widget without rendering it anew.",
    "close": "Take a mounted widget away.",
    "error": "Show an error in a mounted widget without closing it.",
    "set_state": "Keep values in the state of the conversation, which widgets read as {{state.key}}.",
    "get_state": "Read a value of the state of the conversation.",
}


def widget_actions() -> list[str]:
    """`render`, `update` and so on."""
    return list(_PARAMETERS)


def describe_action(action: str) -> str:
    """What the action does, for the model."""
    return _DESCRIPTIONS[action]


def widget_parameters(action: str, apps: Sequence[InstalledWidget], *, alone: bool) -> dict[str, Any]:
    """JSON Schema of the arguments. `apps` may do the action; `alone` where there is no choice between them."""
    properties, required = _PARAMETERS[action]
    shown: dict[str, Any] = {name: dict(spec) for name, spec in properties.items()}
    if action == "render":
        shown["ref"]["description"] = _refs(apps)
        shown["tree"]["description"] = tree_guide()
        if not any(map(declared_widgets, apps)):
            del shown["ref"]
    if apps and not alone:
        names = [app.slug for app in apps]
        shown["app"] = {"type": "string", "enum": names, "description": "The app it is done for; without, the chat."}
    return {"type": "object", "properties": shown, "required": list(required), "additionalProperties": False}


def granted_apps(action: str, apps: Sequence[InstalledWidget]) -> list[InstalledWidget]:
    """The apps that are granted `widget.<action>`."""
    return [app for app in apps if is_granted(app, MODULE, action)]


def _refs(apps: Sequence[InstalledWidget]) -> str:
    """What the apps declare, for the description of `ref`."""
    listed = [
        f"{app.slug}: " + ", ".join(_named(key, entry) for key, entry in list(declared_widgets(app).items())[:_LISTED])
        for app in apps
        if declared_widgets(app)
    ]
    return "Name of a declared widget. " + clean("; ".join(listed), _MAX_REFS)


def _named(key: str, entry: Mapping[str, Any]) -> str:
    title = clean(entry.get("title") or "", 60)
    name = clean(key.removeprefix("inline."), 100)
    return f"{name} ({title})" if title else name


@lru_cache(maxsize=1)
def tree_guide() -> str:
    """How a tree is written, from the catalog: every primitive with the properties that it needs."""
    catalog = load_catalog()
    groups = [
        f"{group}: " + ", ".join(_primitive(catalog.primitives[name]) for name in names if name in catalog.primitives)
        for group, names in catalog.index["primitives"].items()
    ]
    return (
        'A one-off widget: nodes {"type": "card", "title": "…", "children": [nodes]}. Texts read values as {{ctx.x}}, '
        "{{state.x}}, {{binding}}, and {{item.x}} in the item of a list. Primitives with what they need: "
        + "; ".join(groups)
        + '. A chart has kind, data, x and series [{"y": "value"}]; a table columns [{"key", "label"}] and rows; a '
        'button an action such as {"action": "chat", "template": "…"} or {"action": "tool", "tool": "…", "args": {}}. '
        "Actions: " + ", ".join(catalog.index["actions"]) + "."
    )


def _primitive(schema: Mapping[str, Any]) -> str:
    needs = [name for name in schema["required"] if name != "type"]
    return f"{schema['title']}({', '.join(needs)})" if needs else str(schema["title"])
