"""Followed streams and queues: subscriptions that have got unequally far, and the limits of a queue."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any, cast

import pytest

from widgets_manager.live import sockets
from widgets_manager.live.followed import Followed
from widgets_manager.live.frames import SIGNED_OUT
from widgets_manager.live.identity import Identity
from widgets_manager.live.reading import Reading, StoredEvent, Update
from widgets_manager.live.sockets import Socket
from widgets_manager.live.streams import StreamName, StreamRef

REF = StreamRef(StreamName("board", uuid.UUID(int=1)), uuid.UUID(int=2))


def new_socket() -> Socket:
    return Socket(cast("Identity", None))


def follow(followed: Followed, number: int) -> Socket:
    socket = new_socket()
    followed.attach(socket, Reading(REF, number, 0, None, []))
    return socket


def update(*numbers: int) -> Update:
    return Update(numbers[-1], 0, [StoredEvent(number, "test.word_added", "{}") for number in numbers])


def taken(socket: Socket) -> list[Any]:
    """What the socket would send: numbers of events, else types."""

    async def take() -> list[str]:
        socket.put("end")
        frames: list[str] = []
        while (frame := str(await socket.next())) != "end":
            frames.append(frame)
        return frames

    frames = [json.loads(frame) for frame in asyncio.run(take())]
    return [frame["number"] if frame["type"] == "event" else frame["type"] for frame in frames]


def test_it_works() -> None:
    followed = Followed(REF)
    early, late = follow(followed, 3), follow(followed, 5)
    followed.hear(6, 0)
    assert followed.behind()
    assert followed.cursor == 3
    assert followed.fan_out(3, update(4, 5, 6)) == []
    assert taken(early) == ["subscribed", 4, 5, 6]
    assert taken(late) == ["subscribed", 6]
    assert not followed.behind()
    assert followed.fan_out(3, update(4, 5, 6)) == []  # the same reading again changes nothing
    assert taken(early) == []


def test_one_that_came_in_during_the_reading_skips_nothing() -> None:
    followed = Followed(REF)
    follow(followed, 5)
    behind = follow(followed, 2)
    followed.hear(6, 0)
    assert followed.fan_out(5, update(6)) == []
    assert taken(behind) == ["subscribed"]
    assert followed.behind()  # so it is read again, from 2


def test_an_event_that_is_gone_ends_the_subscriptions_that_lack_it() -> None:
    followed = Followed(REF)
    early, late = follow(followed, 3), follow(followed, 5)
    ended = followed.fan_out(3, update(6))
    assert [item.socket for item in ended] == [early]
    assert taken(early) == ["subscribed", "resync"]
    assert taken(late) == ["subscribed", 6]


def test_what_was_heard_is_forgotten_when_the_database_is_asked() -> None:
    """A number that the database does not know must not be waited for: that would read without end."""
    followed = Followed(REF)
    followed.hear(9, 2)
    follow(followed, 4)
    assert followed.behind()
    followed.forget_heard()
    followed.hear(4, 0)
    assert not followed.behind()


@pytest.mark.parametrize(("name", "limit"), [("MAX_FRAMES", 3), ("MAX_CHARACTERS", 250)])
def test_a_full_queue_ends_all_subscriptions_of_its_socket(
    name: str, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed, other = Followed(REF), Followed(StreamRef(StreamName("board", uuid.UUID(int=3)), REF.tenant_id))
    slow = follow(followed, 0)
    other.attach(slow, Reading(other.ref, 0, 0, None, []))
    monkeypatch.setattr(sockets, name, limit)
    ended = followed.fan_out(0, update(1, 2, 3))
    assert {item.ref for item in ended} == {followed.ref, other.ref}
    assert taken(slow) == ["resync", "resync"]


async def test_a_closing_socket_sends_nothing_more() -> None:
    socket = new_socket()
    socket.put("one", "two")
    assert await socket.next() == "one"
    socket.close(SIGNED_OUT)
    assert await socket.next() == SIGNED_OUT
    await asyncio.wait_for(socket.drained(), 5)
