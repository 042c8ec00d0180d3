"""Stage: actions. The session's row: the lock under which everything in it changes, made when it is first needed."""

from __future__ import annotations

from widgets_manager.apps.access import MACHINES, require_grant
from widgets_manager.core.actor import Actor
from widgets_manager.sessions.hosting import authorize
from widgets_manager.sessions.models import WidgetSession
from widgets_manager.widgets.models import InstalledWidget


def lock_session(actor: Actor, session_id: object) -> WidgetSession:
    """The session, held until the unit of work ends. Raises NotFound for what the actor takes no part in."""
    key, tenant_id = authorize(actor, session_id)
    WidgetSession.objects.bulk_create([WidgetSession(pk=key, tenant_id=tenant_id)], ignore_conflicts=True)
    return WidgetSession.objects.select_for_update(no_key=True).get(pk=key)


def require_app_grant(actor: Actor, app: InstalledWidget | None, action: str, *, always: bool = False) -> None:
    """Raise NOT_GRANTED unless the app may do `widget.<action>`.

    What people do to their own session by hand needs no grant, unless `always`. The chat itself (no app) may all.
    """
    if app is not None and (always or actor.via in MACHINES):
        require_grant(app, "widget", action)
