"""Stage: views. An installed plugin as its people see it: what it is and may, its events, and data that was kept."""

from __future__ import annotations

from typing import Final

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.plugindb.access import kept_databases
from sandbox.plugins import plugin_schema as schema
from sandbox.plugins.access import get_plugin, sees_all_of
from sandbox.plugins.actions.heartbeats import set_subscription
from sandbox.plugins.actions.removal import delete_kept
from sandbox.plugins.block import describe_plugin
from sandbox.plugins.plugin_serializers import show_event, show_kept, show_subscribable
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.schema import Success, reads, writes

RECENT: Final = 50


@extend_schema(tags=["plugins"])
class PluginView(ApiView):
    """An installed plugin."""

    @reads(schema.PluginAnswer, 404)
    def get(self, request: Request, plugin_id: str) -> Response:
        """What it is, needs, and does not do on this server, as its preview has it."""
        return Response({"plugin": describe_plugin(get_plugin(self.actor, plugin_id))})


@extend_schema(tags=["plugins"])
class EventsView(ApiView):
    """What people can be told of by a plugin, and what has happened."""

    @reads(schema.EventsAnswer, 404)
    def get(self, request: Request, plugin_id: str) -> Response:
        """Its events, and the newest fifty times: everybody's for who manages it, else the caller's own."""
        widget = get_plugin(self.actor, plugin_id)
        everyone = sees_all_of(self.actor, widget)
        mine = Q() if everyone else Q(user=self.actor.user)
        rows = widget.heartbeat_events.filter(mine).select_related("user")[:RECENT]
        return Response(
            {
                "events": show_subscribable(self.actor, widget),
                "recent": [show_event(row) for row in rows],
                "everyone": everyone,
            }
        )

    @writes(schema.SubscriptionsAnswer, 404, 422, body=schema.SubscriptionWish)
    def post(self, request: Request, plugin_id: str) -> Response:
        """Have the caller be told of one, or no longer: `{event, subscribed}`."""
        only_fields(request.data, "event", "subscribed")
        widget = get_plugin(self.actor, plugin_id)
        set_subscription(
            actor=self.actor,
            widget=widget,
            event_id=field(request.data, "event", str),
            subscribed=field(request.data, "subscribed", bool),
        )
        return Response({"events": show_subscribable(self.actor, widget)})


@extend_schema(tags=["plugins"])
class KeptListView(ApiView):
    """Tables that uninstalled plugins have left behind."""

    @reads(schema.KeptListAnswer)
    def get(self, request: Request) -> Response:
        """Those of the caller's, and for admins those of the whole organisation; an install can take them up again."""
        return Response({"kept": [show_kept(row) for row in kept_databases(self.actor).order_by("keep_until")]})


@extend_schema(tags=["plugins"])
class KeptView(ApiView):
    """Tables that were kept."""

    @writes(Success, 404)
    def delete(self, request: Request, kept_id: str) -> Response:
        """Delete them now, with everything in them."""
        delete_kept(actor=self.actor, kept_id=kept_id)
        return Response({"success": True})
