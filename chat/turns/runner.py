"""Stage: tasks. Turns run in one background event loop per process, so that no request waits for a model.

A process that dies in the middle loses nothing but the rest of the sentence: `interrupt_stale_answers` ends what it
left, and the person can ask again.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def start(turn: Coroutine[Any, Any, None]) -> Future[None]:
    """Run a turn in the background; the future is done when its answer has ended."""
    return asyncio.run_coroutine_threadsafe(turn, _running_loop())


def _running_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="turns", daemon=True).start()
        return _loop
