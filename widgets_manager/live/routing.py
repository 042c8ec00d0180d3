"""Stage: consumers. The WebSocket's address."""

from django.urls import path

from widgets_manager.live.consumers import LiveConsumer

websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
