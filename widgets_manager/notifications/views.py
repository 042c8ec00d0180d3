"""Stage: views. The HTTP API of notifications: a person's own (docs/api.md)."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.schema import Success, reads, writes
from widgets_manager.notifications import access, actions, schema
from widgets_manager.notifications.events import show_notification

PAGE: Final = 30


@extend_schema(tags=["notifications"])
class NotificationsView(ApiView):
    """What the caller was told."""

    @reads(schema.NotificationsAnswer, 404, parameters=[schema.BEFORE])
    def get(self, request: Request) -> Response:
        """Newest first, thirty at a time; `?before=` an id gives those below it."""
        before = request.query_params.get("before")
        rows = access.older_than(self.actor, before) if before else access.own_notifications(self.actor)
        found = list(rows[: PAGE + 1])
        return Response(
            {
                "notifications": [show_notification(row) for row in found[:PAGE]],
                "unread": access.count_unread(self.actor),
                "more": len(found) > PAGE,
            }
        )


@extend_schema(tags=["notifications"])
class NotificationView(ApiView):
    """One of them."""

    @writes(schema.NotificationAnswer, 404, 422, body=schema.ReadMark)
    def patch(self, request: Request, notification_id: str) -> Response:
        """Mark it: `{read}`."""
        only_fields(request.data, "read")
        row = access.get_notification(self.actor, notification_id)
        row = actions.mark_read(actor=self.actor, notification=row, read=field(request.data, "read", bool))
        return Response({"notification": show_notification(row)})

    @writes(Success, 404)
    def delete(self, request: Request, notification_id: str) -> Response:
        """Delete it."""
        row = access.get_notification(self.actor, notification_id)
        actions.delete_notification(actor=self.actor, notification=row)
        return Response({"success": True})


@extend_schema(tags=["notifications"])
class ReadAllView(ApiView):
    """All of them at once."""

    @writes(schema.ReadAllAnswer, 422)
    def post(self, request: Request) -> Response:
        """Mark everything as read; `read` says how many were unread."""
        only_fields(request.data)
        return Response({"read": actions.mark_all_read(actor=self.actor)})
