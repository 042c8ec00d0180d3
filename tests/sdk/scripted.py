"""A gateway of a few lines, for what the real one does rarely: it breaks, repeats itself, stays silent."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from websockets.asyncio.server import ServerConnection, serve

from widget_agents import AgentClient

Frame = dict[str, Any]


@dataclass
class ScriptedGateway:
    """Takes one connection after the other; tests read `received` and say what goes out."""

    port: int = 0
    received: asyncio.Queue[Frame] = field(default_factory=asyncio.Queue)
    paths: list[str] = field(default_factory=list)
    acknowledges: bool = True
    _connected: asyncio.Queue[ServerConnection] = field(default_factory=asyncio.Queue)
    _current: ServerConnection | None = None

    async def serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        self.paths.append(socket.request.path)
        self._connected.put_nowait(socket)
        async for text in socket:
            frame = json.loads(text)
            self.received.put_nowait(frame)
            if frame["type"] == "MSG" and self.acknowledges:
                await socket.send(json.dumps({"type": "ACK", "id": frame["id"], "message_id": str(uuid4())}))

    async def expect(self, kind: str) -> Frame:
        """The next frame that came in, which is of this type."""
        frame = await asyncio.wait_for(self.received.get(), 10)
        assert frame["type"] == kind, frame
        return frame

    async def say(self, *frames: Frame) -> None:
        """Send frames to the client that is connected, or connects next."""
        for frame in frames:
            await (await self._socket()).send(json.dumps(frame))

    async def drop(self, code: int | None = None, reason: str = "") -> None:
        """End the connection: with a code, or as a dying machine does. `say` then means the next one."""
        socket, self._current = await self._socket(), None
        if code is None:
            socket.transport.abort()
        else:
            await socket.close(code, reason)

    async def _socket(self) -> ServerConnection:
        if self._current is None:
            self._current = await asyncio.wait_for(self._connected.get(), 10)
        return self._current

    def client(self, **options: Any) -> AgentClient:
        """A client of this gateway that does not wait long between its tries."""
        return AgentClient(
            agent_id="agent", token="to/ken", base_url=f"http://127.0.0.1:{self.port}", max_delay=0.02, **options
        )


@asynccontextmanager
async def scripted_gateway() -> AsyncIterator[ScriptedGateway]:
    gateway = ScriptedGateway()
    async with serve(gateway.serve, "127.0.0.1", 0) as server:
        gateway.port = next(iter(server.sockets)).getsockname()[1]
        yield gateway


@asynccontextmanager
async def running(client: AgentClient) -> AsyncIterator[asyncio.Task[None]]:
    """`connect` for the time of a block, which fails when it takes long."""
    task = asyncio.create_task(client.connect())
    try:
        async with asyncio.timeout(20):
            yield task
    finally:
        await client.close()
        await asyncio.wait([task], timeout=10)


def message(text: str, **changes: Any) -> Frame:
    """A MSG frame of the server."""
    frame = {
        "type": "MSG",
        "id": str(uuid4()),
        "from": "alice",
        "to": "agent",
        "conversation_id": "talk",
        "payload_b64": base64.b64encode(text.encode()).decode(),
        "encrypted": False,
    }
    return {**frame, **changes}


def answer(ref: str, value: Any = None, *, cancelled: bool = False, **changes: Any) -> Frame:
    """A MSG frame with the answer to a widget."""
    payload = {"type": "widget.response", "id": str(uuid4()), "ref": ref, "value": value, "cancelled": cancelled}
    return message(json.dumps(payload), **changes)


def payload(frame: Frame) -> Any:
    """What a MSG frame of an agent says: JSON where it is JSON."""
    text = base64.b64decode(frame["payload_b64"]).decode()
    return json.loads(text) if text.startswith("{") else text
