"""The application, and beside it the least that can send one message to many sockets: a channel-layer group."""

from __future__ import annotations

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from benchmarks.live import BARE_GROUP
from config.asgi import application as widgets


class BareConsumer(AsyncWebsocketConsumer):
    """Joins one group and passes on what is sent to it: nothing stored, nothing checked, nothing repaired."""

    groups = [BARE_GROUP]

    async def bench_message(self, message: dict[str, Any]) -> None:
        await self.send(text_data=message["text"])


bare = BareConsumer.as_asgi()


async def application(scope: Any, receive: Any, send: Any) -> None:
    handler: Any = bare if scope["type"] == "websocket" and scope["path"] == "/bare/" else widgets
    await handler(scope, receive, send)
