"""A person's page and agents that answer everything, in one event loop."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

STREAMS = 90  # that one page's socket follows
AT_ONCE = 8


@dataclass(frozen=True)
class Agent:
    """An agent's token, and its conversation with the person."""

    token: str
    conversation: str


@dataclass(frozen=True)
class Scene:
    """A person by their token and id, agents, and a conversation with nobody else in it."""

    token: str
    person: str
    agents: Sequence[Agent]
    alone: str


@dataclass
class Timing:
    """Milliseconds of each round trip, and of each request alone; round trips a second with several at once."""

    round_trips: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    at_once: float = 0.0


class Page:
    """The person: says something, and waits until the answer is shown."""

    def __init__(self, port: int, scene: Scene) -> None:
        self._url = f"127.0.0.1:{port}"
        self._headers = {"Authorization": f"Bearer {scene.token}"}
        self._answers: dict[str, asyncio.Future[float]] = {}
        self._http = httpx.AsyncClient(base_url=f"http://{self._url}", headers=self._headers, timeout=60)

    async def follow(self, conversations: Sequence[str], stack: AsyncExitStack) -> None:
        opening = connect(
            f"ws://{self._url}/ws/live/", additional_headers=self._headers, proxy=None, open_timeout=60, max_size=None
        )
        socket = await stack.enter_async_context(opening)
        for conversation in conversations:
            await socket.send(json.dumps({"type": "subscribe", "stream": f"conversation:{conversation}"}))
        for _ in conversations:
            assert json.loads(await socket.recv())["type"] == "snapshot"
        task = asyncio.create_task(self._watch(socket))
        stack.callback(task.cancel)

    async def _watch(self, socket: ClientConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            if frame.get("event") == "message.put":
                waiting = self._answers.pop(frame["data"]["message"]["text"], None)
                if waiting is not None:
                    waiting.set_result(time.perf_counter())

    async def ask(self, conversation: str) -> float:
        """Milliseconds until the answer is shown."""
        text = uuid.uuid4().hex
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._answers[f"answer to {text}"] = answer
        begun = time.perf_counter()
        await self.post(conversation, text)
        return ((await asyncio.wait_for(answer, 60)) - begun) * 1000

    async def post(self, conversation: str, text: str) -> float:
        """Milliseconds of the request."""
        begun = time.perf_counter()
        response = await self._http.post(f"/api/conversations/{conversation}/messages", json={"text": text})
        response.raise_for_status()
        return (time.perf_counter() - begun) * 1000


async def measure(port: int, scene: Scene, rounds: int) -> Timing:
    """All agents connected; one message after the other to agents chosen at random, then several at once."""
    timing, choose = Timing(), random.Random(1)
    async with AsyncExitStack() as stack:
        page = Page(port, scene)
        names = [agent.conversation for agent in scene.agents]
        for start in range(0, len(names), STREAMS):
            await page.follow(names[start : start + STREAMS], stack)
        for agent in scene.agents:
            opening = connect(f"ws://127.0.0.1:{port}/ws/agent?token={agent.token}", proxy=None, open_timeout=60)
            socket = await stack.enter_async_context(opening)
            task = asyncio.create_task(_answer(socket))
            stack.callback(task.cancel)
        for _ in range(rounds // 10):  # to warm up
            await page.ask(choose.choice(names))
        for _ in range(rounds):
            timing.requests.append(await page.post(scene.alone, "to nobody"))
            timing.round_trips.append(await page.ask(choose.choice(names)))
        begun = time.perf_counter()

        async def person() -> None:
            for _ in range(rounds // AT_ONCE):
                await page.ask(choose.choice(names))

        await asyncio.gather(*(person() for _ in range(AT_ONCE)))
        timing.at_once = rounds // AT_ONCE * AT_ONCE / (time.perf_counter() - begun)
    return timing


async def _answer(socket: ClientConnection) -> None:
    """Answer every message, and acknowledge it."""
    async for text in socket:
        frame: dict[str, Any] = json.loads(text)
        said = base64.b64decode(frame["payload_b64"]).decode()
        answer = {
            "type": "MSG",
            "id": str(uuid.uuid4()),
            "conversation_id": frame["conversation_id"],
            "to": frame["from"],
            "payload_b64": base64.b64encode(f"answer to {said}".encode()).decode(),
            "encrypted": False,
        }
        await socket.send(json.dumps(answer))
        read = {"type": "ACK_READ", "to": frame["from"], "message_id": frame["id"]}
        await socket.send(json.dumps(read | {"conversation_id": frame["conversation_id"]}))


@asynccontextmanager
async def connect_idle(port: int, agents: Sequence[Agent], path: str) -> AsyncIterator[None]:
    """All connected, and for a while nothing happens."""
    async with AsyncExitStack() as stack:
        for agent in agents:
            address = f"ws://127.0.0.1:{port}{path.format(token=agent.token)}"
            await stack.enter_async_context(connect(address, proxy=None, open_timeout=60))
        await asyncio.sleep(2)
        yield
