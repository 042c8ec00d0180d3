"""Stage: handlers. What the templates share: refusals as results, the choice of one entry, lists, and views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.panels import params as read
from widgets_manager.panels.access import items_of, show_item
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.actions.recent import note_panel
from widgets_manager.panels.exceptions import Refusal
from widgets_manager.panels.matching import Unclear, find_position, find_title
from widgets_manager.panels.models import PanelItem
from widgets_manager.panels.tree_files import load_tree
from widgets_manager.widgets.panel import IntentResult, Panel, ResultItem
from widgets_manager.widgets.registry import Effect, Operation, OperationCall
from widgets_manager.widgets.serving import serving_operation

MAX_LISTED: Final = 100
# How every control and most intents name an entry; `id` is what the panel's own controls send.
WHICH: Final[Mapping[str, str]] = {"id": "string", "title": "string", "position": "number"}

Run = Callable[[OperationCall], IntentResult]


@dataclass(frozen=True, slots=True)
class Noun:
    """What a template's entries are called, and the parameter that names one."""

    one: str
    many: str
    key: str = "title"

    def count(self, number: int) -> str:
        """`1 task`, `3 tasks`."""
        return f"{number:,} {self.one if number == 1 else self.many}"

    def show(self, item: PanelItem, position: int, subtitle: str = "") -> ResultItem:
        """A row of a result list; `data.position` is what the person can say."""
        shown = show_item(item)
        data = {key: value for key, value in shown.items() if key not in ("id", "title", "url", "position")}
        return ResultItem(
            id=str(item.pk),
            type=self.one,
            title=item.title,
            subtitle=subtitle,
            url=str(item.data.get("url", "")),
            data=data | {"position": position},
        )


def operation(name: str, effect: Effect, run: Run, params: Mapping[str, str] | None = None) -> Operation:
    """An operation whose Refusal becomes `{success: false, error, items}`."""

    def guarded(call: OperationCall) -> IntentResult:
        try:
            return run(call)
        except Refusal as refusal:
            return IntentResult(success=False, error=refusal.message, items=refusal.candidates or None)

    return Operation(name=name, effect=effect, run=guarded, params=dict(params or {}))


def by_name(*operations: Operation) -> dict[str, Operation]:
    """The operations of a template."""
    return {item.name: item for item in operations}


def choose(items: Sequence[PanelItem], params: read.Params, noun: Noun, panel: Panel) -> PanelItem:
    """The one entry that `id`, the title (or name) or `position` means, among those listed in this order.

    Raises Refusal with the candidates, or InvalidParams when nothing names an entry.
    """
    item_id = read.text(params, "id", limit=100)
    wanted = read.line(params, noun.key)
    if item_id:
        found = next((item for item in items if str(item.pk) == item_id), None)
        if found is None:
            raise Refusal(f"This {noun.one} is no longer in {panel.title}.")
        return found
    if wanted:
        return _by_title(items, wanted, noun, panel)
    if params.get("position") is None:
        raise read.fault(noun.key, "required (or 'position')")
    return _by_position(items, params["position"], noun, panel)


def _by_title(items: Sequence[PanelItem], wanted: str, noun: Noun, panel: Panel) -> PanelItem:
    try:
        return items[find_title(wanted, [item.title for item in items])]
    except Unclear as unclear:
        candidates = [noun.show(items[index], index + 1) for index in unclear.candidates]
        raise Refusal(_unclear(wanted, candidates, unclear.several, noun, panel), candidates) from None


def _unclear(wanted: str, candidates: Sequence[ResultItem], several: bool, noun: Noun, panel: Panel) -> str:
    named = ", ".join(f"'{row.title}'" for row in candidates)
    if several and len({row.title for row in candidates}) == 1:
        positions = ", ".join(str(row.data["position"]) for row in candidates)
        called = f"Several {noun.many} in {panel.title} are called '{candidates[0].title}'"
        return f"{called}; say which by position: {positions}."
    if several:
        return f"'{wanted}' fits several {noun.many} in {panel.title}; which one: {named}?"
    if candidates:
        return f"'{wanted}' matches nothing in {panel.title}; did you mean: {named}?"
    return f"'{wanted}' matches nothing in {panel.title}."


def _by_position(items: Sequence[PanelItem], wanted: object, noun: Noun, panel: Panel) -> PanelItem:
    index = find_position(wanted, len(items))
    if index is None:
        allowed = f"allowed: 1 to {len(items):,}" if items else "it is empty"
        raise Refusal(f"{panel.title} has {noun.count(len(items))}; there is none at position {wanted} ({allowed}).")
    return items[index]


def listed(panel: Panel, rows: Sequence[ResultItem], *, message: str, subtitle: str = "") -> IntentResult:
    """A list for the chat, at most a hundred rows of it; the panel is shown beside."""
    return IntentResult(
        message=message,
        title=panel.title,
        subtitle=subtitle,
        items=tuple(rows[:MAX_LISTED]),
        total_count=len(rows),
        show_in_view_panel=panel.panel_id,
    )


def clearing(noun: Noun) -> Run:
    """The operation `clear {done?}`: takes away everything, or only what is (not) done."""

    def clear(call: OperationCall) -> IntentResult:
        done = read.flag(call.params, "done")
        with edit_items(actor=call.actor, panel=call.panel) as editor:
            gone = [item for item in editor.items if done in (None, item.done)]
            editor.remove(gone)
        note_panel(actor=call.actor, panel=call.panel)
        kind = "" if done is None else "done " if done else "open "
        if not gone:
            return IntentResult(message=f"{call.panel.title} had no {kind}{noun.many} to remove.")
        counted = f"{len(gone):,} {kind}{noun.one if len(gone) == 1 else noun.many}"
        return IntentResult(message=f"Removed {counted} from {call.panel.title}.")

    return clear


def removing(noun: Noun) -> Run:
    """The operation `remove {title|position}` of a template that lists its entries in their order."""

    def remove(call: OperationCall) -> IntentResult:
        with edit_items(actor=call.actor, panel=call.panel) as editor:
            item = choose(editor.items, call.params, noun, call.panel)
            editor.remove([item])
        note_panel(actor=call.actor, panel=call.panel)
        return IntentResult(message=f"Removed '{item.title}' from {call.panel.title}.")

    return remove


def can_say(panel: Panel, name: str) -> bool:
    """Whether the chat is offered the operation."""
    return any(served.name == name for intent in panel.intents if (served := serving_operation(panel, intent)))


def add_hint(panel: Panel, sentence: str) -> str:
    """What an empty panel says to do next; the chat is named only where it can do it."""
    above = "Use the field above"
    return f'{above}, or say "{sentence}" in the chat.' if can_say(panel, "add") else f"{above}."


def item_view(
    actor: Actor, panel: Panel, tree: str | dict[str, Any], *, hint: str = "", **constants: Any
) -> dict[str, Any]:
    """A view `{tree, data}`: the items, which events change, and what stays as it is while the page is open."""
    data = {
        "items": [show_item(item) for item in items_of(actor, panel)],
        "can_write": actor.can_write,
        "title": panel.title,
        "hint": hint,
        **constants,
    }
    return {"tree": load_tree(tree) if isinstance(tree, str) else tree, "data": data}
