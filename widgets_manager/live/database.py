"""Stage: access. Short units of database work for async code; no connection is held between two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections, connection, transaction

P = ParamSpec("P")
T = TypeVar("T")

# At most this many connections of the process's pool serve sockets, however many of them reconnect at once.
_THREADS: Final = 3
_executor: Final = ThreadPoolExecutor(_THREADS, thread_name_prefix="live-database")


async def in_database(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns or raises, done in one of a few threads, with its connection given back afterwards."""

    def unit() -> T:
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()

    return await sync_to_async(unit, thread_sensitive=False, executor=_executor)()


@contextmanager
def consistent_read() -> Iterator[None]:
    """A read-only transaction that sees one state of the database.

    Inside another transaction (a test's, or an action's) that one's isolation applies.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
