"""Stage: access. The two Redis clients: one for sync code, one per event loop for async code.

A module-level async client dies in a second loop, and Django's cache backend opens a connection per request under
ASGI; hot paths use these instead.
"""

from __future__ import annotations

import asyncio
import functools
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

_TIMEOUT = 2.0  # seconds; a hanging Redis must not hang a request

_async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis] = WeakKeyDictionary()


@functools.cache
def sync_redis() -> redis.Redis:
    """The process's client for sync code (thread-safe, pooled, bytes in and out)."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT)


def async_redis() -> redis.asyncio.Redis:
    """The running loop's client (pooled, bytes in and out)."""
    loop = asyncio.get_running_loop()
    client = _async_clients.get(loop)
    if client is None:
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT
        )
        _async_clients[loop] = client
    return client
