"""Stage: consumers. The WebSocket `/ws/agent`: agents' frames in, people's messages out (see docs/agents.md)."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer

from chat.agents.access import identify
from chat.agents.actions.incoming import receive_message
from chat.agents.frames import (
    OWNER_GONE,
    UNKNOWN_TOKEN,
    AgentFrame,
    FrameError,
    ack_frame,
    error_frame,
    parse_agent_frame,
)
from chat.agents.hub import hub
from chat.agents.pace import TooFast
from chat.agents.sockets import AgentSocket
from widgets_manager.core.exceptions import ApiError, InvalidInput, NotSignedIn
from widgets_manager.live.database import in_database
from widgets_manager.live.frames import Closing

logger = logging.getLogger(__name__)
T = TypeVar("T")

_FAULT: Final = ApiError("The server made a mistake; it has been logged.", code="SERVER_ERROR", status=500)


class AgentConsumer(AsyncWebsocketConsumer):
    """One connection of an agent."""

    # No layer: the hub has one channel for all agents, and a socket must open while Redis is away.
    channel_layer_alias = ""
    socket: AgentSocket | None = None
    writer: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Accept, and close with 4401 when the token is not one that counts.

        No origin is asked for: the token stands in the address, and no browser sends one by itself.
        """
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        await self.accept()
        try:
            caller = await in_database(identify, query.get("token", [""])[0])
        except NotSignedIn as error:
            closing = UNKNOWN_TOKEN if error.code == "TOKEN_UNKNOWN" else OWNER_GONE
            await self.close(closing.code, closing.reason)
            return
        socket = AgentSocket(caller, is_ours=query.get("acks") == ["1"])
        await hub().add(socket)
        self.socket = socket
        self.writer = asyncio.create_task(self._write(socket))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Carry out one frame; one that is refused or fails is answered with ERROR, and the connection stays."""
        socket = self.socket
        if socket is None:
            return
        await socket.may_ask()
        if socket.closing:
            return
        frame, fault = _read(text_data)
        frame_id = fault.frame_id if fault else (frame and frame.id) or None
        try:
            if frame is None or not socket.is_receipt(frame):
                await self._when_it_may(socket, partial(_count, socket, len(text_data or "")))
            if fault is not None:
                raise fault
            if frame is not None:
                await self._carry_out(socket, frame)
        except NotSignedIn:
            socket.close(UNKNOWN_TOKEN)
        except ApiError as error:
            socket.put(error_frame(error, frame_id))
        except Exception:  # one frame that fails must not end the agent's socket; it is told
            logger.exception("agents: a frame failed")
            socket.put(error_frame(_FAULT, frame_id))

    async def disconnect(self, code: int) -> None:
        """Forget the socket."""
        if self.writer is not None:
            self.writer.cancel()
        if self.socket is not None:
            self.socket.close(UNKNOWN_TOKEN)
            await hub().remove(self.socket)

    async def _carry_out(self, socket: AgentSocket, frame: AgentFrame) -> None:
        if frame.type == "ACK_READ":
            hub().acknowledge(socket, _message_id(frame))
            return
        message_id = await self._when_it_may(socket, partial(in_database, receive_message, socket.caller, frame))
        if socket.is_ours:
            socket.put(ack_frame(frame.id, message_id))

    async def _when_it_may(self, socket: AgentSocket, work: Callable[[], Awaitable[T]]) -> T:
        """Do it; where the agent is too fast, a client that knows `retry_after` is told, and any other one held up."""
        while True:
            try:
                return await work()
            except TooFast as error:
                if socket.is_ours:
                    raise
                await asyncio.sleep(error.retry_after)

    async def _write(self, socket: AgentSocket) -> None:
        """Send what is queued, until the end."""
        try:
            while True:
                frame = await socket.next()
                if isinstance(frame, Closing):
                    await self.close(frame.code, frame.reason)
                    return
                await self.send(text_data=frame)
        except OSError:
            pass  # the agent has gone without a word; the disconnect follows
        finally:
            socket.close(UNKNOWN_TOKEN)  # nobody takes frames any more: wake whoever waits for room


def _read(text: str | None) -> tuple[AgentFrame | None, FrameError | None]:
    try:
        return parse_agent_frame(text), None
    except FrameError as fault:
        return None, fault


async def _count(socket: AgentSocket, characters: int) -> None:
    socket.pace.take(characters)


def _message_id(frame: AgentFrame) -> uuid.UUID:
    try:
        return uuid.UUID(frame.message_id)
    except ValueError:
        raise InvalidInput(
            "message_id: must be the id of a message that was sent to the agent",
            code="INVALID_FRAME",
            path="message_id",
        ) from None
