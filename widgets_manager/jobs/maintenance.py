"""Stage: handlers. The housekeeping of this room and of the rooms before it, which cannot register it themselves."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from widgets_manager.core.actions.idempotency import delete_old_keys
from widgets_manager.core.models import Invite, PendingConfirmation
from widgets_manager.jobs.actions import delete_finished_jobs
from widgets_manager.jobs.periodic import register_periodic
from widgets_manager.jobs.workers import forget_silent_workers
from widgets_manager.live.actions import prune_events
from widgets_manager.notifications.actions import delete_old as delete_old_notifications

HOUR: Final = 3600
STALE: Final = timedelta(days=30)


def delete_stale_confirmations() -> int:
    """Forget confirmations a month after they ran out; the audit trail keeps what was confirmed."""
    return PendingConfirmation.objects.filter(expires_at__lt=Now() - STALE).delete()[0]


def delete_stale_invites() -> int:
    """Forget invite links a month after they ran out, were used or revoked."""
    over = [Q(**{f"{moment}__lt": Now() - STALE}) for moment in ("expires_at", "accepted_at", "revoked_at")]
    return Invite.objects.filter(over[0] | over[1] | over[2]).delete()[0]


def clear_sessions() -> None:
    """Forget browser sessions that have expired."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def register() -> None:
    """Put it all on the calendar."""
    register_periodic("core.idempotency_keys", HOUR, delete_old_keys)
    register_periodic("core.confirmations", 24 * HOUR, delete_stale_confirmations)
    register_periodic("core.invites", 24 * HOUR, delete_stale_invites)
    register_periodic("core.sessions", 24 * HOUR, clear_sessions)
    register_periodic("live.events", HOUR, prune_events)
    register_periodic("notifications.old", HOUR, delete_old_notifications)
    register_periodic("jobs.finished_jobs", HOUR, delete_finished_jobs)
    register_periodic("jobs.silent_workers", HOUR, forget_silent_workers)
