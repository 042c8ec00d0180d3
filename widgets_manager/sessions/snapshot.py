"""Stage: views. The session stream: who may follow it, and its state to begin with."""

from __future__ import annotations

import uuid
from typing import Any

from widgets_manager.core.actor import Actor
from widgets_manager.sessions.access import open_widgets, read_states
from widgets_manager.sessions.hosting import authorize as authorize_session
from widgets_manager.sessions.serializers import show_mounted


def authorize(actor: Actor, key: uuid.UUID) -> uuid.UUID:
    """The tenant of a session that the actor takes part in. Raises NotFound."""
    return authorize_session(actor, key)[1]


def snapshot(actor: Actor, key: uuid.UUID) -> dict[str, Any]:
    """State by app id ("" for the chat's own), and what is mounted, oldest first."""
    return {"state": read_states(key), "widgets": [show_mounted(row) for row in open_widgets(key)]}
