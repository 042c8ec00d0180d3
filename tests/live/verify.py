"""Snapshot + events = a fresh snapshot: the check that every room runs on the streams it registers."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from widgets_manager.core.actor import Actor
from widgets_manager.live.reading import read_stream
from widgets_manager.live.streams import StreamName

Apply = Callable[[Any, str, dict[str, Any]], Any]


@contextmanager
def verify_stream(actor: Actor, stream: StreamName, apply: Apply, *, events: int | None = None) -> Iterator[None]:
    """Whatever happens inside, a client that applies the events has what a newcomer's snapshot shows.

    `apply(data, type, event)` is what the page does with one event: it returns the new data (and may change the
    old). `events`, when given, is how many the actions inside must emit.
    """
    before = read_stream(actor, stream)
    assert before.snapshot is not None
    data = copy.deepcopy(before.snapshot)
    yield
    update = read_stream(actor, stream, before.number)
    assert update.snapshot is None, "the events after the snapshot cannot be had any more"
    assert [event.number for event in update.events] == list(range(before.number + 1, update.number + 1))
    for event in update.events:
        data = apply(data, event.type, json.loads(event.data))
    fresh = read_stream(actor, stream)
    assert fresh.number == update.number
    assert _as_json(data) == _as_json(fresh.snapshot)
    if events is not None:
        assert len(update.events) == events, [event.type for event in update.events]


def _as_json(data: Any) -> Any:
    return json.loads(json.dumps(data, default=str))
