"""Stage: views. What a page needs to show a plugin's widget wherever it stands."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.frames.kinds import frame_kinds
from sandbox.plugins.places import Place, find_place
from widgets_manager.core.actor import Actor
from widgets_manager.core.api import ApiView
from widgets_manager.core.schema import reads
from widgets_manager.panels.schema import PanelSandbox
from widgets_manager.widgets.panels_of import panel_of
from widgets_manager.widgets.scripted import full_config, show_frame


class PluginPlace(serializers.Serializer[Any]):
    """A place of a plugin's widget: on a dashboard, or among the messages of a conversation."""

    instance_id = serializers.UUIDField()
    title = serializers.CharField()
    workspace_id = serializers.UUIDField(allow_null=True)
    session_id = serializers.UUIDField(allow_null=True)
    frame = PanelSandbox()


class PluginPlaceAnswer(serializers.Serializer[Any]):
    """What is needed to show it."""

    place = PluginPlace()


@extend_schema(tags=["plugins"])
class PluginPlaceView(ApiView):
    """A place of a plugin's widget."""

    @reads(PluginPlaceAnswer, 400, 404)
    def get(self, request: Request, place_id: str) -> Response:
        """What frames it. A plugin without a widget answers NO_SANDBOX (400)."""
        return Response({"place": show_place(self.actor, find_place(self.actor, place_id))})


def show_place(actor: Actor, place: Place) -> dict[str, Any]:
    """The place and what frames its widget. Raises NoSandbox."""
    frame_kinds.of(place.widget)
    config = full_config(panel_of(place.instance)) if place.instance else {}
    return {
        "instance_id": str(place.id),
        "title": place.title,
        "workspace_id": str(place.instance.workspace_id) if place.instance else None,
        "session_id": str(place.session_id) if place.session_id else None,
        "frame": show_frame(actor, place.widget, config),
    }
