"""Leases: whose process was killed goes offline by itself; only who holds the lease ends it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from chat.agents.access import identify, shown_agents
from chat.agents.actions.delivering import acknowledge, forget_old, read_pending
from chat.agents.actions.presence import (
    end_stale_presences,
    judge,
    leave_presence,
    renew_presences,
    take_presence,
)
from chat.agents.events import show_agent
from chat.agents.frames import REPLACED
from chat.agents.models import Delivery, Presence, ReceivedFrame
from tests.agents.asking import send
from tests.agents.conftest import Talk


def online(talk: Talk) -> bool:
    shown: bool = show_agent(shown_agents().get(pk=talk.agent.pk))["online"]
    return shown


def test_it_works(talk: Talk) -> None:
    caller, first, second = identify(talk.token), uuid.uuid4(), uuid.uuid4()
    assert take_presence(caller, first) == 1
    assert online(talk)
    assert renew_presences({talk.agent.pk: first}) == {first}
    assert take_presence(caller, second) == 2
    assert renew_presences({talk.agent.pk: first}) == set()
    assert judge([(caller, first), (caller, second)]) == [REPLACED, None]
    leave_presence(talk.agent, first)
    assert online(talk)
    leave_presence(talk.agent, second)
    assert not online(talk)


def test_a_killed_process_lets_its_lease_run_out(talk: Talk) -> None:
    take_presence(identify(talk.token), uuid.uuid4())
    assert end_stale_presences() == 0
    Presence.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert not online(talk)
    assert end_stale_presences() == 1
    assert end_stale_presences() == 0
    assert Presence.objects.get().connection is None


def test_how_far_an_agent_has_read_is_shown(talk: Talk) -> None:
    one, two = talk.post_many("one", "two")
    acknowledge([(talk.agent.pk, two.pk), (talk.agent.pk, uuid.uuid4())])
    part = talk.conversation.participants.get(agent_id=talk.agent.pk)
    assert part.last_read_number == two.number
    acknowledge([(talk.agent.pk, one.pk)])
    part.refresh_from_db()
    assert part.last_read_number == two.number
    assert set(Delivery.objects.values_list("frame", flat=True)) == {""}


def test_what_is_read_at_once_is_bounded(talk: Talk) -> None:
    messages = talk.post_many(*("x" * 20_000 for _ in range(3)))
    agent = talk.agent.pk
    assert [item.message for item in read_pending([(agent, 2)], [])] == [row.pk for row in messages[:2]]
    first = read_pending([(agent, 1)], [])[0]
    assert [item.message for item in read_pending([(agent, 9)], [first.id])] == [row.pk for row in messages[1:]]
    Delivery.objects.update(frame="x" * 1_500_000)
    assert len(read_pending([(agent, 9)], [])) == 2


def test_what_is_old_is_forgotten(talk: Talk) -> None:
    message = talk.post("one")
    talk.post("two")
    send(talk, "three")
    assert forget_old() == 0
    acknowledge([(talk.agent.pk, message.pk)])
    long_ago = timezone.now() - timedelta(days=8)
    Delivery.objects.filter(message=message).update(acked_at=long_ago)
    Delivery.objects.update(created_at=long_ago)
    ReceivedFrame.objects.update(created_at=long_ago)
    assert forget_old() == 2
    assert Delivery.objects.get().acked_at is None
