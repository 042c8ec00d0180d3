"""Stage: access. Streams as they are read: a snapshot with its number, or the events after a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db import connection

from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.models import Membership, Role
from widgets_manager.live.database import consistent_read
from widgets_manager.live.streams import StreamName, StreamRef, authorize, stream_kinds

# A client further behind gets a snapshot: more events would cost more than they say.
MAX_EVENTS: Final = 500


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as it goes to clients; `data` is JSON text."""

    number: int
    type: str
    data: str


@dataclass(slots=True)
class Update:
    """Where a stream stands: its last number, its access number, and the events after the number asked for.

    At most MAX_EVENTS of them, in order.
    """

    number: int = 0
    access: int = 0
    events: list[StoredEvent] = field(default_factory=list)

    def continues(self, after: int) -> bool:
        """Whether the events lead from `after` to the last number without a gap."""
        expected = range(after + 1, self.number + 1)
        return after <= self.number and [event.number for event in self.events] == list(expected)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a new subscriber gets: a snapshot at `number`, or (snapshot None) the events that lead to it."""

    ref: StreamRef
    number: int
    access: int
    snapshot: dict[str, Any] | None
    events: list[StoredEvent]


# Both read the streams named by four parallel arrays: kind, key, tenant id and the number already known.
_HEADS: Final = """
SELECT kind, key, tenant_id, stream.last_number, stream.access_number
FROM unnest(%s::text[], %s::uuid[], %s::uuid[], %s::bigint[]) AS asked (kind, key, tenant_id, number)
JOIN live_streams AS stream USING (kind, key, tenant_id)
"""
_UPDATES: Final = """
SELECT kind, key, tenant_id, stream.last_number, stream.access_number, event.number, event.type, event.data::text
FROM unnest(%s::text[], %s::uuid[], %s::uuid[], %s::bigint[]) AS asked (kind, key, tenant_id, number)
JOIN live_streams AS stream USING (kind, key, tenant_id)
LEFT JOIN LATERAL (
  SELECT number, type, data FROM live_events
  WHERE stream_id = stream.id AND number > asked.number ORDER BY number LIMIT %s
) AS event ON TRUE
ORDER BY stream.id, event.number
"""


def read_stream(actor: Actor, name: StreamName, after: int | None = None) -> Reading:
    """Open a stream: authorized, with its state and its number from one moment.

    The events after `after` are given when none of them is missing; otherwise (too old, ahead of the stream, or
    None) a snapshot. Raises NotFound or PermissionDenied.
    """
    with consistent_read():
        actor = actor_now(actor)
        ref = authorize(actor, name)
        update = read_updates({ref: _known(after)}).get(ref, Update())
        if after is not None and update.continues(after):
            return Reading(ref, update.number, update.access, None, update.events)
        snapshot = stream_kinds[name.kind].snapshot(actor, name.key)
        return Reading(ref, update.number, update.access, snapshot, [])


def actor_now(actor: Actor) -> Actor:
    """The actor with the role of this moment. Raises NotFound when they have left the tenant."""
    role = Membership.objects.filter(user=actor.user, tenant=actor.tenant).values_list("role", flat=True).first()
    if role is None:
        raise not_found("organisation")
    return replace(actor, role=Role(role))


def authorize_again(actors: Sequence[Actor], name: StreamName) -> list[ApiError | None]:
    """For each actor None, or why they may no longer follow the stream."""
    return [_refusal(actor, name) for actor in actors]


def read_updates(known: Mapping[StreamRef, int]) -> dict[StreamRef, Update]:
    """The events after the number known of each stream; streams that have never had one are left out."""
    updates: dict[StreamRef, Update] = {}
    with connection.cursor() as cursor:
        cursor.execute(_UPDATES, [*_columns(known), MAX_EVENTS])
        for kind, key, tenant_id, last, access, number, event, data in cursor.fetchall():
            ref = StreamRef(StreamName(kind, key), tenant_id)
            update = updates.setdefault(ref, Update(last, access))
            if number is not None:
                update.events.append(StoredEvent(number, event, data))
    return updates


def read_heads(refs: Iterable[StreamRef]) -> dict[StreamRef, Update]:
    """Last number and access number of each stream that has ever had an event; one query, no events."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS, _columns(dict.fromkeys(refs, 0)))
        return {
            StreamRef(StreamName(kind, key), tenant_id): Update(last, access)
            for kind, key, tenant_id, last, access in cursor.fetchall()
        }


def _known(after: int | None) -> int:
    # Past every possible number: no events are read for somebody who gets a snapshot anyway.
    return 2**62 if after is None else after


def _refusal(actor: Actor, name: StreamName) -> ApiError | None:
    try:
        authorize(actor_now(actor), name)
    except ApiError as error:
        return error
    return None


def _columns(known: Mapping[StreamRef, int]) -> list[list[Any]]:
    return [
        [ref.name.kind for ref in known],
        [ref.name.key for ref in known],
        [ref.tenant_id for ref in known],
        list(known.values()),
    ]
