"""Stage: handlers. `workspace.*`: the panels beside a widget's own; opening and closing them is done by the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sandbox.frames.capabilities import Capability, CapabilityCall
from widgets_manager.core.access import not_found
from widgets_manager.widgets.access import visible_instances
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.panels_of import panel_of
from widgets_manager.widgets.registry import builtins

_READ: Final = "read:workspace"
_WRITE: Final = "write:workspace"
_PANEL: Final = {"panelId": {"type": "string", "minLength": 1, "maxLength": 250}}


def get_panels(call: CapabilityCall) -> list[dict[str, Any]]:
    """The panels that stand on the widget's workspace, in the order in which they were placed."""
    return [_show(call, panel) for panel in _panels(call)]


def get_active_panel(call: CapabilityCall) -> dict[str, Any] | None:
    """The panel that the person is at, if it stands on the widget's workspace."""
    return next((_show(call, panel) for panel in _panels(call) if _is_active(call, panel)), None)


def name_panel(call: CapabilityCall) -> dict[str, Any]:
    """`{panelId}`: the panel that the page is to open or to close. Raises NotFound for one that stands elsewhere."""
    panel = _find(call)
    return {"panelId": panel.panel_id, "title": panel.title}


def _find(call: CapabilityCall) -> Panel:
    panel = next((panel for panel in _panels(call) if panel.panel_id == call.params["panelId"]), None)
    if panel is None:
        raise not_found("panel")
    return panel


def _title(call: CapabilityCall) -> str:
    return _find(call).title


def _panels(call: CapabilityCall) -> Iterator[Panel]:
    rows = visible_instances(call.actor).filter(workspace=call.instance.workspace).exclude(widget__enabled=False)
    return (panel_of(row) for row in rows if row.widget_id or row.builtin_slug in builtins)


def _show(call: CapabilityCall, panel: Panel) -> dict[str, Any]:
    seen = call.context.visible_panel_ids
    return {
        "panelId": panel.panel_id,
        "title": panel.title,
        "type": panel.panel_type,
        "label": panel.label,
        "active": _is_active(call, panel),
        "visible": seen is None or panel.panel_id in seen,
    }


def _is_active(call: CapabilityCall, panel: Panel) -> bool:
    return panel.panel_id == call.context.focused_panel_id


METHODS: Final = (
    Capability("workspace.getPanels", _READ, get_panels),
    Capability("workspace.getActivePanel", _READ, get_active_panel),
    Capability("workspace.openPanel", _WRITE, name_panel, _PANEL, ("panelId",), _title),
    Capability("workspace.closePanel", _WRITE, name_panel, _PANEL, ("panelId",), _title),
)
