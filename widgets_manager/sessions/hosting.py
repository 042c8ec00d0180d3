"""Stage: access. What a session is part of: the room above that has conversations registers itself here.

`register_session_host(host)` and `register_follow_up(fn)` are called in its `AppConfig.ready()`. Without a host no
session exists for anybody. A unit of work takes the session's row before the conversation's: whoever deletes a
conversation calls `end_session` before it locks its own row.
"""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from widgets_manager.core.access import not_found, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.live.events import recheck_access
from widgets_manager.live.streams import StreamName
from widgets_manager.sessions.models import MountedWidget, WidgetSession


class SessionHost(Protocol):
    """Where sessions happen."""

    def authorize(self, actor: Actor, session_id: uuid.UUID) -> uuid.UUID:
        """The tenant of a session that the actor takes part in. Raises NotFound."""

    def show_inline(self, actor: Actor, session_id: uuid.UUID, widget: MountedWidget) -> None:
        """Make a place for an inline widget among what is said; runs in the unit of work that mounts it."""


class FollowUp(Protocol):
    """Tells the agent what a person did with a widget."""

    def __call__(self, actor: Actor, session_id: uuid.UUID, *, text: str, payload: dict[str, Any]) -> None:
        """`payload` is `{type: "widget_event", widget_id, action_id, tool, success}`; runs in a unit of work."""


_host: SessionHost | None = None
_follow_up: FollowUp | None = None


def register_session_host(host: SessionHost | None) -> None:
    """Sessions are what `host` says (None forgets it, for tests). Raises ValueError when there is one already."""
    global _host
    if host is not None and _host is not None:
        raise ValueError("there is a session host already")
    _host = host


def register_follow_up(follow_up: FollowUp | None) -> None:
    """`follow_up` is told of answered widgets (None forgets it, for tests). Raises ValueError when there is one."""
    global _follow_up
    if follow_up is not None and _follow_up is not None:
        raise ValueError("follow-ups are registered already")
    _follow_up = follow_up


def authorize(actor: Actor, session_id: object) -> tuple[uuid.UUID, uuid.UUID]:
    """The session's id and its tenant's. Raises NotFound for what the actor takes no part in."""
    key = parse_id(session_id, "session")
    if _host is None:
        raise not_found("session")
    tenant_id = _host.authorize(actor, key)
    if tenant_id != actor.tenant_id:
        raise not_found("session")
    return key, tenant_id


def show_inline(actor: Actor, session_id: uuid.UUID, widget: MountedWidget) -> None:
    """Hand an inline widget to the host."""
    if _host is not None:
        _host.show_inline(actor, session_id, widget)


def follow_up(actor: Actor, session_id: uuid.UUID, *, text: str, payload: dict[str, Any]) -> None:
    """Hand an answer to whoever takes follow-ups; nobody does on a server without a chat."""
    if _follow_up is not None:
        _follow_up(actor, session_id, text=text, payload=payload)


def end_session(session_id: uuid.UUID) -> None:
    """Forget all that widgets kept in a session that is being deleted; runs in the caller's unit of work."""
    row = WidgetSession.objects.select_for_update(no_key=True).filter(pk=session_id).first()
    if row is not None:
        recheck_access(StreamName("session", session_id), tenant_id=row.tenant_id)
        row.delete()
