"""Whoever meets somebody else's agent in a conversation sees there whether it is connected, and nowhere else."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from chat.agents.access import identify
from chat.agents.actions.agents import change_agent, delete_agent, revoke_token
from chat.agents.actions.presence import leave_presence, take_presence
from chat.conversations.participants import remove_participant
from tests.agents.conftest import Talk, make_talk
from tests.people import Person, assert_refused
from widgets_manager.live.models import Event


@pytest.fixture
def talk(alice: Person, bob: Person) -> Talk:
    """Alice's agent in a conversation with bob."""
    return make_talk(alice, "Deployer", bob)


def met(talk: Talk, person: Person) -> Any:
    return person.client.get(f"/api/conversations/{talk.conversation.pk}/agents")


def seen(talk: Talk) -> list[bool]:
    """What the streams of the agent's conversations told."""
    rows = Event.objects.filter(type="agent.seen").order_by("id")
    assert {str(row.stream.key) for row in rows.select_related("stream")} <= {str(talk.conversation.pk)}
    assert {row.data["agent_id"] for row in rows} <= {str(talk.agent.pk)}
    return [row.data["online"] for row in rows]


def come(talk: Talk) -> uuid.UUID:
    connection = uuid.uuid4()
    take_presence(identify(talk.token), connection)
    return connection


def test_it_works(talk: Talk, bob: Person) -> None:
    alone = make_talk(talk.person, "Elsewhere")  # where nobody else is, nothing is told
    come(alone)
    assert met(talk, bob).json() == {"agents": [{"id": str(talk.agent.pk), "online": False}]}
    connection = come(talk)
    assert met(talk, bob).json() == {"agents": [{"id": str(talk.agent.pk), "online": True}]}
    leave_presence(talk.agent, connection)
    come(talk)
    revoke_token(actor=talk.person.actor, agent=talk.agent)
    assert seen(talk) == [True, False, True, False]
    assert bob.client.get("/api/agents").json() == {"agents": []}


def test_strangers_and_whoever_has_left(talk: Talk, bob: Person, vera: Person, charlie: Person) -> None:
    for person in (vera, charlie):
        assert_refused(met(talk, person), 404, "NOT_FOUND")
    own = talk.conversation.participants.get(user=bob.user)
    remove_participant(actor=talk.person.actor, conversation=talk.conversation, participant_id=own.pk)
    assert_refused(met(talk, bob), 404, "NOT_FOUND")
    come(talk)
    assert seen(talk) == []


def test_a_shared_one_is_seen_by_everybody_anyway(talk: Talk, alice: Person, bob: Person) -> None:
    come(talk)
    change_agent(actor=alice.actor, agent=talk.agent, shared=True)
    come(talk)
    assert bob.client.get("/api/agents").json()["agents"][0]["online"] is True
    change_agent(actor=alice.actor, agent=talk.agent, shared=False)
    assert seen(talk) == [True, True]
    delete_agent(actor=alice.actor, agent=talk.agent)
    assert met(talk, bob).json() == {"agents": []}
