"""Stage: handlers. Recent: the panels, items and conversations that a person used last."""

from __future__ import annotations

from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import NotFound
from widgets_manager.panels import params as read
from widgets_manager.panels.access import recent_data, recent_of, show_recent
from widgets_manager.panels.actions.recent import RECENT, forget_recent
from widgets_manager.panels.builtins.manifests import intent, manifest, param
from widgets_manager.panels.exceptions import Refusal
from widgets_manager.panels.matching import Unclear, find_position, find_title
from widgets_manager.panels.models import RecentItem
from widgets_manager.panels.templates.base import by_name, listed, operation
from widgets_manager.panels.tree_files import load_tree
from widgets_manager.widgets.panel import IntentResult, Panel, ResultItem
from widgets_manager.widgets.panels_of import find_panel
from widgets_manager.widgets.registry import BuiltinPanel, OperationCall, PanelTemplate

_KINDS: Final = {"panel": "Panel", "item": "Item", "conversation": "Conversation"}


def show(call: OperationCall) -> IntentResult:
    """What was used, newest first."""
    rows = [_row(entry, position) for position, entry in enumerate(recent_of(call.actor), start=1)]
    message = f"You used {len(rows):,} things recently." if len(rows) != 1 else "You used one thing recently."
    return listed(call.panel, rows, message=message if rows else "You have used nothing yet.")


def open_entry(call: OperationCall) -> IntentResult:
    """`{name|position}`: the panel is shown, the conversation gone to, the link of an item opened."""
    entry = _choose(call)
    shown = show_recent(entry)
    if entry.kind == RecentItem.Kind.CONVERSATION:
        return IntentResult(message=f"Opening '{entry.title}'.", navigate_to=entry.url)
    try:
        panel = find_panel(call.actor, shown["panel_id"])
    except NotFound:
        forget_recent(actor=call.actor, entry=entry)
        return IntentResult(success=False, error=f"'{entry.title}' is no longer there.")
    address = read.web_address({"url": entry.url}, "url") if entry.url else ""
    return IntentResult(message=f"Opening '{entry.title}'.", show_in_view_panel=panel.panel_id, open_url=address)


def clear(call: OperationCall) -> IntentResult:
    """Forgets everything; what was used stays as it is."""
    forget_recent(actor=call.actor)
    return IntentResult(message="Your recently used things are forgotten.")


def view(actor: Actor, panel: Panel) -> dict[str, Any]:
    """The newest twenty."""
    constants = {"can_write": actor.can_write, "title": panel.title, "hint": ""}
    return {"tree": load_tree(RECENT), "data": recent_data(actor) | constants}


def _choose(call: OperationCall) -> RecentItem:
    entries = list(recent_of(call.actor))
    key, wanted = read.text(call.params, "id", limit=100), read.line(call.params, "name")
    found: RecentItem | None = None
    if key:
        found = next((entry for entry in entries if str(entry.pk) == key), None)
    elif wanted:
        return _by_name(entries, wanted)
    elif call.params.get("position") is not None:
        index = find_position(call.params["position"], len(entries))
        found = entries[index] if index is not None else None
    else:
        raise read.fault("name", "required (or 'position')")
    if found is None:
        raise Refusal(f"You used {len(entries):,} things recently; that is none of them.")
    return found


def _by_name(entries: list[RecentItem], wanted: str) -> RecentItem:
    try:
        return entries[find_title(wanted, [entry.title for entry in entries])]
    except Unclear as unclear:
        rows = [_row(entries[index], index + 1) for index in unclear.candidates]
        named = ", ".join(f"'{row.title}'" for row in rows)
        question = "which one" if unclear.several else "did you mean"
        reason = "fits several things" if unclear.several else "matches nothing"
        raise Refusal(
            f"'{wanted}' {reason} you used recently{f'; {question}: {named}?' if rows else '.'}", rows
        ) from None


def _row(entry: RecentItem, position: int) -> ResultItem:
    shown = show_recent(entry)
    data = {"position": position, "kind": entry.kind, "panel_id": shown["panel_id"], "used_at": shown["used_at"]}
    return ResultItem(
        id=str(entry.pk), type=entry.kind, title=entry.title, subtitle=_KINDS[entry.kind], url=entry.url, data=data
    )


_OPEN_PARAMS: Final = {"name": "string", "position": "number"}
TEMPLATE: Final = PanelTemplate(
    panel_type=RECENT,
    operations=by_name(
        operation("show", "read", show),
        operation("open", "read", open_entry, {"id": "string", **_OPEN_PARAMS}),
        operation("clear", "write", clear),
    ),
    view=view,
    size=(3, 4),
)
_MANIFEST: Final = manifest(
    RECENT,
    RECENT,
    "Recent",
    "The panels, items and conversations you used last, seen by nobody else.",
    [
        intent(
            "show_recent", "recent/show", "read", "Show what you used recently",
            ["show recent", "what did I use recently", "recently used", "what was I working on", "list recent items"],
        ),
        intent(
            "open_recent", "recent/open", "read", "Open something that you used recently",
            ["open the last thing I used", "open the second recent item", "go back to Task Board from recent"],
            name=param("string", "Title of the panel, item or conversation"),
            position=param("number", "Its position in the list, from 1 (the newest)"),
        ),
        intent(
            "clear_recent", "recent/clear", "write", "Forget what you used recently",
            ["clear recent", "forget my recent items", "clear my recently used list"],
        ),
    ],
)  # fmt: skip

PANEL: Final = BuiltinPanel(manifest=_MANIFEST, template=TEMPLATE, icon="history")
