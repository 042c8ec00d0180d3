"""When connections end: tokens that do not count (any more), owners who left, and a second connection."""

from __future__ import annotations

import json
import threading

import pytest

from chat.agents.actions.agents import delete_agent, revoke_token, rotate_token
from chat.agents.models import Agent, Presence
from config.embedded.servers import Valkey
from tests.agents.client import AgentClient
from tests.agents.conftest import Talk, make_talk
from tests.live.client import LiveClient
from tests.people import Person
from widgets_manager.core.actions.tenants import remove_member
from widgets_manager.core.models import Membership
from widgets_manager.live.streams import StreamName


@pytest.fixture
def talk(transactional_db: None, alice: Person) -> Talk:
    return make_talk(alice)


def shown_online(client: LiveClient) -> bool:
    """What the next event says of the agent."""
    frame = client.next()
    assert frame["event"] == "agent.put", frame
    online: bool = frame["data"]["agent"]["online"]
    return online


def test_tokens_that_do_not_count(live_url: str, talk: Talk, bob: Person) -> None:
    for token in ("", "wma_made_up", talk.person.token(), talk.token[:-1], "x" * 5000):
        with AgentClient(live_url, token) as agent:
            assert agent.closed() == (4401, "the token is unknown or revoked")
    his = make_talk(bob)
    Membership.objects.filter(user=bob.user).delete()
    with AgentClient(live_url, his.token) as agent:
        assert agent.closed()[0] == 4401


def test_it_is_seen_coming_and_going_and_a_token_that_ends_closes_it(live_url: str, talk: Talk, bob: Person) -> None:
    actor = talk.person.actor
    with LiveClient(live_url, talk.person) as page:
        page.subscribe(StreamName("user", talk.person.user.pk))
        with AgentClient(live_url, talk.token):
            assert shown_online(page) is True
        assert shown_online(page) is False
        with AgentClient(live_url, talk.token) as agent:
            assert shown_online(page) is True
            _, credentials = rotate_token(actor=actor, agent=talk.agent)
            assert agent.closed() == (4401, "the token is unknown or revoked")
        assert [shown_online(page), shown_online(page)] == [True, False]  # the new token's hint; then that it is gone
        fresh = credentials.values["AGENT_TOKEN"]
        with AgentClient(live_url, fresh) as agent:
            agent.nothing_more()
            revoke_token(actor=actor, agent=talk.agent)
            assert agent.closed()[0] == 4401
        with AgentClient(live_url, fresh) as agent:
            assert agent.closed()[0] == 4401
    talk.post("What is said meanwhile waits.")
    _, credentials = rotate_token(actor=actor, agent=talk.agent)
    with AgentClient(live_url, credentials.values["AGENT_TOKEN"]) as agent:
        assert agent.take()["text"] == "What is said meanwhile waits."
        delete_agent(actor=actor, agent=talk.agent)
        assert agent.closed()[0] == 4401
    assert Agent.objects.get().token_hash == ""


def test_an_agent_whose_owner_leaves_is_closed(live_url: str, talk: Talk, bob: Person) -> None:
    his = make_talk(bob)
    with AgentClient(live_url, his.token) as agent:
        agent.nothing_more()
        membership = Membership.objects.get(user=bob.user)
        remove_member(actor=talk.person.actor, membership=membership)
        assert agent.closed() == (4401, "the agent's owner no longer belongs to the organisation")


def test_a_second_connection_takes_over(live_url: str, talk: Talk) -> None:
    talk.post("for whoever is here")
    with AgentClient(live_url, talk.token) as older:
        frame = older.message()
        with AgentClient(live_url, talk.token) as newer:
            assert newer.message() == frame
            assert older.closed() == (4409, "another connection of this agent has taken over")
            newer.read(frame)
            newer.nothing_more()
            assert Presence.objects.get().turn == 2
        talk.post("later")


def test_of_many_that_race_one_stays(live_url: str, talk: Talk) -> None:
    outcomes: list[int] = []
    done = threading.Event()

    def connect() -> None:
        with AgentClient(live_url, talk.token) as agent:
            code, _ = agent.closed()
            outcomes.append(code)
            if len(outcomes) == 7:
                done.set()

    racers = [threading.Thread(target=connect) for _ in range(8)]
    for racer in racers:
        racer.start()
    assert done.wait(20), outcomes
    assert outcomes == [4409] * 7
    revoke_token(actor=talk.person.actor, agent=talk.agent)  # the one that stayed
    for racer in racers:
        racer.join(20)
    assert outcomes == [4409] * 7 + [4401]


def test_without_redis_everything_happens_later(live_url: str, talk: Talk, worker_valkey: Valkey, quick: None) -> None:
    with AgentClient(live_url, talk.token) as agent:
        worker_valkey.kill()
        talk.post("no wake-up for this one")
        assert agent.take()["text"] == "no wake-up for this one"
        assert agent.say(talk.conversation.pk, talk.person.user.pk, "answered")["type"] == "ACK"
        revoke_token(actor=talk.person.actor, agent=talk.agent)
        assert agent.closed()[0] == 4401


def test_who_knows_it_is_told_that_the_connection_lives(live_url: str, talk: Talk, quick: None) -> None:
    with (
        AgentClient(live_url, talk.token) as ours,
        AgentClient(live_url, make_talk(talk.person).token, acks=False) as other,
    ):
        assert json.loads(ours.socket.recv(timeout=20)) == {"type": "PING"}
        other.nothing_more()
        ours.nothing_more()
