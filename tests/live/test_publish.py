"""One kind of message: what sync code publishes is what the channel layer itself would have sent to a group."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from channels.layers import get_channel_layer

from config.embedded.servers import Valkey
from tests.live.kinds import Boards
from tests.people import Person
from widgets_manager.live.models import Event
from widgets_manager.live.publish import apublish_ephemeral, group_of, publish, publish_ephemeral
from widgets_manager.live.streams import StreamName

STREAM = StreamName("board", uuid.UUID(int=5))


async def receive(layer: Any, channel: str) -> dict[str, Any]:
    message: dict[str, Any] = await asyncio.wait_for(layer.receive(channel), 10)
    return message


async def test_a_sync_publish_reaches_a_channel_that_joined_the_group() -> None:
    layer: Any = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add("live.test", channel)
    message = {"type": "live.wake", "number": 2**40, "text": "ü"}
    await asyncio.to_thread(publish, [("live.other", {"type": "live.wake"}), ("live.test", message)])
    assert await receive(layer, channel) == message
    await layer.group_send("live.test", message)
    assert await receive(layer, channel) == message
    await layer.flush()


async def test_sync_and_async_ephemeral_events_are_the_same_message() -> None:
    layer: Any = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(STREAM), channel)
    data = {"text": "half an answ"}
    await asyncio.to_thread(publish_ephemeral, STREAM, "token", data)
    first = await receive(layer, channel)
    await apublish_ephemeral(STREAM, "token", data)
    assert await receive(layer, channel) == first
    assert first["stream"] == str(STREAM)
    await layer.flush()


def test_redis_away_fails_no_committed_write(
    alice: Person, boards: Boards, worker_valkey: Valkey, transactional_db: None, caplog: pytest.LogCaptureFixture
) -> None:
    board = boards.make(alice.tenant)
    worker_valkey.kill()
    boards.add("milk", to=board)
    assert Event.objects.filter(stream__key=board.key).count() == 1
    assert "not published" in caplog.text
    publish_ephemeral(board, "typing", {})


async def test_redis_away_fails_no_async_publish(worker_valkey: Valkey) -> None:
    worker_valkey.kill()
    await apublish_ephemeral(STREAM, "typing", {})
