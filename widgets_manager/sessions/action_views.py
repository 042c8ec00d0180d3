"""Stage: views. What widgets themselves ask for: their actions, the values of their bindings, places for files."""

from __future__ import annotations

import uuid
from typing import Any, Final

import orjson
from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.apps.access import get_app
from widgets_manager.core.actions.idempotency import hash_request, run_once
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import InvalidInput, NotFound
from widgets_manager.core.schema import reads, writes
from widgets_manager.core.strict_json import parse_json
from widgets_manager.files.actions import read_blob
from widgets_manager.sessions import schema
from widgets_manager.sessions.access import find_mounted, get_file, get_mounted, open_widgets, session_id_for
from widgets_manager.sessions.actions.files import store_file
from widgets_manager.sessions.bindings import read_binding, read_mounted_binding
from widgets_manager.sessions.limits import MAX_CTX
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.sessions.running import Click, run_action
from widgets_manager.sessions.serializers import show_file
from widgets_manager.sessions.views import optional_session
from widgets_manager.widgets.models import InstalledWidget

_FIELDS: Final = ("widget_id", "action_id", "type", "payload", "form", "state", "session_id", "idempotency_key")
MAX_ID: Final = 200
# What people upload is never run or shown as a page of this origin.
_INERT: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class ActionView(ApiView):
    """Runs an action once for each `idempotency_key` of its body."""

    def act(self, session_id: uuid.UUID | None, app: InstalledWidget | None, mounted: MountedWidget | None) -> Response:
        """The answer to the request's action."""
        click = self._click(session_id, app, mounted)
        key = field(self.request.data, "idempotency_key", str, required=False)

        def run() -> tuple[int, Any]:
            return 200, {"data": {"ok": True, "effect": run_action(click)}}

        if not key or self.request.headers.get("Idempotency-Key"):
            return Response(run()[1])
        body = orjson.dumps(self.request.data, option=orjson.OPT_SORT_KEYS)
        fingerprint = hash_request("post", self.request.path, body)
        (_, answer), replayed = run_once(actor=self.actor, key=_key(key), request_hash=fingerprint, run=run)
        return Response(answer, headers={"Idempotent-Replayed": "true"} if replayed else {})

    def _click(self, session_id: uuid.UUID | None, app: InstalledWidget | None, mounted: MountedWidget | None) -> Click:
        data = self.request.data
        return Click(
            actor=self.actor,
            app=app,
            kind=field(data, "type", str),
            payload=field(data, "payload", dict, required=False, default={}),
            widget_id=_short(data, "widget_id"),
            action_id=_short(data, "action_id", default=""),
            form=field(data, "form", dict, required=False, default={}),
            state=field(data, "state", dict, required=False, default={}),
            session_id=session_id,
            mounted=mounted,
        )


@extend_schema(tags=["apps"])
class AppActionView(ActionView):
    """An action of an app's widget."""

    @writes(schema.EffectAnswer, 404, 409, 422, 502, body=schema.ActionWish)
    def post(self, request: Request, app_id: str) -> Response:
        """Run it, or acknowledge what the browser does; answers with the effect."""
        only_fields(request.data, *_FIELDS)
        app = get_app(self.actor, app_id)
        session = optional_session(self.actor, field(request.data, "session_id", str, required=False))
        mounted = find_mounted(session, _short(request.data, "widget_id"), app) if session else None
        return self.act(session, app, mounted)


@extend_schema(tags=["sessions"])
class SessionActionView(ActionView):
    """An action of a mounted widget, also of one that belongs to no app."""

    @writes(schema.EffectAnswer, 404, 409, 422, 502, body=schema.ActionWish)
    def post(self, request: Request, session_id: str) -> Response:
        """As the same address of an app, which is found by the mounted widget."""
        only_fields(request.data, *_FIELDS)
        session = session_id_for(self.actor, session_id)
        if field(request.data, "session_id", str, required=False) not in (None, session_id):
            raise InvalidInput("session_id: is another one than in the address", path="session_id")
        mounted = get_mounted(session, _short(request.data, "widget_id"))
        app = get_app(self.actor, mounted.app_id) if mounted.app_id else None
        return self.act(session, app, mounted)


@extend_schema(tags=["apps"])
class AppBindingView(ApiView):
    """A binding of an app's widget."""

    @reads(schema.BindingAnswer, 404, 409, 422, 502, parameters=[schema.WIDGET, schema.SESSION, schema.CTX])
    def get(self, request: Request, app_id: str, binding: str) -> Response:
        """Its value; expressions in the source read the session's state and `ctx`."""
        app, query = get_app(self.actor, app_id), request.query_params
        found = read_binding(
            actor=self.actor,
            app=app,
            binding=binding,
            widget=query.get("widget") or None,
            session_id=optional_session(self.actor, query.get("session_id")),
            ctx=_ctx(query.get("ctx")),
        )
        return Response({"data": {"value": found.value, "status": found.status}})


@extend_schema(tags=["sessions"])
class SessionBindingView(ApiView):
    """A binding of a mounted widget."""

    @reads(schema.BindingAnswer, 404, 409, 422, 502, parameters=[schema.WIDGET_ID, schema.CTX])
    def get(self, request: Request, session_id: str, binding: str) -> Response:
        """Its value, with the widget's own ctx; without `widget_id`, of the first widget that has it."""
        session = session_id_for(self.actor, session_id)
        row = _mounted_with(session, binding, request.query_params.get("widget_id"))
        if row.app_id:
            get_app(self.actor, row.app_id)
        found = read_mounted_binding(
            actor=self.actor, row=row, binding=binding, ctx=_ctx(request.query_params.get("ctx"))
        )
        return Response({"data": {"value": found.value, "status": found.status}})


@extend_schema(tags=["apps"])
class AppFilesView(ApiView):
    """Files for an app's widgets."""

    parser_classes = [MultiPartParser]

    @writes(schema.GivenFileAnswer, 404, 409, 413, 422, status=201, body=schema.GivenFile, parameters=[schema.SESSION])
    def post(self, request: Request, app_id: str) -> Response:
        """Multipart with one `file`, for those in the session, or without `session_id` for oneself."""
        app = get_app(self.actor, app_id)
        session = optional_session(self.actor, request.query_params.get("session_id"))
        upload = request.FILES.get("file")
        if upload is None:
            raise InvalidInput("file: required (multipart/form-data)", path="file")
        row = store_file(
            actor=self.actor,
            app=app,
            session_id=session,
            name=upload.name or "",
            media_type=upload.content_type or "",
            stream=upload,
        )
        return Response({"data": show_file(row)}, status=201)


@extend_schema(tags=["apps"], responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
class FileView(ApiView):
    """A file that was given to a widget."""

    def get(self, request: Request, file_id: str) -> HttpResponseBase:
        """The bytes, as a download."""
        row = get_file(self.actor, file_id)
        response = HttpResponse(read_blob(row.blob), content_type=row.blob.media_type, headers=_INERT)
        response["Content-Disposition"] = _attachment(row.name)
        return response


def _mounted_with(session_id: uuid.UUID, binding: str, widget_id: str | None) -> MountedWidget:
    if widget_id:
        return get_mounted(session_id, widget_id)
    row = open_widgets(session_id).filter(data__has_key=binding).first()
    if row is None:
        raise NotFound("No widget that is mounted here has this binding.", code="UNKNOWN_BINDING", path="binding")
    return row


def _attachment(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"


def _ctx(text: str | None) -> dict[str, Any]:
    value = parse_json(text, max_bytes=MAX_CTX) if text else {}
    if not isinstance(value, dict):
        raise InvalidInput("ctx: must be a JSON object", path="ctx")
    return value


def _short(data: Any, name: str, *, default: str | None = None) -> str:
    value: str = field(data, name, str, required=default is None, default=default)
    if len(value) > MAX_ID:
        raise InvalidInput(f"{name}: has {len(value)} characters; at most {MAX_ID} are allowed", path=name)
    return value


def _key(text: str) -> str:
    if not 1 <= len(text) <= MAX_ID:
        raise InvalidInput(f"idempotency_key: 1 to {MAX_ID} characters", path="idempotency_key")
    return text
