"""Stage: views. What scripts of widgets ask for, what people answer them, and what was fetched for them."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.frames import schema
from sandbox.frames.access import get_place, grants_of, network_log_of
from sandbox.frames.actions import grants
from sandbox.frames.bridge import call_capability
from sandbox.frames.capabilities import CallContext
from sandbox.frames.serializers import show_grant, show_request
from widgets_manager.core.api import ApiView, field, moment, only_fields
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.schema import Success, reads, writes
from widgets_manager.widgets.chat_api import panel_ids


@extend_schema(tags=["sandbox"])
class BridgeView(ApiView):
    """A call of a widget's script."""

    @writes(schema.BridgeAnswer, 400, 404, 409, 413, 422, 502, body=schema.BridgeCall)
    def post(self, request: Request) -> Response:
        """Body `{instanceId, method, params?, context?}`; what it answers is in docs/sandbox.md, method by method."""
        only_fields(request.data, "instanceId", "method", "params", "context")
        result = call_capability(
            actor=self.actor,
            instance_id=field(request.data, "instanceId", str),
            method=field(request.data, "method", str),
            params=field(request.data, "params", dict, required=False, default={}),
            context=_context(field(request.data, "context", dict, required=False, default={})),
        )
        return Response({"result": result})


@extend_schema(tags=["sandbox"])
class PermissionsView(ApiView):
    """What the caller answered widgets that asked."""

    @reads(schema.GrantsAnswer, 400, 404, parameters=[schema.INSTANCE_ID])
    def get(self, request: Request) -> Response:
        """All of the caller's answers, or those for `?instanceId=`; they count, or not, as `current` says."""
        rows = grants_of(self.actor)
        if wanted := request.query_params.get("instanceId"):
            rows = rows.filter(instance=get_place(self.actor, wanted))
        return Response({"grants": [show_grant(row) for row in rows]})

    @writes(schema.GrantAnswer, 400, 404, 422, status=201, body=schema.GrantDecision)
    def post(self, request: Request) -> Response:
        """Answer: `{instanceId, permission, level, expiresAt?, method?, params?}`, level once, always, never, deny."""
        only_fields(request.data, "instanceId", "permission", "level", "expiresAt", "method", "params")
        grant = grants.decide(
            actor=self.actor,
            instance=get_place(self.actor, field(request.data, "instanceId", str)),
            permission=field(request.data, "permission", str),
            level=field(request.data, "level", str),
            expires_at=moment(request.data, "expiresAt"),
            method=field(request.data, "method", str, required=False, default=""),
            params=field(request.data, "params", dict, required=False, default={}),
        )
        return Response({"grant": show_grant(grant) if grant else None}, status=201)

    @writes(Success, 400, 404, 422, body=schema.Revocation)
    def delete(self, request: Request) -> Response:
        """Forget an answer, so that the widget has to ask again: `{instanceId, permission}`."""
        only_fields(request.data, "instanceId", "permission")
        grants.revoke(
            actor=self.actor,
            instance=get_place(self.actor, field(request.data, "instanceId", str)),
            permission=field(request.data, "permission", str),
        )
        return Response({"success": True})


@extend_schema(tags=["sandbox"])
class NetworkLogView(ApiView):
    """What was fetched for a widget's script."""

    @reads(schema.NetworkLogAnswer, 400, 404, 422, parameters=[schema.ITS_INSTANCE_ID])
    def get(self, request: Request) -> Response:
        """The newest hundred requests of `?instanceId=`, by whomever; they are kept for a week."""
        place = get_place(self.actor, field(request.query_params.dict(), "instanceId", str))
        return Response({"requests": [show_request(row) for row in network_log_of(place)]})


def _context(data: dict[str, Any]) -> CallContext:
    """What the page says is on the screen. Raises InvalidInput that names the key."""
    only_fields(data, "visiblePanelIds", "focusedPanelId", "conversationId")
    visible = panel_ids(data)
    conversation = field(data, "conversationId", str, required=False)
    return CallContext(
        visible_panel_ids=None if visible is None else tuple(visible),
        focused_panel_id=field(data, "focusedPanelId", str, required=False),
        conversation_id=_uuid(conversation) if conversation else None,
    )


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InvalidInput("conversationId: must be an id", path="conversationId") from None
