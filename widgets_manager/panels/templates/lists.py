"""Stage: handlers. `list`: entries to tick off."""

from __future__ import annotations

from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.panels.templates.entries import entry_operations, entry_view
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.registry import PanelTemplate


def view(actor: Actor, panel: Panel) -> dict[str, Any]:
    """Entries with a tick, their fields, and what is done at the end."""
    return entry_view(actor, panel, "list")


TEMPLATE: Final = PanelTemplate(panel_type="list", operations=entry_operations(), view=view, size=(4, 5))
