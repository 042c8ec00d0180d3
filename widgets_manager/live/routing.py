"""Stage: consumers. The WebSocket's address."""

from typing import Any, cast

from django.urls import path

from widgets_manager.live.consumers import LiveConsumer

websocket_urlpatterns = [path("ws/live/", cast("Any", LiveConsumer.as_asgi()))]
