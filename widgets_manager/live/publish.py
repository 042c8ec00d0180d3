"""Stage: access. Wake-ups and passing news over Redis: sync and async code end in the same Pub/Sub message.

The message is the one that channels-redis' Pub/Sub layer would send to a group, so that a hub, which joins groups of
the layer, gets one kind of thing. Nothing here is durable, and nothing here may fail a write.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterable
from typing import Any, Final

import orjson
from channels.layers import get_channel_layer
from django.conf import settings
from redis.exceptions import RedisError

from widgets_manager.core.redis import sync_redis
from widgets_manager.core.secrets import hash_secret
from widgets_manager.live.streams import StreamName, StreamRef

logger = logging.getLogger(__name__)

Message = dict[str, Any]
WAKE: Final = "live.wake"
EPHEMERAL: Final = "live.ephemeral"
RECHECK: Final = "live.recheck"
CONTROL_GROUP: Final = "live.control"
REDIS_FAULTS: Final = (RedisError, OSError, asyncio.TimeoutError)
_PATIENCE: Final = 2.0  # seconds; async publishing gives up then, as the sync client does


def group_of(name: StreamName) -> str:
    """The channel layer's group of a stream."""
    return f"live.{name.kind}.{name.key.hex}"


def publish(messages: Iterable[tuple[str, Message]]) -> None:
    """Send messages to groups, from sync code, in one round trip. A Redis that is down is logged, not raised.

    Channels' own `async_to_sync(group_send)` opens a connection per call; this uses the process's pool.
    """
    layer: Any = get_channel_layer()
    layers: dict[str, Any] = settings.CHANNEL_LAYERS
    prefix = layers["default"]["CONFIG"]["prefix"]
    try:
        pipeline = sync_redis().pipeline(transaction=False)
        for group, message in messages:
            pipeline.publish(f"{prefix}__group__{group}", layer.serialize(message))
        pipeline.execute()
    except REDIS_FAULTS as error:
        logger.warning("a wake-up was not published; hubs find it at their next comparison: %s", error)


async def apublish(group: str, message: Message) -> None:
    """Send one message to a group, from async code. A Redis that is down is logged, not raised."""
    layer: Any = get_channel_layer()
    try:
        await asyncio.wait_for(layer.group_send(group, message), _PATIENCE)
    except REDIS_FAULTS as error:
        logger.warning("a message was not published: %s", error)


def wake_message(ref: StreamRef, number: int, access: int) -> Message:
    """The stream has events up to `number`, and its `access_number` is `access`."""
    stream, tenant = str(ref.name), str(ref.tenant_id)
    return {"type": WAKE, "stream": stream, "tenant": tenant, "number": number, "access": access}


def recheck_message(user_id: uuid.UUID, session_key: str | None) -> Message:
    """The sign-ins and roles of this person's sockets are to be looked at; the session named has ended."""
    ended = hash_secret(session_key) if session_key else None
    return {"type": RECHECK, "user": str(user_id), "ended_session": ended}


def publish_ephemeral(
    name: StreamName, event: str, data: dict[str, Any], *, tenant_id: uuid.UUID | None = None
) -> None:
    """Tell the subscribers of now, from sync code; never stored, lost when nobody listens or Redis is down.

    A person's own stream exists once per tenant: there `tenant_id` is required (ValueError).
    """
    publish([(group_of(name), _ephemeral(name, event, data, tenant_id))])


async def apublish_ephemeral(
    name: StreamName, event: str, data: dict[str, Any], *, tenant_id: uuid.UUID | None = None
) -> None:
    """`publish_ephemeral` for async code."""
    await apublish(group_of(name), _ephemeral(name, event, data, tenant_id))


def _ephemeral(name: StreamName, event: str, data: dict[str, Any], tenant_id: uuid.UUID | None) -> Message:
    if name.kind == "user" and tenant_id is None:
        raise ValueError("an ephemeral event of a person's own stream needs tenant_id")
    tenant = str(tenant_id) if tenant_id else None
    text = orjson.dumps(data).decode()
    return {"type": EPHEMERAL, "stream": str(name), "tenant": tenant, "event": event, "data": text}
