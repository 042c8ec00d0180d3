"""Stage: consumers. The WebSocket's address."""

from typing import Any, cast

from django.urls import path

from chat.agents.consumers import AgentConsumer

websocket_urlpatterns = [path("ws/agent", cast("Any", AgentConsumer.as_asgi()))]
