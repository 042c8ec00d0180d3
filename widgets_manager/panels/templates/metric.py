"""Stage: handlers. `metric`: one figure, its change and its history."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone

from widgets_manager.core.actor import Actor
from widgets_manager.panels import params as read
from widgets_manager.panels.access import items_of
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.actions.recent import note_panel
from widgets_manager.panels.models import PanelItem
from widgets_manager.panels.templates.base import Noun, add_hint, by_name, item_view, operation
from widgets_manager.widgets.panel import IntentResult, Panel, ResultItem
from widgets_manager.widgets.registry import OperationCall, PanelTemplate

METRIC: Final = Noun("metric", "metrics")
HISTORY_KEPT: Final = 100
MAX_UNIT: Final = 20
# Sums of decimal fractions are cut where a float's error begins.
DIGITS: Final = 9

Number = int | float


def show_metric(call: OperationCall) -> IntentResult:
    """The figure, and its change since the one before."""
    panel, items = call.panel, items_of(call.actor, call.panel)
    note_panel(actor=call.actor, panel=panel)
    if not items:
        return IntentResult(
            message=f"{panel.title} has no value yet.", title=panel.title, show_in_view_panel=panel.panel_id
        )
    value, change = items[0].data["value"], items[0].data["change"]
    shown = f"{format_number(value)}{_unit_after(panel)}"
    trend = f"{'+' if change > 0 else '−'}{format_number(abs(change))}" if change else ""
    row = ResultItem(
        id=str(items[0].pk), type=METRIC.one, title=shown, subtitle=trend, data={"value": value, "change": change}
    )
    message = f"{panel.title} is {shown}{f' ({trend})' if trend else ''}."
    return IntentResult(
        message=message, title=panel.title, items=(row,), total_count=1, show_in_view_panel=panel.panel_id
    )


def set_metric(call: OperationCall) -> IntentResult:
    """`{value}`."""
    return _write(call, _value(call), keep=False)


def add_to_metric(call: OperationCall) -> IntentResult:
    """`{value}`: added to the figure (negative: taken from it); the first one is added to nought."""
    return _write(call, _value(call), keep=True)


def view(actor: Actor, panel: Panel) -> dict[str, Any]:
    """A large figure with its trend, and the last values; `target` of the config draws a bar."""
    target = panel.config.get("target")
    is_number = isinstance(target, int | float) and not isinstance(target, bool) and target > 0
    return item_view(
        actor,
        panel,
        "metric",
        hint=add_hint(panel, f"add 5 to {panel.title}"),
        unit=unit_of(panel),
        target=target if is_number else None,
    )


def unit_of(panel: Panel) -> str:
    """The config's `unit`, a short text."""
    unit = panel.config.get("unit")
    return unit.strip()[:MAX_UNIT] if isinstance(unit, str) else ""


def format_number(value: Number) -> str:
    """`1,250` or `12.5`."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")


def _value(call: OperationCall) -> Number:
    value = read.number(call.params, "value")
    if value is None:
        raise read.fault("value", "required")
    return value


def _write(call: OperationCall, value: Number, *, keep: bool) -> IntentResult:
    with edit_items(actor=call.actor, panel=call.panel) as editor:
        item = editor.items[0] if editor.items else None
        before: Number = item.data["value"] if item else 0
        now = read.number({"value": round(before + value, DIGITS) if keep else value}, "value")
        data = _data(item, before, now if now is not None else 0)
        item = editor.change(item, data=data) if item else editor.add(title=call.panel.name, data=data)
    note_panel(actor=call.actor, panel=call.panel)
    shown = f"{format_number(data['value'])}{_unit_after(call.panel)}"
    return IntentResult(message=f"{call.panel.title} is now {shown}.")


def _data(item: PanelItem | None, before: Number, now: Number) -> dict[str, Any]:
    history = [*(item.data["history"] if item else []), {"at": timezone.now().isoformat(), "value": now}]
    change = round(now - before, DIGITS) if item else 0
    return {"value": now, "change": change, "history": history[-HISTORY_KEPT:]}


def _unit_after(panel: Panel) -> str:
    unit = unit_of(panel)
    return f" {unit}" if unit else ""


TEMPLATE: Final = PanelTemplate(
    panel_type="metric",
    operations=by_name(
        operation("show", "read", show_metric),
        operation("set", "write", set_metric, {"value": "number"}),
        operation("add", "write", add_to_metric, {"value": "number"}),
    ),
    view=view,
    size=(3, 3),
)
