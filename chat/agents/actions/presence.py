"""Stage: actions. Which agents are connected: leases that the processes with the sockets renew."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, Subquery
from django.db.models.functions import Now

from chat.agents.access import Caller
from chat.agents.events import announce_presence
from chat.agents.frames import OWNER_GONE, REPLACED, UNKNOWN_TOKEN
from chat.agents.models import Agent, Presence
from chat.agents.wakes import recheck
from widgets_manager.core.models import Membership
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.frames import Closing

LEASE: Final = timedelta(seconds=45)
_IS_HELD: Final = ExpressionWrapper(Q(connection__isnull=False, until__gt=Now()), output_field=BooleanField())

_RENEW: Final = """
UPDATE agent_presences AS presence SET until = now() + make_interval(secs => %s), seen_at = now()
FROM unnest(%s::uuid[], %s::uuid[]) AS held (agent, connection)
WHERE presence.agent_id = held.agent AND presence.connection = held.connection
RETURNING presence.connection
"""


def take_presence(caller: Caller, connection_id: uuid.UUID) -> int:
    """The agent is here now, and an older connection, wherever it is, is closed; returns which turn this one is."""
    agent = caller.agent
    with unit_of_work():
        Presence.objects.bulk_create([Presence(agent=agent, tenant_id=agent.tenant_id)], ignore_conflicts=True)
        row = Presence.objects.select_for_update(no_key=True).annotate(is_held=_IS_HELD).get(agent=agent)
        turn = row.turn + 1
        Presence.objects.filter(agent=agent).update(
            connection=connection_id, turn=turn, until=Now() + LEASE, seen_at=Now()
        )
        recheck([agent.pk])
        if not row.is_held:
            announce_presence(agent)
    return turn


def leave_presence(agent: Agent, connection_id: uuid.UUID) -> None:
    """The connection has ended; nothing happens when another one has taken over."""
    with unit_of_work():
        held = Presence.objects.filter(agent=agent, connection=connection_id)
        if held.update(connection=None, until=None, seen_at=Now()):
            announce_presence(agent)


def renew_presences(held: Mapping[uuid.UUID, uuid.UUID]) -> set[uuid.UUID]:
    """Renew the leases (connection by agent); returns the connections that still hold theirs."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [LEASE.total_seconds(), list(held), list(held.values())])
        return {row[0] for row in cursor.fetchall()}


def end_stale_presences() -> int:
    """Note that agents whose process was killed are gone; returns how many."""
    ended = 0
    for row in Presence.objects.filter(connection__isnull=False, until__lt=Now()).select_related("agent"):
        with unit_of_work():
            stale = Presence.objects.filter(pk=row.pk, connection=row.connection, until__lt=Now())
            if stale.update(connection=None, until=None):
                announce_presence(row.agent)
                ended += 1
    return ended


def judge(held: Sequence[tuple[Caller, uuid.UUID]]) -> list[Closing | None]:
    """For each connection None, or why it must close; one query, however many there are."""
    membership = Membership.objects.filter(user=OuterRef("owner"), tenant=OuterRef("tenant"))
    rows = Agent.objects.select_related("owner", "presence").annotate(role=Subquery(membership.values("role")))
    agents = rows.in_bulk([caller.agent.pk for caller, _ in held])
    return [_judge(agents.get(caller.agent.pk), caller, connection_id) for caller, connection_id in held]


def _judge(agent: Agent | None, caller: Caller, connection_id: uuid.UUID) -> Closing | None:
    if agent is None or agent.token_hash != caller.token_hash:
        return UNKNOWN_TOKEN
    if agent.role is None or not agent.owner.is_active:  # type: ignore[attr-defined]  # annotated above
        return OWNER_GONE
    return None if agent.presence.connection == connection_id else REPLACED
