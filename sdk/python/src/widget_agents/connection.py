"""The socket: kept open, opened again after a break, and every message sent again until the server has taken it."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from widget_agents.errors import Disconnected, NotAuthorized, Refused, Replaced
from widget_agents.settings import Settings

logger = logging.getLogger("widget_agents")

Frame = dict[str, Any]

_NOT_AUTHORIZED = 4401
_REPLACED = 4409
_TOO_BIG = 1009
_TOO_FAST = "RATE_LIMITED"
_MAX_FRAME = 16 * 2**20  # bytes; what the server sends is smaller
_STEADY = 10.0  # seconds: a connection that lived so long was not one of a row of failures


class Connection:
    """Frames in and out. `receive` is called for each MSG frame, in order, and must not wait."""

    def __init__(self, settings: Settings, receive: Callable[[Frame], None], *, max_delay: float) -> None:
        self._address = f"{settings.ws_url}/ws/agent?token={quote(settings.token, safe='')}&acks=1"
        self._receive = receive
        self._max_delay = max_delay
        self._socket: ClientConnection | None = None
        self._unsent: dict[str, tuple[str, asyncio.Future[None]]] = {}
        self._closing = asyncio.Event()
        self._held_up: set[asyncio.Task[None]] = set()

    @property
    def is_open(self) -> bool:
        """Whether the server hears this agent now."""
        return self._socket is not None

    async def run(self) -> None:
        """Stay connected until `close`. Raises NotAuthorized and Replaced, after which nobody should try again."""
        try:
            await self._keep_connected()
        finally:
            await self.close()

    async def send(self, frame: Frame) -> None:
        """Hand a MSG frame over; returns when the server has stored it, however many connections that takes.

        The server slows agents down that send too fast: this then takes longer.

        Raises Refused, and Disconnected when the client is closed before.
        """
        if self._closing.is_set():
            raise Disconnected("the client is closed")
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        text = json.dumps(frame)
        self._unsent[frame["id"]] = (text, taken)
        try:
            await self._write(text)
            await taken
        finally:
            self._unsent.pop(frame["id"], None)

    async def acknowledge(self, frame: Frame) -> None:
        """Say that a received message needs not be sent again. Lost with the connection, it is said next time."""
        receipt = {
            "type": "ACK_READ",
            "to": frame["from"],
            "message_id": frame["id"],
            "conversation_id": frame["conversation_id"],
        }
        await self._write(json.dumps(receipt))

    async def close(self) -> None:
        """End `run` and whatever waits in `send`."""
        self._closing.set()
        for _, taken in self._unsent.values():
            if not taken.done():
                taken.set_exception(Disconnected("the client was closed before the server took the message"))
        if self._socket is not None:
            await self._socket.close()

    async def _keep_connected(self) -> None:
        delays = _delays(self._max_delay)
        loop = asyncio.get_running_loop()
        while not self._closing.is_set():
            started = loop.time()
            try:
                await self._session()
            except InvalidStatus as fault:
                if fault.response.status_code in (401, 403):
                    raise NotAuthorized("the server does not know this agent's token") from fault
                logger.warning("not connected: %s", fault)
            except (OSError, InvalidHandshake) as fault:
                logger.warning("not connected: %s", fault)
            if loop.time() - started > _STEADY:
                delays = _delays(self._max_delay)
            await self._pause(next(delays))

    async def _session(self) -> None:
        async with connect(self._address, max_size=_MAX_FRAME, user_agent_header="widget-agents-python") as socket:
            self._socket = socket
            logger.info("connected")
            again = asyncio.create_task(self._send_again())
            try:
                async for text in socket:
                    self._handle(text)
            except ConnectionClosed:
                pass  # the code is looked at below
            finally:
                self._socket = None
                again.cancel()
        self._judge(socket.close_code, socket.close_reason or "")

    async def _send_again(self) -> None:
        for text, _ in list(self._unsent.values()):
            await self._write(text)

    async def _send_later(self, frame_id: str, seconds: float) -> None:
        await self._pause(seconds)
        if frame_id in self._unsent:
            await self._write(self._unsent[frame_id][0])

    async def _write(self, text: str) -> None:
        """Write when connected. A connection that breaks meanwhile is not an error: `run` opens the next."""
        if self._socket is None:
            return
        try:
            await self._socket.send(text)
        except ConnectionClosed:
            logger.debug("the connection broke while writing")

    def _handle(self, text: str | bytes) -> None:
        try:
            frame = json.loads(text)
            kind = frame["type"]
        except (ValueError, TypeError, KeyError):
            logger.warning("a frame that is no JSON object with a type was skipped")
            return
        if kind == "MSG":
            self._receive(frame)
        elif kind == "ACK":
            self._settle(frame, None)
        elif kind == "ERROR" and frame.get("code") == _TOO_FAST and str(frame.get("id")) in self._unsent:
            self._hold_up(str(frame["id"]), float(frame.get("retry_after", 1)))
        elif kind == "ERROR":
            refusal = Refused(str(frame.get("code")), str(frame.get("message")), frame.get("path"))
            if not self._settle(frame, refusal):
                logger.error("the server refused something: %s: %s", refusal.code, refusal)

    def _hold_up(self, frame_id: str, seconds: float) -> None:
        logger.info("too fast: a message is sent again in %s s", seconds)
        task = asyncio.create_task(self._send_later(frame_id, seconds))
        self._held_up.add(task)
        task.add_done_callback(self._held_up.discard)

    def _settle(self, frame: Frame, refusal: Refused | None) -> bool:
        _, taken = self._unsent.get(str(frame.get("id")), ("", None))
        if taken is None:
            return False
        if not taken.done():
            if refusal is None:
                taken.set_result(None)
            else:
                taken.set_exception(refusal)
        return True

    def _judge(self, code: int | None, reason: str) -> None:
        if self._closing.is_set():
            return
        if code == _NOT_AUTHORIZED:
            raise NotAuthorized(reason or "the server does not know this agent's token")
        if code == _REPLACED:
            raise Replaced(reason or "another process connected with this agent's token")
        if code == _TOO_BIG and self._unsent:  # sent again it would end the next connection, too
            _, taken = max(self._unsent.values(), key=lambda each: len(each[0]))
            if not taken.done():
                taken.set_exception(Refused("TOO_LARGE", reason or "the message is too large for the server"))
        logger.warning("disconnected (%s %s)", code, reason)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return


def _delays(longest: float) -> Iterator[float]:
    """Seconds to wait before each try: doubled up to `longest`, each with ±50 % so that agents do not come in step."""
    delay = min(0.5, longest)
    while True:
        yield delay * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, guards nothing
        delay = min(delay * 2, longest)
