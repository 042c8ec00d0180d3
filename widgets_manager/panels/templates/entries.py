"""Stage: handlers. What `list` and the collection do alike: entries with the fields that the manifest declares."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.panels import params as read
from widgets_manager.panels.access import RESERVED_FIELDS, items_of
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.actions.recent import note_panel
from widgets_manager.panels.models import PanelItem
from widgets_manager.panels.templates.base import (
    WHICH,
    Noun,
    add_hint,
    by_name,
    choose,
    clearing,
    item_view,
    listed,
    operation,
    removing,
)
from widgets_manager.panels.tree_files import find_node, load_tree
from widgets_manager.widgets.panel import IntentResult, Panel
from widgets_manager.widgets.registry import Operation, OperationCall
from widgets_manager.widgets.serving import serving_operation

ENTRY: Final = Noun("entry", "entries")
MAX_SHOWN_FIELDS: Final = 8
_OWN: Final = frozenset({"id", "title", "position", "newTitle", "done"})
# Names that expressions can read as `item.name`, and that no prototype has.
_READABLE: Final = re.compile(r"(?!__proto__$|constructor$|prototype$|valid$)[A-Za-z_][A-Za-z0-9_]{0,59}")
_SHOWN_TYPES: Final = ("string", "number", "boolean")


def list_entries(call: OperationCall) -> IntentResult:
    """`{done?}`: the entries in their order."""
    panel, done = call.panel, read.flag(call.params, "done")
    fields = fields_of(panel)
    everything = items_of(call.actor, panel)
    rows = [
        ENTRY.show(item, position, _subtitle(item, fields))
        for position, item in enumerate(everything, start=1)
        if done in (None, item.done)
    ]
    note_panel(actor=call.actor, panel=panel)
    return listed(panel, rows, message=f"{panel.title} has {ENTRY.count(len(rows))}.")


def add_entry(call: OperationCall) -> IntentResult:
    """`{title, …}`: further parameters become fields of the entry."""
    title = read.required_line(call.params, "title")
    fields = _extra(call)
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        item = editor.add(title=title, data=fields, done=bool(read.flag(call.params, "done")))
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Added '{item.title}' to {call.panel.title}.")


def update_entry(call: OperationCall) -> IntentResult:
    """`{title|position, newTitle?, done?, …}`; beside a position (or id) `title` is the new title, too."""
    fields, done = _extra(call), read.flag(call.params, "done")
    picked_otherwise = bool(call.params.get("id")) or call.params.get("position") is not None
    new_title = read.line(call.params, "newTitle") or (read.line(call.params, "title") if picked_otherwise else "")
    if not fields and done is None and not new_title:
        allowed = ", ".join(["newTitle", "done", *(field["name"] for field in fields_of(call.panel))])
        raise read.fault("newTitle", f"nothing to change was given (allowed: {allowed})")
    which = {name: value for name, value in call.params.items() if name != "title" or not picked_otherwise}
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        item = choose(editor.items, which, ENTRY, call.panel)
        editor.change(item, title=new_title, data=fields, done=done)
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Updated '{item.title}' in {call.panel.title}.")


def entry_operations() -> dict[str, Operation]:
    """list, add, update, remove and clear."""
    return by_name(
        operation("list", "read", list_entries, {"done": "boolean"}),
        operation("add", "write", add_entry, {"title": "string", "done": "boolean"}),
        operation("update", "write", update_entry, {**WHICH, "newTitle": "string", "done": "boolean"}),
        operation("remove", "write", removing(ENTRY), WHICH),
        operation("clear", "write", clearing(ENTRY), {"done": "boolean"}),
    )


def fields_of(panel: Panel) -> list[dict[str, Any]]:
    """Fields beside the title that the manifest's adding and updating intents declare and a page can show.

    Each is `{name, label, type, required}`.
    """
    found: dict[str, dict[str, Any]] = {}
    for intent in panel.intents:
        served = serving_operation(panel, intent)
        if served is None or served.name not in ("add", "update"):
            continue
        for name, spec in (intent.get("paramsSchema") or {}).items():
            if name not in _OWN | RESERVED_FIELDS and _READABLE.fullmatch(name) and spec.get("type") in _SHOWN_TYPES:
                found.setdefault(name, _field(name, spec, adding=served.name == "add"))
    # The database keeps a manifest's members in no order of the author's.
    return sorted(found.values(), key=lambda field: (not field["required"], field["label"]))[:MAX_SHOWN_FIELDS]


def entry_view(actor: Actor, panel: Panel, tree_name: str) -> dict[str, Any]:
    """The template's tree, grown by an input and an output for each field; their labels come from the data."""
    fields, tree = fields_of(panel), load_tree(tree_name)
    _grow(tree, fields)
    hint = add_hint(panel, f"add an example to {panel.title}")
    return item_view(actor, panel, tree, hint=hint, fields=fields)


def _grow(tree: dict[str, Any], fields: Sequence[Mapping[str, Any]]) -> None:
    for index, field in enumerate(fields):
        find_node(tree, "add_fields")["children"].append(_input(index, field))
        find_node(tree, "item_fields")["children"].append(_output(index, field))


def _input(index: int, field: Mapping[str, Any]) -> dict[str, Any]:
    # Labels are read from the data: a manifest's words are never taken for an expression.
    node: dict[str, Any] = {"name": field["name"], "label": f"{{{{fields[{index}].label}}}}"}
    if field["type"] == "boolean":
        return {"type": "checkbox", **node}
    hint = {"validation": {"type_hint": "number"}} if field["type"] == "number" else {}
    return {"type": "text_input", **node, "required": field["required"], **hint, "flex": 1}


def _output(index: int, field: Mapping[str, Any]) -> dict[str, Any]:
    value = f"item.{field['name']}"
    filters = " | number" if field["type"] == "number" else ""
    shown = f"({value} ? 'yes' : 'no')" if field["type"] == "boolean" else f"{value}{filters}"
    return {
        "type": "text",
        "variant": "caption",
        "color": "muted",
        "visible_if": f"{{{{{value} != null && {value} != ''}}}}",
        "text": f"{{{{fields[{index}].label}}}}: {{{{{shown}}}}}",
    }


def _field(name: str, spec: Mapping[str, Any], *, adding: bool) -> dict[str, Any]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_+", " ", name).strip().lower()
    required = adding and bool(spec.get("required")) and "default" not in spec
    return {"name": name, "label": spaced[:1].upper() + spaced[1:], "type": spec["type"], "required": required}


def _extra(call: OperationCall) -> dict[str, Any]:
    clash = sorted((set(call.params) & RESERVED_FIELDS) - _OWN)
    if clash:
        raise read.fault(clash[0], "is the panel's own field and cannot be set")
    return read.extra_fields(call.params, _OWN)


def _subtitle(item: PanelItem, fields: Sequence[Mapping[str, Any]]) -> str:
    parts = [
        f"{field['label']}: {item.data[field['name']]}"
        for field in fields
        if item.data.get(field["name"]) not in (None, "")
    ]
    return " · ".join([*parts, *(["done"] if item.done else [])])
