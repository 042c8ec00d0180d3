"""A server on loopback that counts what reaches it: connections, requests, datagrams, each under an attack's name.

Every name has a port of its own for TCP and UDP, so that a bare connection (preconnect, TURN) or a STUN packet is told
apart as well as a request. What it cannot count is a name being resolved: nothing of that reaches an address.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from http.client import parse_headers
from io import BytesIO
from typing import Final

_ANSWER_MAX: Final = 1_000_000


@dataclass
class Door:
    """What came to one port. `requests` are request lines ("GET /path HTTP/1.1")."""

    port: int
    connections: int = 0
    datagrams: int = 0
    requests: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Everything that arrived, of whatever kind."""
        return self.connections + self.datagrams

    @property
    def origin(self) -> str:
        """The address of this door for http."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Document:
    """An answer to a request."""

    body: bytes
    kind: str
    headers: tuple[tuple[str, str], ...] = ()


class Collector:
    """Doors by name, all in one thread. `close()` ends it."""

    def __init__(self, names: Iterable[str]) -> None:
        self.doors: dict[str, Door] = {}
        self.pages: dict[str, Document] = {}
        self._loop = asyncio.new_event_loop()
        self._servers: list[asyncio.Server] = []
        self._transports: list[asyncio.DatagramTransport] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="collector", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(list(names)), self._loop).result(10)

    def counts(self) -> dict[str, int]:
        """How much arrived, by name; only what did."""
        return {name: door.count for name, door in self.doors.items() if door.count}

    def reset(self) -> None:
        """Forget what arrived."""
        for door in self.doors.values():
            door.connections = door.datagrams = 0
            door.requests.clear()

    def addresses(self) -> str:
        """As JSON for a script: {name: "127.0.0.1:port"}."""
        return json.dumps({name: f"127.0.0.1:{door.port}" for name, door in self.doors.items()})

    def wait(self, names: Iterable[str], seconds: float) -> set[str]:
        """Wait until something arrived for each of the names, at most so long; those for which nothing did."""
        deadline = time.monotonic() + seconds
        while missing := {name for name in names if not self.doors[name].count}:
            if time.monotonic() > deadline:
                return missing
            time.sleep(0.05)
        return set()

    def close(self) -> None:
        """End the thread and every connection."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self, names: list[str]) -> None:
        for name in names:
            door = Door(0)
            server = await asyncio.start_server(partial(self._serve, door), "127.0.0.1")
            door.port = server.sockets[0].getsockname()[1]
            transport, _ = await self._loop.create_datagram_endpoint(
                partial(_Datagrams, door), local_addr=("127.0.0.1", door.port)
            )
            self._servers.append(server)
            self._transports.append(transport)
            self.doors[name] = door

    async def _shut(self) -> None:
        for server in self._servers:
            server.close()
        for transport in self._transports:
            transport.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        door.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, _, rest = head.partition(b"\r\n")
                door.requests.append(line.decode("latin-1"))
                headers = parse_headers(BytesIO(rest))
                await reader.readexactly(min(int(headers.get("Content-Length", "0")), _ANSWER_MAX))
                writer.write(self._answer(line.decode("latin-1"), headers))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # a connection without a request is counted, too
        finally:
            writer.close()

    def _answer(self, line: str, headers: Message) -> bytes:
        path = line.split(" ")[1] if line.count(" ") >= 2 else "/"
        page = self.pages.get(path.partition("?")[0], _anything(path))
        head = [
            "HTTP/1.1 200 OK",
            f"Content-Type: {page.kind}",
            f"Content-Length: {len(page.body)}",
            f"Access-Control-Allow-Origin: {headers.get('Origin', '*')}",
            "Access-Control-Allow-Credentials: true",
            "Access-Control-Allow-Headers: *",
            "Cache-Control: no-store",
            "Supports-Loading-Mode: fenced-frame",
            *(f"{name}: {value}" for name, value in page.headers),
        ]
        return "\r\n".join([*head, "", ""]).encode() + page.body


def _anything(path: str) -> Document:
    """The type that the path's ending asks for: a request goes out either way, but what follows it needs an answer."""
    kinds = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}
    kind = next((kind for ending, kind in kinds.items() if path.partition("?")[0].endswith(ending)), "text/html")
    if path.endswith(".zip"):
        return Document(b"PK", "application/zip", (("Content-Disposition", "attachment"),))
    return Document(b"{}" if kind == "application/json" else b"", kind)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, door: Door) -> None:
        self.door = door

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.door.datagrams += 1
