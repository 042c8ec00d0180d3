"""`/ws/agent`: messages in both directions, and each of them once."""

from __future__ import annotations

import pytest

from tests.agents.client import AgentClient
from tests.agents.conftest import Talk, make_talk
from tests.people import Person


@pytest.fixture
def talk(transactional_db: None, alice: Person) -> Talk:
    return make_talk(alice)


def test_it_works(live_url: str, talk: Talk) -> None:
    with AgentClient(live_url, talk.token) as agent:
        message = talk.post("Deploy it, please")
        frame = agent.take()
        assert frame == {
            "type": "MSG",
            "id": str(message.pk),
            "from": str(talk.person.user.pk),
            "to": str(talk.agent.pk),
            "conversation_id": str(talk.conversation.pk),
            "payload_b64": "RGVwbG95IGl0LCBwbGVhc2U=",
            "encrypted": False,
            "text": "Deploy it, please",
        }
        answer = agent.say(
            frame["conversation_id"], frame["from"], "Done.", id="first", reply_to_message_id=frame["id"]
        )
        assert answer["type"] == "ACK"
        assert answer["id"] == "first"
        said = talk.conversation.messages.get(pk=answer["message_id"])
        assert (said.text, said.sender.agent_id, said.reply_to) == ("Done.", talk.agent.pk, message)


def test_what_was_said_while_it_was_away_comes_in_order(live_url: str, talk: Talk) -> None:
    texts = [f"number {number}" for number in range(5)]
    talk.post_many(*texts)
    with AgentClient(live_url, talk.token) as agent:
        assert [agent.take()["text"] for _ in texts] == texts
        agent.nothing_more()


def test_what_was_not_acknowledged_comes_again_and_is_the_same(live_url: str, talk: Talk) -> None:
    talk.post_many("one", "two", "three")
    with AgentClient(live_url, talk.token) as agent:
        first = [agent.message() for _ in range(3)]
        agent.read(first[1])
        agent.nothing_more()
    with AgentClient(live_url, talk.token) as agent:
        assert [agent.message() for _ in range(2)] == [first[0], first[2]]
        agent.nothing_more()


def test_a_frame_sent_twice_is_one_message(live_url: str, talk: Talk) -> None:
    with AgentClient(live_url, talk.token) as agent:
        first = agent.say(talk.conversation.pk, talk.person.user.pk, "once", id="same")
        assert agent.say(talk.conversation.pk, talk.person.user.pk, "once", id="same") == first
    with AgentClient(live_url, talk.token) as agent:
        assert agent.say(talk.conversation.pk, talk.person.user.pk, "once", id="same") == first
    assert talk.said == ["once"]
