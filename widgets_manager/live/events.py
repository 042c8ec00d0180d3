"""Stage: events. Closed, typed events; collected in a unit of work, numbered and stored at its end."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, get_type_hints

from django.db import connection

from widgets_manager.core.unit_of_work import after_commit, current
from widgets_manager.live import models
from widgets_manager.live.publish import group_of, publish, wake_message
from widgets_manager.live.shapes import encode, schema
from widgets_manager.live.streams import StreamName, StreamRef, stream_kinds

_TYPE: Final = re.compile(r"[a-z]+(_[a-z]+)*([.:][a-z]+(_[a-z]+)*)+")

event_types: Final[dict[str, type[Event]]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """The base of all events. A subclass is a frozen dataclass that sets `type` and declares its data:

        @dataclass(frozen=True, slots=True, kw_only=True)
        class WidgetRemoved(Event):
            type: ClassVar[str] = "widget.removed"
            widget_id: uuid.UUID

    An undeclared field is a TypeError, and so is a value of another type, both where the event is built.
    """

    type: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # `object.__init_subclass__` by name: with slots the class is made twice, and super() would mean the first one.
        object.__init_subclass__(**kwargs)
        if not _TYPE.fullmatch(getattr(cls, "type", "")):
            raise TypeError(f"{cls.__qualname__}.type must be set, and read like 'widget.removed' or 'widget:render'")
        other = event_types.setdefault(cls.type, cls)
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"the event type {cls.type!r} is {other.__qualname__}'s already")
        event_types[cls.type] = cls

    def __post_init__(self) -> None:
        self.data()

    def data(self) -> dict[str, Any]:
        """The event's data as JSON. Raises TypeError or ValueError that names the field with a wrong value."""
        shapes = _shapes(type(self))
        return {name: encode(shape, getattr(self, name), f"{self.type}: {name}") for name, shape in shapes.items()}


_known_shapes: Final[dict[type[Event], Mapping[str, Any]]] = {}


def _shapes(cls: type[Event]) -> Mapping[str, Any]:
    """The annotations of the fields, resolved once per class."""
    if cls not in _known_shapes:
        hints = get_type_hints(cls)
        _known_shapes[cls] = {field.name: hints[field.name] for field in fields(cls)}
    return _known_shapes[cls]


def event_schema(cls: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's data."""
    properties = {name: schema(shape) for name, shape in _shapes(cls).items()}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


@dataclass(frozen=True, slots=True)
class _Pending:
    """What a running unit of work will do to a stream; without event: have its subscribers authorized anew."""

    ref: StreamRef
    event: Event | None


def emit(stream: StreamName, event: Event, *, tenant_id: uuid.UUID) -> None:
    """Store `event` in the tenant's `stream` and wake its followers, if and when the unit of work commits.

    Raises RuntimeError outside `unit_of_work()` and ValueError for a kind of stream that nobody registered.
    """
    if stream.kind not in stream_kinds:
        raise ValueError(f"no stream kind {stream.kind!r}; registered: {', '.join(sorted(stream_kinds))}")
    current().collect(_write, _Pending(StreamRef(stream, tenant_id), event))


def recheck_access(stream: StreamName, *, tenant_id: uuid.UUID) -> None:
    """Who may follow the stream has changed: subscribers are authorized anew before they get another event."""
    current().collect(_write, _Pending(StreamRef(stream, tenant_id), None))


# One statement inserts, locks and counts, row after row in the order of the arrays. All writers take streams in the
# same order, at the end of their transaction, so none can wait for another in a circle.
_TAKE_NUMBERS: Final = """
INSERT INTO live_streams AS stream (kind, key, tenant_id, last_number, access_number)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[])
ON CONFLICT (kind, key, tenant_id) DO UPDATE SET
  last_number = stream.last_number + EXCLUDED.last_number,
  access_number = stream.access_number + EXCLUDED.access_number
RETURNING id, kind, key, tenant_id, last_number, access_number
"""


def _write(items: list[_Pending]) -> None:
    """Take numbers, insert the events, and arrange the wake-ups."""
    added = Counter(item.ref for item in items if item.event)
    rechecked = Counter(item.ref for item in items if not item.event)
    rows = _take_numbers(sorted({item.ref for item in items}), added, rechecked)
    numbers = {ref: last - added[ref] for ref, (_, last, _) in rows.items()}
    stored = []
    for item in items:
        if item.event:
            numbers[item.ref] += 1
            stored.append(_row(item.ref, rows[item.ref][0], numbers[item.ref], item.event))
    models.Event.objects.bulk_create(stored)
    wakes = [(group_of(ref.name), wake_message(ref, last, access)) for ref, (_, last, access) in rows.items()]
    after_commit(lambda: publish(wakes))


def _take_numbers(
    refs: list[StreamRef], added: Counter[StreamRef], rechecked: Counter[StreamRef]
) -> dict[StreamRef, tuple[int, int, int]]:
    """(row id, last number, access number) of each stream, whose rows are now locked."""
    columns = (
        [ref.name.kind for ref in refs],
        [ref.name.key for ref in refs],
        [ref.tenant_id for ref in refs],
        [added[ref] for ref in refs],
        [rechecked[ref] for ref in refs],
    )
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NUMBERS, columns)
        return {
            StreamRef(StreamName(kind, key), tenant_id): (row_id, last, access)
            for row_id, kind, key, tenant_id, last, access in cursor.fetchall()
        }


def _row(ref: StreamRef, stream_id: int, number: int, event: Event) -> models.Event:
    return models.Event(stream_id=stream_id, tenant_id=ref.tenant_id, number=number, type=event.type, data=event.data())
