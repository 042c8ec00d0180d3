"""Stage: handlers. `taskboard`: tasks in columns, moved from the first to the last, where they are done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.panels import params as read
from widgets_manager.panels.access import items_of
from widgets_manager.panels.actions.items import ItemEditor, edit_items
from widgets_manager.panels.actions.recent import note_panel
from widgets_manager.panels.exceptions import Refusal
from widgets_manager.panels.matching import Unclear, find_column, find_title
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
)
from widgets_manager.panels.tree_files import find_node, load_tree
from widgets_manager.widgets.panel import IntentResult, Panel
from widgets_manager.widgets.registry import OperationCall, PanelTemplate

TASK: Final = Noun("task", "tasks")
COLUMNS: Final = ("To do", "Doing", "Done")
MAX_COLUMNS: Final = 20
MAX_COLUMN_NAME: Final = 50


def columns_of(panel: Panel) -> list[str]:
    """The columns of the instance's config (a list of names), else To do, Doing, Done."""
    wanted = panel.config.get("columns")
    named = [name for name in wanted if isinstance(name, str)] if isinstance(wanted, list) else []
    short = [" ".join(name.split())[:MAX_COLUMN_NAME] for name in named]
    return list(dict.fromkeys(filter(None, short)))[:MAX_COLUMNS] or list(COLUMNS)


def column_of(item: PanelItem, columns: Sequence[str]) -> str:
    """Where the task stands; in the first column (done: the last) when its own is no longer there."""
    column = item.data.get("column")
    return column if column in columns else columns[-1 if item.done else 0]


def ordered(items: Sequence[PanelItem], columns: Sequence[str]) -> list[PanelItem]:
    """Column after column, as people read the board and count its tasks."""
    return sorted(items, key=lambda item: columns.index(column_of(item, columns)))


def list_tasks(call: OperationCall) -> IntentResult:
    """`{column?, done?}`: the tasks; those that the filters leave keep their positions."""
    panel, columns = call.panel, columns_of(call.panel)
    wanted, done = read.line(call.params, "column"), read.flag(call.params, "done")
    column = _column(wanted, columns, panel) if wanted else None
    everything = ordered(items_of(call.actor, panel), columns)
    rows = [
        TASK.show(item, position, _subtitle(item, columns))
        for position, item in enumerate(everything, start=1)
        if column in (None, column_of(item, columns)) and done in (None, item.done)
    ]
    note_panel(actor=call.actor, panel=panel)
    finished = sum(item.done for item in everything)
    what = f"{TASK.count(len(rows))}{f' in {column}' if column else ''}{_done_words(done)}"
    message = f"{panel.title} has {what if rows or not everything else 'no such tasks'}."
    return listed(panel, rows, message=message, subtitle=f"{TASK.count(len(everything))}, {finished:,} done")


def add_task(call: OperationCall) -> IntentResult:
    """`{title, column?}`."""
    title, columns = read.required_line(call.params, "title"), columns_of(call.panel)
    wanted = read.line(call.params, "column")
    column = _column(wanted, columns, call.panel) if wanted else columns[0]
    with _edit(call, columns) as editor:
        item = editor.add(title=title, data={"column": column}, done=_is_end(column, columns))
    note_panel(actor=call.actor, panel=call.panel, item=item)
    where = f" in {column}" if column != columns[0] else ""
    return IntentResult(message=f"Added '{item.title}' to {call.panel.title}{where}.")


def move_task(call: OperationCall) -> IntentResult:
    """`{title|position, column, index?}`: to the column's end, or to the place `index` (from 0) in it."""
    columns = columns_of(call.panel)
    column = _column(read.required_line(call.params, "column"), columns, call.panel)
    index = read.whole(call.params, "index")
    with _edit(call, columns) as editor:
        item = choose(ordered(editor.items, columns), call.params, TASK, call.panel)
        if item.data["column"] == column and index is None:
            return IntentResult(message=f"'{item.title}' is already in {column}.")
        _move(editor, item, column, columns, index)
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Moved '{item.title}' to {column} on {call.panel.title}.")


def complete_task(call: OperationCall) -> IntentResult:
    """`{title|position}`: to the last column, and done."""
    columns = columns_of(call.panel)
    with _edit(call, columns) as editor:
        item = _to_complete(ordered(editor.items, columns), call)
        if item.done:
            return IntentResult(message=f"'{item.title}' is already done.")
        if len(columns) > 1:
            _move(editor, item, columns[-1], columns, None)
        else:
            editor.change(item, done=True)
    note_panel(actor=call.actor, panel=call.panel, item=item)
    return IntentResult(message=f"Completed '{item.title}' on {call.panel.title}.")


def remove_task(call: OperationCall) -> IntentResult:
    """`{title|position}`."""
    columns = columns_of(call.panel)
    with _edit(call, columns) as editor:
        item = choose(ordered(editor.items, columns), call.params, TASK, call.panel)
        editor.remove([item])
    note_panel(actor=call.actor, panel=call.panel)
    return IntentResult(message=f"Removed '{item.title}' from {call.panel.title}.")


def view(actor: Actor, panel: Panel) -> dict[str, Any]:
    """A kanban; viewers cannot drag."""
    columns, tree = columns_of(panel), load_tree("taskboard")
    if not actor.can_write:
        find_node(tree, "board").pop("on_move")
    shown = item_view(
        actor,
        panel,
        tree,
        hint=add_hint(panel, f"add buy milk to {panel.title}"),
        columns=[{"id": name, "title": name} for name in columns],
        first_column=columns[0],
    )
    for item in shown["data"]["items"]:
        if item.get("column") not in columns:
            item["column"] = columns[-1 if item["done"] else 0]
    return shown


@contextmanager
def _edit(call: OperationCall, columns: Sequence[str]) -> Iterator[ItemEditor]:
    """The tasks, locked; those whose column the config no longer has are put into one that it has."""
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        for item in list(editor.items):
            if item.data.get("column") not in columns:
                editor.change(item, data={"column": column_of(item, columns)})
        yield editor


def _move(editor: ItemEditor, item: PanelItem, column: str, columns: Sequence[str], index: int | None) -> None:
    mates = [row for row in editor.items if row.pk != item.pk and row.data["column"] == column]
    before = mates[index] if index is not None and 0 <= index < len(mates) else None
    # With a single column only `complete` says what is done.
    done = _is_end(column, columns) if len(columns) > 1 else None
    editor.change(item, data={"column": column}, done=done, before=before, to_end=before is None)


def _to_complete(tasks: Sequence[PanelItem], call: OperationCall) -> PanelItem:
    """The task that is meant; of several with one name the one that is still to do."""
    wanted = read.line(call.params, "title")
    if wanted and not call.params.get("id"):
        to_do = [task for task in tasks if not task.done]
        with suppress(Unclear):
            return to_do[find_title(wanted, [task.title for task in to_do])]
    return choose(tasks, call.params, TASK, call.panel)


def _is_end(column: str, columns: Sequence[str]) -> bool:
    return len(columns) > 1 and column == columns[-1]


def _column(wanted: str, columns: Sequence[str], panel: Panel) -> str:
    found = find_column(wanted, columns)
    if found is None:
        raise Refusal(f"{panel.title} has no column '{wanted}' (it has: {', '.join(columns)}).")
    return found


def _subtitle(item: PanelItem, columns: Sequence[str]) -> str:
    column = column_of(item, columns)
    return f"{column} · done" if item.done and not _is_end(column, columns) else column


def _done_words(done: bool | None) -> str:
    return "" if done is None else " that are done" if done else " still to do"


TEMPLATE: Final = PanelTemplate(
    panel_type="taskboard",
    operations=by_name(
        operation("list", "read", list_tasks, {"column": "string", "done": "boolean"}),
        operation("add", "write", add_task, {"title": "string", "column": "string"}),
        operation("move", "write", move_task, {**WHICH, "column": "string", "index": "number"}),
        operation("complete", "write", complete_task, WHICH),
        operation("remove", "write", remove_task, WHICH),
        operation("clear", "write", clearing(TASK), {"done": "boolean"}),
    ),
    view=view,
    size=(6, 5),
)
