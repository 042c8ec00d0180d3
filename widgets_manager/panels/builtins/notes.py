"""Stage: handlers. Notes: what is written on a dashboard, for everybody who opens it, by every place of this panel."""

from __future__ import annotations

from typing import Final

from widgets_manager.panels.access import NOTES
from widgets_manager.panels.builtins.manifests import intent, manifest, param
from widgets_manager.panels.templates.notes import TEMPLATE
from widgets_manager.widgets.registry import BuiltinPanel

_WHICH: Final = {
    "title": param("string", "Title of the note"),
    "position": param("number", "Its position in the list, from 1; -1 is the last"),
}
_MANIFEST: Final = manifest(
    NOTES,
    TEMPLATE.panel_type,
    "Notes",
    "Notes of the dashboard, written in Markdown, for everybody who opens it.",
    [
        intent(
            "show_notes", f"{NOTES}/list", "read", "Show the notes of the dashboard",
            ["show the dashboard's notes", "list the notes of this dashboard", "which notes are on the dashboard"],
        ),
        intent(
            "show_note", f"{NOTES}/show", "read", "Show one note of the dashboard",
            ["show the dashboard's note Standup", "read me the note Standup of this dashboard"],
            **_WHICH,
        ),
        intent(
            "add_note", f"{NOTES}/add", "write", "Write a note on the dashboard",
            ["note on the dashboard: call Ada back", "add a dashboard note call Ada back"],
            text=param("string", "The note, in Markdown", required=True),
            title=param("string", "Its title; the first line when absent"),
        ),
        intent(
            "append_note", f"{NOTES}/append", "write", "Add a line to a note of the dashboard",
            ["append buy milk to the dashboard's note Standup", "add the line buy milk to the dashboard note Standup"],
            text=param("string", "What is added", required=True),
            **_WHICH,
        ),
        intent(
            "remove_note", f"{NOTES}/remove", "write", "Remove a note from the dashboard",
            ["remove the dashboard's note Standup", "delete the note Standup from the dashboard"],
            **_WHICH,
        ),
    ],
)  # fmt: skip

# In a person's chat only where it is placed: without a dashboard it has no notes.
PANEL: Final = BuiltinPanel(
    manifest=_MANIFEST, template=TEMPLATE, icon="sticky_note_2", active_slugs=lambda actor: (), keeps="workspace"
)
