"""Stage: access. Turns run in one background event loop per process, so that no request waits for a model.

A process that dies in the middle loses nothing but the rest of the sentence: `interrupt_stale_answers` ends what it
left, and the person can ask again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, Final

logger = logging.getLogger(__name__)
AT_ONCE: Final = 32  # turns of a process that wait for a function at the same time; a plugin's may take minutes
_lock: Final = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
# The loop itself knows its tasks only weakly.
_running: Final[set[Future[None]]] = set()


def start(turn: Coroutine[Any, Any, None]) -> Future[None]:
    """Run a turn in the background; the future is done when its answer has ended. What it raises is logged."""
    future = asyncio.run_coroutine_threadsafe(turn, _running_loop())
    _running.add(future)
    future.add_done_callback(_ended)
    return future


def running() -> int:
    """How many turns this process is in the middle of."""
    return len(_running)


def _ended(future: Future[None]) -> None:
    _running.discard(future)
    try:
        error = future.exception()
    except CancelledError:
        return
    if error is not None:
        logger.error("a turn ended without an answer", exc_info=error)


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            _loop.set_default_executor(ThreadPoolExecutor(AT_ONCE, "turns-work"))
            threading.Thread(target=_loop.run_forever, name="turns", daemon=True).start()
        return _loop
