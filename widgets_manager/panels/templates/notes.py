"""Stage: handlers. `notes`: texts with a title, written in Markdown."""

from __future__ import annotations

from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.panels import params as read
from widgets_manager.panels.access import items_of
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.actions.recent import note_panel
from widgets_manager.panels.exceptions import Refusal
from widgets_manager.panels.templates.base import (
    WHICH,
    Noun,
    add_hint,
    by_name,
    choose,
    item_view,
    listed,
    operation,
    removing,
)
from widgets_manager.widgets.panel import IntentResult, Panel, ResultItem
from widgets_manager.widgets.registry import OperationCall, PanelTemplate

NOTE: Final = Noun("note", "notes")
MAX_TEXT: Final = 20_000
MAX_NEW_TITLE: Final = 60
_PREVIEW: Final = 120


def list_notes(call: OperationCall) -> IntentResult:
    """The notes' titles with how they begin."""
    items = items_of(call.actor, call.panel)
    rows = [
        ResultItem(
            id=str(item.pk),
            type=NOTE.one,
            title=item.title,
            subtitle=_cut(" ".join(str(item.data.get("text", "")).split()), _PREVIEW),
            data={"position": position},
        )
        for position, item in enumerate(items, start=1)
    ]
    note_panel(actor=call.actor, panel=call.panel)
    return listed(call.panel, rows, message=f"{call.panel.title} has {NOTE.count(len(rows))}.")


def show_note(call: OperationCall) -> IntentResult:
    """`{title|position}`: one note with its whole text."""
    items = items_of(call.actor, call.panel)
    item = choose(items, call.params, NOTE, call.panel)
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(
        message=str(item.data.get("text", "")) or f"'{item.title}' is empty.",
        title=item.title,
        subtitle=call.panel.title,
        items=(NOTE.show(item, items.index(item) + 1),),
        show_in_view_panel=call.panel.panel_id,
    )


def add_note(call: OperationCall) -> IntentResult:
    """`{title?, text}`: without title the text's first line is one."""
    text = read.required_text(call.params, "text", limit=MAX_TEXT)
    title = read.line(call.params, "title") or _first_line(text)
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        item = editor.add(title=title, data={"text": text})
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Added the note '{item.title}' to {call.panel.title}.")


def append_note(call: OperationCall) -> IntentResult:
    """`{title|position, text}`: the text becomes the note's last line."""
    text = read.required_text(call.params, "text", limit=MAX_TEXT)
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        item = choose(editor.items, call.params, NOTE, call.panel)
        whole = "\n".join(filter(None, [str(item.data.get("text", "")), text]))
        if len(whole) > MAX_TEXT:
            raise Refusal(f"'{item.title}' would grow past {MAX_TEXT:,} characters; start another note.")
        editor.change(item, data={"text": whole})
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Added to the note '{item.title}' in {call.panel.title}.")


def update_note(call: OperationCall) -> IntentResult:
    """`{title|position, newTitle?, text?}`: what the panel's own form saves."""
    text, new_title = call.params.get("text"), read.line(call.params, "newTitle")
    if text is None and not new_title:
        raise read.fault("text", "nothing to change was given (allowed: text, newTitle)")
    data = {} if text is None else {"text": read.text(call.params, "text", limit=MAX_TEXT)}
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        item = choose(editor.items, call.params, NOTE, call.panel)
        editor.change(item, title=new_title, data=data)
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Saved the note '{item.title}' in {call.panel.title}.")


def view(actor: Actor, panel: Panel) -> dict[str, Any]:
    """Cards that open to their text and can be edited in place."""
    return item_view(actor, panel, "notes", hint=add_hint(panel, f"add note call Ada back to {panel.title}"))


def _first_line(text: str) -> str:
    return _cut(" ".join(text.splitlines()[0].split()).lstrip("#*- ") or text[:MAX_NEW_TITLE], MAX_NEW_TITLE)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


TEMPLATE: Final = PanelTemplate(
    panel_type="notes",
    operations=by_name(
        operation("list", "read", list_notes),
        operation("show", "read", show_note, WHICH),
        operation("add", "write", add_note, {"title": "string", "text": "string"}),
        operation("append", "write", append_note, {**WHICH, "text": "string"}),
        operation("update", "write", update_note, {**WHICH, "newTitle": "string", "text": "string"}),
        operation("remove", "write", removing(NOTE), WHICH),
    ),
    view=view,
    size=(4, 5),
)
