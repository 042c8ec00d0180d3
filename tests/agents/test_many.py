"""Much at once: many agents, many messages that wait, an agent that reads slowly, two that answer at the same time."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest
from django.db import connection
from websockets.asyncio.client import connect

from chat.agents.actions.delivering import put_on_its_way
from chat.agents.models import Agent, Delivery, Presence
from chat.agents.sockets import WINDOW
from chat.agents.wakes import wake
from chat.conversations.models import Conversation, Message, Participant
from tests.agents.client import PATIENCE, AgentClient
from tests.agents.conftest import Talk, make_talk
from tests.chat.test_turns import eventually
from tests.people import Person
from widgets_manager.core.secrets import issue_secret
from widgets_manager.core.unit_of_work import unit_of_work


@pytest.fixture
def talk(transactional_db: None, alice: Person) -> Talk:
    return make_talk(alice)


def queue(talk: Talk, count: int, text: str = "number {number}") -> None:
    """So many messages of the person's, on their way to the agent, without waiting for each."""
    person = talk.conversation.participants.get(kind=Participant.Kind.USER)
    first = talk.conversation.last_number + 1
    with unit_of_work():
        messages = [
            Message(
                tenant=talk.agent.tenant,
                conversation=talk.conversation,
                sender=person,
                number=number,
                text=text.format(number=number),
            )
            for number in range(first, first + count)
        ]
        Message.objects.bulk_create(messages, batch_size=1000)
        Conversation.objects.filter(pk=talk.conversation.pk).update(last_number=first + count - 1)
        for message in messages:
            put_on_its_way(talk.agent, message, message.text, [])
        wake([talk.agent.pk])


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.full)])
def test_messages_that_waited_come_in_order(live_url: str, talk: Talk, count: int) -> None:
    queue(talk, count)
    with AgentClient(live_url, talk.token) as agent:
        texts = [agent.take()["text"] for _ in range(count)]
        agent.nothing_more()
    assert texts == [f"number {number}" for number in range(1, count + 1)]


def test_a_slow_reader_is_given_no_more_than_a_window_and_holds_nobody_up(
    live_url: str, talk: Talk, bob: Person
) -> None:
    other = make_talk(bob)
    queue(talk, 3 * WINDOW, "{number} " + "x" * 20_000)
    with AgentClient(live_url, talk.token, max_queue=1) as slow, AgentClient(live_url, other.token) as quick:
        slow_frames = [slow.message() for _ in range(WINDOW)]
        slow.nothing_more()
        other.post("are you there?")
        assert quick.take()["text"] == "are you there?"
        for frame in slow_frames[: WINDOW // 2]:
            slow.read(frame)
        more = [slow.message() for _ in range(WINDOW // 2)]
        slow.nothing_more()
        assert [frame["text"].split()[0] for frame in more] == [
            str(number) for number in range(WINDOW + 1, WINDOW + WINDOW // 2 + 1)
        ]


def test_two_agents_in_one_conversation_answer_at_once(live_url: str, talk: Talk) -> None:
    other = make_talk(talk.person, "Reviewer")
    Participant.objects.create(
        tenant=talk.agent.tenant, conversation=talk.conversation, kind="agent", agent_id=other.agent.pk
    )
    with AgentClient(live_url, talk.token) as one, AgentClient(live_url, other.token) as two:
        for number in range(10):
            talk.post(f"question {number}")
        for agent in (one, two):
            assert [agent.take()["text"] for _ in range(10)] == [f"question {number}" for number in range(10)]
        asyncio.run(both_say(live_url, talk, other))
    answers = [text for text in talk.said if not text.startswith("question")]
    assert sorted(answers) == sorted(f"{name} {number}" for name in ("a", "b") for number in range(20))
    numbers = list(talk.conversation.messages.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, 51))
    # They hear people, not each other.
    assert not Delivery.objects.filter(message__sender__kind="agent").exists()


async def both_say(url: str, talk: Talk, other: Talk) -> None:
    async def say(token: str, name: str) -> None:
        async with connect(address(url, token), proxy=None) as socket:
            for number in range(20):
                await socket.send(message(talk.conversation, f"{name} {number}"))
            for _ in range(20):
                assert json.loads(await socket.recv())["type"] == "ACK"

    async with asyncio.timeout(60):
        await asyncio.gather(say(talk.token, "a"), say(other.token, "b"))


def address(url: str, token: str) -> str:
    return f"{url.replace('http', 'ws')}/ws/agent?token={token}&acks=1"


def message(conversation: Conversation, text: str) -> str:
    frame: dict[str, Any] = {
        "type": "MSG",
        "id": text,
        "conversation_id": str(conversation.pk),
        "to": f"group:{conversation.pk}",
        "payload_b64": base64.b64encode(text.encode()).decode(),
    }
    return json.dumps(frame)


def make_many(person: Person, count: int, *, together: int) -> list[Talk]:
    """Agents of the person's, so many `together` in a conversation with the person, made all at once."""
    secrets = [issue_secret("wma") for _ in range(count)]
    agents = [
        Agent(tenant=person.tenant, owner=person.user, name=f"agent {number}", token_hash=secret.hash)
        for number, secret in enumerate(secrets)
    ]
    conversations = [Conversation(tenant=person.tenant) for _ in range(count // together)]
    places = [conversation for conversation in conversations for _ in range(together)]
    Agent.objects.bulk_create(agents)
    Conversation.objects.bulk_create(conversations)
    people = [Participant(conversation=one, kind="user", user=person.user) for one in conversations]
    people += [
        Participant(conversation=place, kind="agent", agent_id=agent.pk)
        for agent, place in zip(agents, places, strict=True)
    ]
    for row in people:
        row.tenant = person.tenant
    Participant.objects.bulk_create(people)
    return [
        Talk(person, agent, secret.text, place) for agent, secret, place in zip(agents, secrets, places, strict=True)
    ]


def test_two_hundred_agents_at_once(live_url: str, talk: Talk) -> None:
    talks = make_many(talk.person, 200, together=10)
    asyncio.run(all_answer(live_url, talks))
    assert Message.objects.filter(text="answer").count() == 50
    eventually(lambda: not Delivery.objects.filter(acked_at=None).exists())
    assert Presence.objects.filter(turn=1).count() == 200


async def all_answer(url: str, talks: list[Talk]) -> None:
    """All hear the person and acknowledge it; every fourth one answers, at once with the others."""
    everybody_is_here = asyncio.Barrier(len(talks) + 1)

    async def work(number: int, talk: Talk) -> None:
        async with connect(address(url, talk.token), proxy=None, open_timeout=60) as socket:
            await everybody_is_here.wait()
            heard = json.loads(await socket.recv())
            assert heard["conversation_id"] == str(talk.conversation.pk)
            await socket.send(json.dumps({"type": "ACK_READ", "message_id": heard["id"]}))
            if number % 4 == 0:
                await socket.send(message(talk.conversation, "answer"))
                assert json.loads(await socket.recv())["type"] == "ACK"

    async def ask() -> None:
        await everybody_is_here.wait()
        await asyncio.to_thread(ask_all)

    def ask_all() -> None:
        for talk in {talk.conversation.pk: talk for talk in talks}.values():
            talk.post("are you there?")
        connection.close()  # of this thread

    async with asyncio.timeout(PATIENCE * 6):
        await asyncio.gather(ask(), *(work(number, talk) for number, talk in enumerate(talks)))
