"""Stage: actions. When access changes: tell the pages, and have the sockets concerned looked at."""

from __future__ import annotations

import uuid
from typing import Any, Final

from widgets_manager.core.signals import access_changed
from widgets_manager.core.unit_of_work import after_commit, unit_of_work
from widgets_manager.live.access_events import AccessChanged
from widgets_manager.live.events import emit
from widgets_manager.live.publish import CONTROL_GROUP, publish, recheck_message
from widgets_manager.live.streams import StreamName

# The end of a sign-in concerns sockets, not what a page shows.
_SILENT: Final = frozenset({"signed_out", "password_changed"})
# What the other members see in their list of members, or everywhere.
_PUBLIC: Final = frozenset({"joined", "role_changed", "removed", "tenant_changed"})


def connect() -> None:
    """Listen to `core.signals.access_changed`."""
    access_changed.connect(announce_access_change, dispatch_uid="live.announce_access_change")


def announce_access_change(
    *, tenant_id: uuid.UUID, user_id: uuid.UUID | None, reason: str, session_key: str | None = None, **kwargs: Any
) -> None:
    """Emit `access.changed` to the person and, where it concerns them, to the tenant; recheck sockets after the commit.

    `session_key` names the one session that has ended.
    """
    with unit_of_work():
        if reason not in _SILENT:
            _emit(tenant_id, user_id, reason)
        if user_id is not None:
            message = recheck_message(user_id, session_key)
            after_commit(lambda: publish([(CONTROL_GROUP, message)]))


def _emit(tenant_id: uuid.UUID, user_id: uuid.UUID | None, reason: str) -> None:
    event = AccessChanged(reason=reason, user_id=user_id)
    if user_id is not None:
        emit(StreamName("user", user_id), event, tenant_id=tenant_id)
    if user_id is None or reason in _PUBLIC:
        emit(StreamName("tenant", tenant_id), event, tenant_id=tenant_id)
