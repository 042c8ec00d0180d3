"""Stage: views. Sessions over HTTP: what is mounted, what it holds, and what the next prompt says of it."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.apps.access import get_app
from widgets_manager.core.actor import Actor
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.schema import reads, writes
from widgets_manager.sessions import schema
from widgets_manager.sessions.access import read_state, session_id_for
from widgets_manager.sessions.actions import state, updates, widgets
from widgets_manager.sessions.prompts import widget_context
from widgets_manager.sessions.serializers import show_mounted
from widgets_manager.sessions.snapshot import snapshot
from widgets_manager.widgets.models import InstalledWidget


def app_of(actor: Actor, data: Any) -> InstalledWidget | None:
    """The app that a body or query names, None where it names none. Raises NotFound, WIDGET_DISABLED."""
    app_id = field(dict(data), "app", str, required=False)
    return get_app(actor, app_id) if app_id else None


@extend_schema(tags=["sessions"])
class SessionView(ApiView):
    """The widgets of one conversation."""

    @reads(schema.SessionAnswer, 404)
    def get(self, request: Request, session_id: str) -> Response:
        """State by app, and what is mounted: what the live stream `session:<id>` shows at first."""
        return Response({"data": snapshot(self.actor, session_id_for(self.actor, session_id))})


@extend_schema(tags=["sessions"])
class RenderView(ApiView):
    """`widget.render`."""

    @writes(schema.RenderedAnswer, 404, 409, 422, status=201, body=schema.RenderWish)
    def post(self, request: Request, session_id: str) -> Response:
        """Show a declared widget (`ref`), a `tree`, or a foreign `payload` in a zone of the conversation."""
        data: Any = request.data
        only_fields(data, "app", "zone", "ref", "tree", "payload", "data", "ctx", "title")
        key = session_id_for(self.actor, session_id)
        rendered = widgets.render_widget(
            actor=self.actor,
            session_id=key,
            app=app_of(self.actor, data),
            zone=field(data, "zone", str),
            ref=field(data, "ref", str, required=False),
            tree=field(data, "tree", dict, required=False),
            payload=data.get("payload"),
            data=field(data, "data", dict, required=False),
            ctx=field(data, "ctx", dict, required=False),
            title=field(data, "title", str, required=False, default=""),
        )
        shown = show_mounted(rendered.widget)
        answer = {"widget_id": rendered.widget.widget_id, "widget": shown}
        more = {"fallbacks": rendered.fallbacks, "warnings": rendered.warnings}
        return Response({"data": {**answer, **more}}, status=201)


@extend_schema(tags=["sessions"])
class UpdateView(ApiView):
    """`widget.update`."""

    @writes(schema.MountedAnswer, 404, 409, 422, body=schema.UpdateWish)
    def post(self, request: Request, session_id: str) -> Response:
        """Change values by path: `data.<binding>…`, `ctx.…`, `state.…`; all of the patch, or nothing."""
        only_fields(request.data, "widget_id", "patch", "app")
        key = session_id_for(self.actor, session_id)
        widget_id, patch = field(request.data, "widget_id", str), field(request.data, "patch", dict)
        app = app_of(self.actor, request.data)
        row = updates.update_widget(actor=self.actor, session_id=key, widget_id=widget_id, patch=patch, app=app)
        return Response({"data": {"widget": show_mounted(row)}})


@extend_schema(tags=["sessions"])
class CloseView(ApiView):
    """`widget.close`."""

    @writes(schema.ClosedAnswer, 404, 409, 422, body=schema.CloseWish)
    def post(self, request: Request, session_id: str) -> Response:
        """Take a widget away; doing it twice is no error."""
        only_fields(request.data, "widget_id", "app")
        key, widget_id = session_id_for(self.actor, session_id), field(request.data, "widget_id", str)
        app = app_of(self.actor, request.data)
        row = widgets.close_widget(actor=self.actor, session_id=key, widget_id=widget_id, app=app)
        return Response({"data": {"widget_id": widget_id, "closed": row is not None}})


@extend_schema(tags=["sessions"])
class ErrorView(ApiView):
    """`widget.error`."""

    @writes(schema.MountedAnswer, 404, 409, 422, body=schema.ErrorWish)
    def post(self, request: Request, session_id: str) -> Response:
        """Show a sentence in a widget, or beside one of its bindings; an empty one takes it away."""
        only_fields(request.data, "widget_id", "binding", "message", "app")
        key = session_id_for(self.actor, session_id)
        row = widgets.report_widget_error(
            actor=self.actor,
            session_id=key,
            widget_id=field(request.data, "widget_id", str),
            binding=field(request.data, "binding", str, required=False),
            message=field(request.data, "message", str),
            app=app_of(self.actor, request.data),
        )
        return Response({"data": {"widget": show_mounted(row)}})


@extend_schema(tags=["sessions"])
class StateView(ApiView):
    """`widget.get_state` and `widget.set_state`."""

    @reads(schema.ValueAnswer, 404, parameters=[schema.APP, schema.KEY])
    def get(self, request: Request, session_id: str) -> Response:
        """The value at a key or dotted path; without key, the whole state."""
        session, app = session_id_for(self.actor, session_id), app_of(self.actor, request.query_params.dict())
        key = request.query_params.get("key")
        if not key:
            return Response({"data": {"found": True, "value": read_state(session, app)}})
        found, value = state.get_state(actor=self.actor, session_id=session, app=app, key=key)
        return Response({"data": {"found": found, "value": value}})

    @writes(schema.StateAnswer, 404, 409, 422, body=schema.StateWish)
    def post(self, request: Request, session_id: str) -> Response:
        """Change values: `{set: {key, dotted.path or key.toggle|append|remove|increment: value}}`."""
        only_fields(request.data, "app", "set")
        key, changes = session_id_for(self.actor, session_id), field(request.data, "set", dict)
        app = app_of(self.actor, request.data)
        after = state.set_state(actor=self.actor, session_id=key, app=app, changes=changes)
        return Response({"data": {"state": after}})


@extend_schema(tags=["sessions"])
class PromptView(ApiView):
    """The section WIDGET CONTEXT."""

    @reads(schema.PromptAnswer, 404)
    def get(self, request: Request, session_id: str) -> Response:
        """What the next turn's prompt says of the widgets, as it is now."""
        return Response({"data": {"prompt_section": widget_context(self.actor, session_id)}})


def optional_session(actor: Actor, session_id: str | None) -> uuid.UUID | None:
    """The session that a body or query names. Raises NotFound."""
    return session_id_for(actor, session_id) if session_id else None
