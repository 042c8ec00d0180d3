"""Stage: handlers. `collection`: serves every panelType that nobody else serves, as entries with fields."""

from __future__ import annotations

from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.panels.templates.entries import entry_operations, entry_view, fields_of
from widgets_manager.panels.tree_files import find_node
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.registry import FALLBACK, PanelTemplate

_FORMATS: Final = {"string": "text", "number": "number", "boolean": "boolean"}


def view(actor: Actor, panel: Panel) -> dict[str, Any]:
    """A table with a column for each field; a row opens the entry below."""
    shown = entry_view(actor, panel, "collection")
    columns = find_node(shown["tree"], "table")["columns"]
    columns += [
        {
            "key": field["name"],
            "label": f"{{{{fields[{index}].label}}}}",
            "format": _FORMATS[field["type"]],
            "align": "end" if field["type"] == "number" else "start",
            "sortable": True,
        }
        for index, field in enumerate(fields_of(panel))
    ]
    return shown


TEMPLATE: Final = PanelTemplate(panel_type=FALLBACK, operations=entry_operations(), view=view, size=(6, 5))
