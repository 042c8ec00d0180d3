"""Hundreds of sockets in one process that cost next to nothing each: the moment of every frame is all they note.

`python -m benchmarks.live.clients HOST PORT TOKEN STREAM COUNT` opens COUNT sockets of each kind, prints `ready`, and
at the end of its input prints `{"live": {number: [seconds, …]}, "bare": …}` on the monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import defaultdict

NUMBER = re.compile(rb'"type":"event".*?"number":(\d+)')
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class Client(asyncio.Protocol):
    """One socket: handshake, perhaps one frame out, then frames in (a server's frames are not masked)."""

    def __init__(self, request: bytes, first: bytes, ready: asyncio.Future[None], seen: dict[int, list[float]]) -> None:
        self.request, self.first, self.ready, self.seen = request, first, ready, seen
        self.buffer = b""
        self.open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        assert isinstance(transport, asyncio.Transport)
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self.buffer += data
        if not self.open and b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            assert b" 101 " in head, head
            self.open = True
            if self.first:
                assert isinstance(self.transport, asyncio.Transport)
                self.transport.write(self.first)
            else:
                self.ready.set_result(None)
        while self.open and (frame := self._frame()) is not None:
            opcode, payload = frame
            if opcode == 9:
                self._answer_ping(payload)
            else:
                self._note(payload, now)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(error or ConnectionError("closed before it was ready"))

    def _answer_ping(self, payload: bytes) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.write(bytes((0x8A, 0x80 | len(payload))) + bytes(4) + payload)

    def _frame(self) -> tuple[int, bytes] | None:
        """Opcode and payload of the next whole frame."""
        if len(self.buffer) < 2:
            return None
        opcode, size, start = self.buffer[0] & 0x0F, self.buffer[1], 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self.buffer[2:start])
        if len(self.buffer) < start + size:
            return None
        frame, self.buffer = self.buffer[start : start + size], self.buffer[start + size :]
        return opcode, frame

    def _note(self, frame: bytes, now: float) -> None:
        found = NUMBER.search(frame)
        if found:
            self.seen[int(found[1])].append(now)
        elif not self.ready.done() and b'"snapshot"' in frame:
            self.ready.set_result(None)


def masked(text: str) -> bytes:
    """A client's text frame, masked with zeros."""
    assert len(text) < 126
    return bytes((0x81, 0x80 | len(text))) + bytes(4) + text.encode()


async def open_sockets(
    host: str, port: int, path: str, token: str, first: bytes, count: int, seen: dict[int, list[float]]
) -> None:
    loop = asyncio.get_running_loop()
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    ).encode()
    for start in range(0, count, 20):
        batch = [loop.create_future() for _ in range(start, min(start + 20, count))]
        for ready in batch:
            await loop.create_connection(lambda ready=ready: Client(request, first, ready, seen), host, port)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        await asyncio.wait_for(asyncio.gather(*batch), 60)


async def run(host: str, port: int, token: str, stream: str, count: int) -> None:
    seen: dict[str, dict[int, list[float]]] = {"live": defaultdict(list), "bare": defaultdict(list)}
    subscribe = masked(json.dumps({"type": "subscribe", "stream": stream}))
    await open_sockets(host, port, "/ws/live/", token, subscribe, count, seen["live"])
    await open_sockets(host, port, "/bare/", token, b"", count, seen["bare"])
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])))
