"""A small keep-alive HTTP/1.1 client for loopback: as many requests as asked for, over a few connections."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


async def send_all(port: int, requests: Sequence[bytes], connections: int = 8) -> None:
    """Send every request once; AssertionError for any answer but 200."""
    waiting = iter(requests)

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            body = await reader.readexactly(int(length[1])) if length else b""
            assert head.startswith(b"HTTP/1.1 200"), head + body
        writer.close()

    await asyncio.gather(*(work() for _ in range(connections)))


def post(port: int, path: str, token: str, body: bytes) -> bytes:
    """The bytes of a POST with a bearer token."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
