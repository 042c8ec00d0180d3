"""Stage: events. What open pages learn of the widgets and the state of their conversation.

Their names have the colon that authors of widgets know them by.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from widgets_manager.live.events import Event, emit
from widgets_manager.live.streams import StreamName
from widgets_manager.sessions.models import WidgetSession


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetRender(Event):
    """A widget was mounted, or is to be shown anew as it is given here; one of the same id and app is replaced."""

    type: ClassVar[str] = "widget:render"
    widget: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetUpdate(Event):
    """Values by dotted path: `data.<binding>…` and `ctx.…` of one widget, `state.…` of its app.

    What it changes of the state follows in a `widget:state`.
    """

    type: ClassVar[str] = "widget:update"
    widget_id: str
    app: str | None
    patch: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetClose(Event):
    """A widget was closed."""

    type: ClassVar[str] = "widget:close"
    widget_id: str
    app: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetError(Event):
    """Something went wrong in a widget: in one of its bindings, or (null) in the whole; an empty message: no more."""

    type: ClassVar[str] = "widget:error"
    widget_id: str
    app: str | None
    binding: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetState(Event):
    """The state of an app (`""`: of the chat's own widgets) changed: new values by top-level key, and keys gone."""

    type: ClassVar[str] = "widget:state"
    app: str
    changes: dict[str, Any]
    removed: list[str]


def session_stream(session_id: uuid.UUID) -> StreamName:
    """What everybody in the conversation follows."""
    return StreamName("session", session_id)


def emit_to_session(session: WidgetSession, event: Event) -> None:
    """To everybody who has the conversation open."""
    emit(session_stream(session.pk), event, tenant_id=session.tenant_id)
