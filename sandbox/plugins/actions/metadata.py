"""Stage: actions. What a plugin remembers of one person from run to run of a session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from sandbox.plugins.models import SessionMetadata
from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.sessions.limits import require_json, require_room
from widgets_manager.widgets.models import InstalledWidget

MAX_METADATA: Final = 64 * 1024  # bytes of JSON of one session
DEFAULT_AGE: Final = timedelta(days=1)
LONGEST_AGE: Final = timedelta(days=90)
# A handler that sets it says that the session has come to its end.
KILL: Final = "requestKill"


def read_metadata(*, actor: Actor, widget: InstalledWidget, session_key: str) -> dict[str, Any]:
    """What is remembered; empty before anything is, and once it has expired."""
    rows = SessionMetadata.objects.filter(widget=widget, user=actor.user, session_key=session_key)
    return dict(rows.filter(expires_at__gt=timezone.now()).values_list("data", flat=True).first() or {})


def merge_metadata(
    *, actor: Actor, widget: InstalledWidget, session_key: str, changes: Mapping[str, Any], max_age: timedelta
) -> dict[str, Any]:
    """Set the keys of `changes`, leaving the others; what is remembered then, for `max_age` from now.

    Raises InvalidInput for what no database keeps, Conflict LIMIT for more than MAX_METADATA.
    """
    require_json(dict(changes), "metadata", max_bytes=MAX_METADATA)
    now = timezone.now()
    with unit_of_work():
        fresh = SessionMetadata(
            tenant=actor.tenant, widget=widget, user=actor.user, session_key=session_key, expires_at=now + max_age
        )
        SessionMetadata.objects.bulk_create([fresh], ignore_conflicts=True)
        rows = SessionMetadata.objects.select_for_update(no_key=True)
        row = rows.get(widget=widget, user=actor.user, session_key=session_key)
        before = row.data if row.expires_at > now else {}
        row.data = {**before, **changes}
        require_room(row.data, "metadata", "The session's metadata", max_bytes=MAX_METADATA)
        row.updated_at, row.expires_at = now, now + max_age
        row.save(update_fields=["data", "updated_at", "expires_at"])
    return dict(row.data)


def end_session(*, actor: Actor, widget: InstalledWidget, session_key: str) -> None:
    """After the run that asked for the end: the wish is forgotten, the rest stays until it expires (seed 001)."""
    with unit_of_work():
        rows = SessionMetadata.objects.select_for_update(no_key=True)
        row = rows.filter(widget=widget, user=actor.user, session_key=session_key).first()
        if row is not None and row.data.pop(KILL, None) is not None:
            row.save(update_fields=["data"])


def age_of(manifest: Mapping[str, Any]) -> timedelta:
    """How long metadata lasts after its last change: the manifest's `runtime.maxSessionAge`, or a day."""
    milliseconds = manifest.get("runtime", {}).get("maxSessionAge")
    return min(LONGEST_AGE, timedelta(milliseconds=milliseconds)) if milliseconds else DEFAULT_AGE


def forget_expired_metadata() -> int:
    """Housekeeping; returns how many sessions were forgotten."""
    return SessionMetadata.objects.filter(expires_at__lt=timezone.now()).delete()[0]
