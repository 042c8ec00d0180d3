"""How fast agents may send: what is too much is refused with the time to wait, or held up, and never lost."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

import widget_agents
from chat.agents import pace
from chat.agents.models import Delivery, ReceivedFrame
from chat.agents.pace import LARGE, Pace, TooFast
from tests.agents.asking import ask, change, send
from tests.agents.client import PATIENCE, AgentClient
from tests.agents.conftest import Talk, make_talk
from tests.agents.specs import PROGRESS
from tests.people import Person

TEXTS = [f"number {number}" for number in range(5)]


@pytest.fixture
def talk(transactional_db: None, alice: Person) -> Talk:
    return make_talk(alice)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time by which paces are kept: seconds in `now`."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_it_works(live_url: str, talk: Talk, settings: Any, clock: SimpleNamespace) -> None:
    settings.AGENT_FRAMES_PER_MINUTE = 3
    talk.post_many(*map(str, range(5)))
    place = talk.conversation.pk, talk.person.user.pk
    with AgentClient(live_url, talk.token) as agent:
        assert [agent.take()["text"] for _ in range(5)] == list("01234")  # receipts are not counted
        for name in ("a", "b"):
            assert agent.say(*place, name)["type"] == "ACK"
        agent.socket.send("[]")  # what is malformed is
        assert agent.next()["code"] == "INVALID_FRAME"
        answer = agent.say(*place, "c", id="third")
        assert (answer["type"], answer["code"], answer["id"]) == ("ERROR", "RATE_LIMITED", "third")
        assert answer["retry_after"] == 20
        assert "3 frames in a minute" in answer["message"]
    with AgentClient(live_url, talk.token) as agent:  # whoever connects anew has not sent less
        clock.now = 10
        assert agent.say(*place, "c", id="third")["retry_after"] == 10
        clock.now = 20
        assert agent.say(*place, "c", id="third")["type"] == "ACK"
        assert agent.say(*place, "d")["code"] == "RATE_LIMITED"
    assert talk.said == [*"01234", "a", "b", "c"]
    assert not Delivery.objects.filter(acked_at=None).exists()


@pytest.fixture(params=["agent", "conversation"])
def refusals(
    request: pytest.FixtureRequest, settings: Any, clock: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """One frame is taken, of the agent or for the conversation; what is refused is noted, and taken a moment later."""
    settings.AGENT_FRAMES_PER_MINUTE = 1 if request.param == "agent" else 1_000
    settings.CONVERSATION_FRAMES_PER_MINUTE = 1 if request.param == "conversation" else 1_000
    refusals: list[str] = []
    begin = TooFast.__init__

    def note(refusal: TooFast, what: str, retry_after: float) -> None:
        refusals.append(what)
        clock.now += retry_after
        settings.CONVERSATION_FRAMES_PER_MINUTE = 1_000
        begin(refusal, what, 0.01)

    monkeypatch.setattr(TooFast, "__init__", note)
    return refusals


def test_a_client_that_does_not_know_refusals_is_held_up(live_url: str, talk: Talk, refusals: list[str]) -> None:
    with AgentClient(live_url, talk.token, acks=False) as agent:
        for text in TEXTS:
            agent.send(**frame(talk, text))
        agent.nothing_more()
    assert talk.said == TEXTS
    assert refusals


def test_our_package_waits_and_sends_again(live_url: str, talk: Talk, refusals: list[str]) -> None:
    conversation, person = str(talk.conversation.pk), str(talk.person.user.pk)

    async def speak() -> None:
        client = widget_agents.AgentClient(agent_id=str(talk.agent.pk), token=talk.token, base_url=live_url)
        client.on_message(lambda message, agent: None)
        connected = asyncio.create_task(client.connect())
        for text in TEXTS:
            await client.send_message(conversation_id=conversation, to=person, text=text)
        await client.close()
        await connected

    asyncio.run(asyncio.wait_for(speak(), PATIENCE))
    assert talk.said == TEXTS
    assert refusals


def frame(talk: Talk, text: str) -> dict[str, Any]:
    payload = b64encode(text.encode()).decode()
    return {
        "type": "MSG",
        "id": text,
        "conversation_id": str(talk.conversation.pk),
        "to": str(talk.person.user.pk),
        "payload_b64": payload,
    }


def test_what_all_agents_send_to_one_conversation(talk: Talk, settings: Any) -> None:
    settings.CONVERSATION_FRAMES_PER_MINUTE = 3
    other = make_talk(talk.person, "Other")
    elsewhere = other.conversation
    other.conversation = talk.conversation
    talk.conversation.participants.create(tenant=talk.agent.tenant, kind="agent", agent_id=other.agent.pk)
    ask(talk, "progress", PROGRESS)
    change(talk, spec={"value": 20})
    first = send(other, "one", frame_id="one")
    with pytest.raises(TooFast) as refused:
        send(other, "two", frame_id="two")
    assert 0 < refused.value.retry_after <= 60
    with pytest.raises(TooFast):
        change(talk, spec={"value": 30})
    assert send(other, "one", frame_id="one") == first  # what was taken before is no news
    talk.post("People always get through.")
    other.conversation = elsewhere
    assert send(other, "elsewhere") is not None
    other.conversation = talk.conversation
    ReceivedFrame.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert send(other, "two", frame_id="two") is not None
    assert talk.said[1:] == ["one", "People always get through.", "two"]


def test_large_frames_count_more(clock: SimpleNamespace) -> None:
    bucket = Pace(60)
    bucket.take(LARGE * 58)
    bucket.take(1)
    with pytest.raises(TooFast) as refused:
        bucket.take(LARGE * 2)
    assert refused.value.retry_after == 3
    assert not bucket.is_full
    clock.now = 60
    assert bucket.is_full
    bucket.take(LARGE * 1_000)  # one that is larger than everything is taken where nothing else was
