"""The agent: connects, hears people, answers them, asks them."""

from __future__ import annotations

import asyncio
import logging
import os
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self, TypeVar

from widget_agents import widgets
from widget_agents.asking import Asking
from widget_agents.blobs import Blobs
from widget_agents.connection import Connection, Frame
from widget_agents.deliveries import Deliveries
from widget_agents.messages import AgentAttachment, AgentMessage, encode_payload, encode_text, read_message
from widget_agents.settings import Settings

logger = logging.getLogger("widget_agents")

MessageHandler = Callable[[AgentMessage, "AgentClient"], Awaitable[Any] | None]
H = TypeVar("H", bound=MessageHandler)


class AgentClient(Asking):
    """One agent's connection.

    A message is acknowledged after its handler ran through, and delivered again when the process died before: handlers
    must stand being run twice. Every `send_*` returns when the server has stored the message; without a connection it
    waits for the next one. They raise Refused when the server says no.
    """

    def __init__(
        self,
        *,
        agent_id: str,
        token: str,
        base_url: str,
        ws_url: str | None = None,
        attempts: int = 3,
        max_delay: float = 30.0,
    ) -> None:
        """`attempts`: how often a failing handler is tried. `max_delay`: seconds between tries to connect, at most."""
        self.settings = Settings.of(agent_id=agent_id, token=token, base_url=base_url, ws_url=ws_url)
        self._connection = Connection(self.settings, self._receive, max_delay=max_delay)
        super().__init__(Deliveries(self._connection.acknowledge, attempts))
        self._blobs = Blobs(self.settings)
        self._handler: MessageHandler | None = None

    @classmethod
    def from_env(cls, file: str | os.PathLike[str] = ".env") -> Self:
        """An agent with the settings of the environment, else of a `.env` file. Raises ConfigurationError."""
        read = Settings.read(file)
        return cls(agent_id=read.agent_id, token=read.token, base_url=read.base_url, ws_url=read.ws_url)

    @property
    def agent_id(self) -> str:
        """The agent's id."""
        return self.settings.agent_id

    @property
    def connected(self) -> bool:
        """Whether the server hears this agent now."""
        return self._connection.is_open

    def on_message(self, handler: H) -> H:
        """Set what is run for each message: `handler(message, agent)`, plain or async. Works as a decorator, too."""
        self._handler = handler
        return handler

    def run(self) -> None:
        """`connect`, for a program that does nothing else; ends at Ctrl-C."""
        try:
            asyncio.run(self.connect())
        except KeyboardInterrupt:
            logger.info("stopped")

    async def connect(self) -> None:
        """Connect, and again after each break, until `close`. Raises NotAuthorized and Replaced."""
        if self._handler is None:
            raise RuntimeError("set a handler with on_message before connect")
        try:
            await self._connection.run()
        finally:
            await self._deliveries.cancel()
            await self._blobs.close()

    async def close(self) -> None:
        """End `connect`. A closed client is not opened again."""
        await self._connection.close()

    async def send_message(
        self,
        *,
        conversation_id: str,
        to: str,
        text: str,
        reply_to_message_id: str | None = None,
        attachments: Sequence[AgentAttachment] = (),
        to_device_id: str | None = None,
    ) -> str:
        """Send a text, with files or without; the message's id. `to`: a person, or `group:<conversation id>`."""
        optional: dict[str, Any] = {
            "reply_to_message_id": reply_to_message_id,
            "to_device_id": to_device_id,
            "attachments": [each.wire for each in attachments],
        }
        return await self._send(conversation_id, to, encode_text(text), optional)

    async def reply(self, message: AgentMessage, text: str, *, attachments: Sequence[AgentAttachment] = ()) -> str:
        """Answer a message, quoting it."""
        return await self.send_message(
            conversation_id=message.conversation_id,
            to=message.from_id,
            text=text,
            reply_to_message_id=message.id,
            attachments=attachments,
        )

    async def send_widget_update(
        self,
        *,
        conversation_id: str,
        to: str,
        ref: str,
        spec: Mapping[str, Any] | None = None,
        expires_at: str | datetime | None = None,
    ) -> str:
        """Change a widget that was sent: `spec` is laid over its own, key by key. The update's id."""
        update_id, payload = widgets.update(ref, spec, expires_at)
        await self._send(conversation_id, to, encode_payload(payload))
        return update_id

    async def upload_file(
        self,
        *,
        name: str,
        data: bytes,
        mime: str = "application/octet-stream",
        width: int | None = None,
        height: int | None = None,
        duration_ms: int | None = None,
    ) -> AgentAttachment:
        """Store a file for `attachments` of one message or several. Raises httpx.HTTPError, NotAuthorized, Refused."""
        blob_id, digest = await self._blobs.upload(data)
        return AgentAttachment(
            id=str(uuid.uuid4()),
            name=name,
            mime=mime,
            size=len(data),
            blob_id=blob_id,
            sha256=digest,
            width=width,
            height=height,
            duration_ms=duration_ms,
            fetch=self._blobs.download,
        )

    async def download_attachment(self, attachment: AgentAttachment) -> bytes:
        """The content of a file. Raises httpx.HTTPError, NotAuthorized, Refused."""
        return await self._blobs.download(attachment.blob_id)

    async def _send_widget(self, kind: str, arguments: Mapping[str, Any]) -> str:
        widget_id, payload = widgets.standard(kind, arguments)
        await self._send(arguments["conversation_id"], arguments["to"], encode_payload(payload))
        return widget_id

    async def _send(
        self, conversation_id: str, to: str, payload_b64: str, optional: Mapping[str, Any] | None = None
    ) -> str:
        frame: Frame = {
            "type": "MSG",
            "id": str(uuid.uuid4()),
            "conversation_id": conversation_id,
            "to": to,
            "payload_b64": payload_b64,
            "encrypted": False,
            **{name: value for name, value in (optional or {}).items() if value},
        }
        await self._connection.send(frame)
        return str(frame["id"])

    def _receive(self, frame: Frame) -> None:
        try:
            message = read_message(frame, self._blobs.download)
        except ValueError as fault:
            logger.error("a message that cannot be read was skipped: %s", fault)
            return
        if self._answer(message):
            self._deliveries.finish(frame)
        else:
            self._deliveries.take(frame, message, self._handle)

    def _handle(self, message: AgentMessage) -> Awaitable[Any] | None:
        assert self._handler is not None  # noqa: S101 - connect has made sure
        return self._handler(message, self)
