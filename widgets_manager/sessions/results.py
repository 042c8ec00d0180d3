"""Stage: handlers. Results of tools that an agent called, kept where those of widgets are."""

from __future__ import annotations

from typing import Any

from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.sessions.access import read_state
from widgets_manager.sessions.actions.locking import lock_session
from widgets_manager.sessions.actions.state import with_result, write_state
from widgets_manager.widgets.models import InstalledWidget


def keep_result(
    *,
    actor: Actor,
    session_id: object,
    app: InstalledWidget | None,
    tool: str,
    success: bool,
    data: Any = None,
    error: str | None = None,
) -> None:
    """Put a tool's result into `results.<tool>` and `last_result` of the app's state, cut where it is long."""
    with unit_of_work():
        session = lock_session(actor, session_id)
        before = read_state(session.pk, app)
        write_state(session, app, before, with_result(before, tool, success=success, data=data, error=error))
