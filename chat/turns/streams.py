"""Stage: actions. What a plugin's run shows in its answer while it goes on: its card, and what its handler streams.

The newest of each kind of event is kept in the answer's payload, so that who opens the conversation later sees it, too.
A handler that streams without pause is written down twice a second.
"""

from __future__ import annotations

import threading
import time
import uuid
from types import TracebackType
from typing import Any, Final, Self

from chat.conversations.answers import change_payload
from chat.conversations.models import Message
from sandbox.plugins.origins import Origin
from widgets_manager.core.actor import Actor
from widgets_manager.sessions.limits import fit, storable
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean

PACE: Final = 0.5  # seconds
MOST: Final = 12
MAX_DATA: Final = 8_000  # bytes of one event

_watched: Final[dict[uuid.UUID, Streams]] = {}
_lock: Final = threading.Lock()


class Streams:
    """The run of one answer that is watched; of one process, as its turn is."""

    def __init__(self, answer: Message) -> None:
        self._answer = answer
        self._events: dict[tuple[str, str], dict[str, Any]] = {}  # the newest of each kind
        self._written = 0.0

    def __enter__(self) -> Self:
        with _lock:
            _watched[self._answer.pk] = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with _lock:
            _watched.pop(self._answer.pk, None)

    def show(self, tools: list[dict[str, Any]]) -> None:
        """Write down how the calls of the answer stand, and everything streamed so far."""

        def change(payload: dict[str, Any]) -> dict[str, Any]:
            return self._merged({"type": "tools", **payload, "tools": tools})

        change_payload(message=self._answer, change=change)

    def add(self, event: dict[str, Any]) -> None:
        """Take an event in the place of an earlier one of its kind; a new kind is written down at once."""
        kind = _kind(event)
        is_new = kind not in self._events
        self._events[kind] = event
        if len(self._events) > MOST:
            self._events.pop(next(iter(self._events)))
        if is_new or time.monotonic() - self._written >= PACE:
            self._written = time.monotonic()
            change_payload(message=self._answer, change=self._merged)

    def _merged(self, payload: dict[str, Any]) -> dict[str, Any]:
        earlier = [one for one in payload.get("streams", ()) if _kind(one) not in self._events]
        streams = [*earlier, *self._events.values()][-MOST:]
        return {**payload, "streams": streams} if streams else payload


def _kind(event: dict[str, Any]) -> tuple[str, str]:
    return event["run"], event["type"]


def hear_stream(
    *, actor: Actor, origin: Origin, run_id: uuid.UUID, widget: InstalledWidget, type: str, data: Any
) -> None:
    """Keep what a handler streams in the answer that it runs for; what runs for no answer here is none of ours."""
    with _lock:
        watched = _watched.get(origin.message_id) if origin.message_id is not None else None
    if watched is not None:
        named = clean(widget.name, 200)
        kept = storable(fit(data, MAX_DATA))
        watched.add({"run": str(run_id), "plugin": named, "type": clean(type, 100), "data": kept})
