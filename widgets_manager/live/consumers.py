"""Stage: consumers. The WebSocket `/ws/live/`: frames in, answers and events out (the protocol is in docs/live.md)."""

from __future__ import annotations

import asyncio
import logging

from channels.exceptions import DenyConnection
from channels.generic.websocket import AsyncWebsocketConsumer

from widgets_manager.core.exceptions import ApiError, Conflict
from widgets_manager.live.database import in_database
from widgets_manager.live.frames import (
    ACCESS_CHANGED,
    PONG,
    SIGNED_OUT,
    ClientFrame,
    Closing,
    error_frame,
    parse_client_frame,
)
from widgets_manager.live.hub import hub
from widgets_manager.live.identity import identify
from widgets_manager.live.origin import origin_allowed
from widgets_manager.live.sockets import MAX_SUBSCRIPTIONS, Socket
from widgets_manager.live.streams import StreamName, StreamRef

logger = logging.getLogger(__name__)


class LiveConsumer(AsyncWebsocketConsumer):
    """One connection of a page or a program."""

    # No layer: the hub has one channel for all sockets, and a socket must open while Redis is away.
    channel_layer_alias = ""
    socket: Socket | None = None
    writer: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Refuse foreign origins (403); accept, and close with 4401 when nobody is signed in."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope["headers"]}
        if not origin_allowed(headers, self.scope.get("scheme", "ws")):
            raise DenyConnection
        await self.accept()
        try:
            identity = await in_database(identify, headers)
        except ApiError as error:
            await self.send(text_data=error_frame(error))
            closing = SIGNED_OUT if error.status == 401 else ACCESS_CHANGED
            await self.close(closing.code, closing.reason)
            return
        self.socket = Socket(identity)
        self.writer = asyncio.create_task(self._write(self.socket))
        await hub().add(self.socket)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer one frame; a frame that is refused or fails is answered with `error`."""
        socket = self.socket
        if socket is None:
            return
        await socket.drained()  # whoever does not take answers is not asked for more questions
        if socket.closing:
            return
        try:
            frame = parse_client_frame(text_data)
        except ApiError as error:
            socket.put(error_frame(error))
            return
        try:
            await self._answer(socket, frame)
        except ApiError as error:
            socket.put(error_frame(error, frame.stream))
        except Exception:
            logger.exception("live: %s failed", frame.type)
            failure = ApiError("The server made a mistake; it has been logged.", code="SERVER_ERROR", status=500)
            socket.put(error_frame(failure, frame.stream))

    async def disconnect(self, code: int) -> None:
        """Forget the socket."""
        if self.socket is not None:
            hub().remove(self.socket)
        if self.writer is not None:
            self.writer.cancel()

    async def _answer(self, socket: Socket, frame: ClientFrame) -> None:
        if frame.type == "ping":
            socket.put(PONG)
            return
        name = StreamName.parse(frame.stream)
        if frame.type == "unsubscribe":
            hub().unsubscribe(socket, name)
            return
        ref = StreamRef(name, socket.identity.actor.tenant_id)
        if len(socket.subscriptions) >= MAX_SUBSCRIPTIONS and ref not in socket.subscriptions:
            raise Conflict(f"A connection follows at most {MAX_SUBSCRIPTIONS} streams.", code="TOO_MANY_STREAMS")
        await hub().subscribe(socket, name, frame.after)

    async def _write(self, socket: Socket) -> None:
        """Send what is queued, until the end."""
        try:
            while True:
                frame = await socket.next()
                if isinstance(frame, Closing):
                    await self.close(frame.code, frame.reason)
                    return
                await self.send(text_data=frame)
        except OSError:
            hub().remove(socket)  # the client has gone without a word; the disconnect follows
        finally:
            socket.close(SIGNED_OUT)  # nobody takes frames any more: wake whoever waits for room
