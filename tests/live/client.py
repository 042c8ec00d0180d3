"""A client of `/ws/live/` as a page is one: it keeps a cursor per stream and refuses to see anything twice."""

from __future__ import annotations

import json
from typing import Any, Self

import pytest
from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.people import Person
from widgets_manager.live.streams import StreamName

PATIENCE = 20.0  # seconds until a test gives up; nothing is measured


def cookie_of(client: Client) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"}


class LiveClient:
    """One connection; `words` is what it knows of the one board it follows."""

    def __init__(
        self, url: str, who: Person | Client | None = None, *, headers: dict[str, str] | None = None, **options: Any
    ) -> None:
        client = who.client if isinstance(who, Person) else who
        self.headers = {"Origin": url, **(cookie_of(client) if client else {}), **(headers or {})}
        address = url.replace("http://", "ws://") + "/ws/live/"
        self._opening = connect(
            address, additional_headers=self.headers, proxy=None, **{"max_queue": None, "max_size": None, **options}
        )
        self.socket: ClientConnection
        self.words: list[str] = []
        self.cursor: int | None = None

    def __enter__(self) -> Self:
        self.socket = self._opening.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._opening.__exit__(*error)

    def send(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def subscribe(self, stream: StreamName, after: int | None = None) -> dict[str, Any]:
        """Subscribe, and return the answer."""
        self.send(type="subscribe", stream=str(stream), after=after)
        return self.next()

    def next(self) -> dict[str, Any]:
        """The next frame, applied."""
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=PATIENCE))
        self._apply(frame)
        return frame

    def until_words(self, *words: str) -> None:
        """Read until exactly these are known."""
        while self.words != list(words):
            assert len(self.words) <= len(words), (self.words, words)
            self.next()

    def nothing_more(self) -> None:
        """Whatever the server had to say has been said: a ping is answered first of all."""
        self.send(type="ping")
        frame = self.next()
        assert frame == {"type": "pong"}, frame

    def closed(self) -> tuple[int, str]:
        """Read until the server closes; its code and reason."""
        with pytest.raises(ConnectionClosed) as ended:
            self._read_on()
        assert ended.value.rcvd is not None
        return ended.value.rcvd.code, ended.value.rcvd.reason

    def _read_on(self) -> None:
        while True:
            self.socket.recv(timeout=PATIENCE)

    def _apply(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":
            self.words, self.cursor = list(frame["data"].get("words", [])), frame["number"]
        elif frame["type"] == "event":
            assert self.cursor is None or frame["number"] == self.cursor + 1, (self.cursor, frame)
            self.cursor = frame["number"]
            self.words.append(frame["data"].get("word", frame["event"]))
        elif frame["type"] == "subscribed":
            assert self.cursor is None or self.cursor <= frame["number"]
