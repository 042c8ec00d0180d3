"""Stage: actions. A note of a dashboard, rewritten by its id, whichever panel holds it."""

from __future__ import annotations

from dataclasses import replace

from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.panels.access import NOTES
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.actions.recent import note_panel
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.panels_of import builtin_panel, panel_of


def write_note(*, actor: Actor, workspace: Workspace, note: PanelItem, text: str) -> PanelItem:
    """Replace the text of a note of the workspace. Raises NotFound when it has gone, PermissionDenied for viewers."""
    panel = _panel(workspace, note)
    with edit_items(actor=actor, panel=panel) as editor:
        item = next((item for item in editor.items if item.pk == note.pk), None)
        if item is None:
            raise not_found("note")
        editor.change(item, data={"text": text})
    if panel.instance_id is not None:
        note_panel(actor=actor, panel=panel, item=item)
    return item


def _panel(workspace: Workspace, note: PanelItem) -> Panel:
    """The panel that shows the note; of the workspace's own, the first that is placed, if one is."""
    if note.instance is not None:
        return panel_of(note.instance)
    placed = workspace.instances.filter(builtin_slug=NOTES).select_related("widget", "workspace").first()
    if placed is not None:
        return panel_of(placed)
    return replace(builtin_panel(NOTES), workspace_id=workspace.pk, workspace_name=workspace.name)
