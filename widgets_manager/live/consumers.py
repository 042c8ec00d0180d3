"""Stage: consumers. The WebSocket `/ws/live/`."""

from channels.generic.websocket import AsyncWebsocketConsumer


class LiveConsumer(AsyncWebsocketConsumer):
    """One page's connection."""
