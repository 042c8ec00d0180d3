"""Stage: handlers. `notes.*`: the notes of the widget's dashboard, those of its Notes panels and its own."""

from __future__ import annotations

from typing import Any, Final

from sandbox.frames.capabilities import Capability, CapabilityCall
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.panels.access import current_note, notes_of
from widgets_manager.panels.actions.notes import write_note
from widgets_manager.panels.models import PanelItem
from widgets_manager.panels.templates.notes import MAX_TEXT

_READ: Final = "read:notes"
_NOTE: Final = {"noteId": {"type": "string", "minLength": 1, "maxLength": 100}}


def get_current_note(call: CapabilityCall) -> dict[str, Any] | None:
    """The note that the person opened or changed last, else the one that was changed last; null without any."""
    note = current_note(call.actor, call.instance.workspace)
    return _show(note) if note else None


def get_note(call: CapabilityCall) -> dict[str, Any]:
    """`{noteId}`: a note of the dashboard. Raises NotFound."""
    return _show(_find(call))


def update_note(call: CapabilityCall) -> dict[str, Any]:
    """`{noteId, content}`: replaces the note's text; the title stays. Answers with the note. Raises NotFound."""
    note, text = _find(call), call.params["content"]
    return _show(write_note(actor=call.actor, workspace=call.instance.workspace, note=note, text=text))


def _find(call: CapabilityCall) -> PanelItem:
    return get_or_404(notes_of(call.instance.workspace), "note", pk=parse_id(call.params["noteId"], "note"))


def _title(call: CapabilityCall) -> str:
    return _find(call).title


def _show(note: PanelItem) -> dict[str, Any]:
    return {
        "id": str(note.pk),
        "title": note.title,
        "content": str(note.data.get("text", "")),
        "updatedAt": note.updated_at.isoformat(),
    }


METHODS: Final = (
    Capability("notes.getCurrentNote", _READ, get_current_note),
    Capability("notes.getNote", _READ, get_note, _NOTE, ("noteId",)),
    Capability(
        "notes.updateNote",
        "write:notes",
        update_note,
        _NOTE | {"content": {"type": "string", "maxLength": MAX_TEXT}},
        ("noteId", "content"),
        _title,
    ),
)
