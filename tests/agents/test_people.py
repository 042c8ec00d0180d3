"""`/api/agents`: people make, share, rotate, revoke and delete agents; and `create_agent`."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat.agents.access import identify
from chat.agents.actions import agents
from chat.agents.actions.agents import change_agent, create_agent, delete_agent, revoke_token
from chat.agents.models import Agent, Delivery
from chat.conversations.actions import create_conversation
from tests.agents.asking import ask, send
from tests.agents.conftest import Talk
from tests.agents.specs import CONFIRM
from tests.live.verify import verify_stream
from tests.people import Person, assert_refused
from widgets_manager.core.exceptions import NotFound, NotSignedIn
from widgets_manager.live.streams import StreamName


def make(person: Person, **more: Any) -> dict[str, Any]:
    response = person.client.post("/api/agents", {"name": "Deployer"} | more)
    assert response.status_code == 201, response.content
    made: dict[str, Any] = response.json()
    return made


def names(person: Person) -> list[str]:
    return [agent["name"] for agent in person.client.get("/api/agents").json()["agents"]]


def test_it_works(alice: Person) -> None:
    made = make(alice, description="Ships it")
    agent, values = made["agent"], made["credentials"]
    assert (agent["name"], agent["description"], agent["owner"]["name"]) == ("Deployer", "Ships it", "Alice")
    assert (agent["online"], agent["shared"], agent["last_seen_at"]) == (False, False, None)
    assert list(values) == ["AGENT_ID", "AGENT_TOKEN", "AGENT_BASE_URL", "AGENT_WS_URL"]
    assert made["env"] == "".join(f"{name}={value}\n" for name, value in values.items())
    assert values["AGENT_WS_URL"].startswith("ws://")
    assert identify(values["AGENT_TOKEN"]).agent.pk == Agent.objects.get().pk
    text = alice.client.get("/api/agents").content.decode()
    assert values["AGENT_TOKEN"] not in text
    assert agent["token_hint"] == values["AGENT_TOKEN"][:12]


def test_the_answer_with_the_token_is_not_kept(alice: Person) -> None:
    headers = {"Idempotency-Key": "once"}
    assert alice.client.post("/api/agents", {"name": "A"}, headers=headers).status_code == 201
    again = alice.client.post("/api/agents", {"name": "A"}, headers=headers)
    assert b"wma_" not in again.content
    assert names(alice) == ["A"]


def test_how_many_one_has(alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "MAX_AGENTS", 1)
    first = make(alice)["agent"]["id"]
    make(bob)
    assert "1 agents" in assert_refused(alice.client.post("/api/agents", {"name": "B"}), 409, "LIMIT")["message"]
    alice.client.delete(f"/api/agents/{first}")
    make(alice)


def test_who_sees_and_changes_what(alice: Person, bob: Person, vera: Person, charlie: Person) -> None:
    his = make(bob, name="Bob's")["agent"]["id"]
    shared = make(alice, name="Shared", shared=True)["agent"]["id"]
    make(alice, name="Hers")
    assert names(alice) == ["Bob's", "Hers", "Shared"]  # an admin
    assert names(bob) == ["Bob's", "Shared"]
    assert names(vera) == ["Shared"]
    assert names(charlie) == []
    assert_refused(vera.client.post("/api/agents", {"name": "x"}), 403, "PERMISSION_DENIED")
    assert_refused(bob.client.post("/api/agents", {"name": "x", "shared": True}), 403, "PERMISSION_DENIED")
    assert_refused(bob.client.patch(f"/api/agents/{his}", {"shared": True}), 403, "PERMISSION_DENIED")
    assert_refused(bob.client.patch(f"/api/agents/{shared}", {"name": "x"}), 403, "PERMISSION_DENIED")
    assert_refused(bob.client.delete(f"/api/agents/{shared}"), 403, "PERMISSION_DENIED")
    assert_refused(alice.client.post(f"/api/agents/{his}/rotate"), 403, "PERMISSION_DENIED")
    assert_refused(bob.bearer().post("/api/agents", {"name": "x"}), 403, "PERMISSION_DENIED")
    assert alice.client.patch(f"/api/agents/{his}", {"shared": True}).json()["agent"]["shared"] is True
    assert names(vera) == ["Bob's", "Shared"]


def test_who_talks_to_whom(alice: Person, bob: Person, charlie: Person) -> None:
    his, _ = create_agent(actor=bob.actor, name="Bob's")
    for person in (alice, charlie):  # an admin sees it, and does not talk to it
        with pytest.raises(NotFound):
            create_conversation(actor=person.actor, agent_ids=[his.pk])
    change_agent(actor=alice.actor, agent=his, shared=True)
    create_conversation(actor=alice.actor, agent_ids=[his.pk])
    delete_agent(actor=bob.actor, agent=his)
    with pytest.raises(NotFound):
        create_conversation(actor=bob.actor, agent_ids=[his.pk])


def test_rotate_revoke_delete(alice: Person) -> None:
    made = make(alice)
    address, old = f"/api/agents/{made['agent']['id']}", made["credentials"]["AGENT_TOKEN"]
    rotated = alice.client.post(f"{address}/rotate").json()
    token = rotated["credentials"]["AGENT_TOKEN"]
    assert token != old
    assert rotated["agent"]["rotated_at"]
    with pytest.raises(NotSignedIn):
        identify(old)
    for _ in range(2):
        revoked = alice.client.post(f"{address}/revoke").json()["agent"]
        assert (revoked["revoked"], revoked["online"]) == (True, False)
    with pytest.raises(NotSignedIn):
        identify(token)
    revived = alice.client.post(f"{address}/rotate").json()
    assert revived["agent"]["revoked"] is False
    assert identify(revived["credentials"]["AGENT_TOKEN"]).agent.name == "Deployer"
    assert alice.client.delete(address).json() == {"success": True}
    assert_refused(alice.client.get(address), 404, "NOT_FOUND")
    assert_refused(alice.client.post(f"{address}/rotate"), 404, "NOT_FOUND")
    with pytest.raises(NotSignedIn):
        identify(revived["credentials"]["AGENT_TOKEN"])


def test_what_a_deleted_agent_said_stays_under_its_name(talk: Talk) -> None:
    send(talk, "Done.")
    ask(talk, "confirm", CONFIRM)
    talk.post("still on its way")
    change_agent(actor=talk.person.actor, agent=talk.agent, name="Shipper")
    delete_agent(actor=talk.person.actor, agent=talk.agent)
    assert not Delivery.objects.exists()
    messages = talk.person.client.get(f"/api/conversations/{talk.conversation.pk}/messages").json()["messages"]
    assert [message["sender"]["name"] for message in messages] == ["Shipper", "Shipper", "Alice"]
    assert talk.conversation.participants.get(agent_id=talk.agent.pk).left_at is not None


def test_recent_messages_are_counted(talk: Talk) -> None:
    assert talk.person.client.get("/api/agents").json()["agents"][0]["recent_messages"] == 0
    send(talk, "one")
    send(talk, "two")
    talk.post("not the agent's")
    assert talk.person.client.get("/api/agents").json()["agents"][0]["recent_messages"] == 2


def apply(data: Any, event: str, body: dict[str, Any]) -> Any:
    """What a page does with an event of agents."""
    agents = {agent["id"]: agent for agent in data["agents"]}
    if event == "agent.put":
        agents[body["agent"]["id"]] = body["agent"]
    elif event == "agent.removed":
        agents.pop(body["agent_id"], None)
    return data | {"agents": sorted(agents.values(), key=lambda agent: (agent["name"], agent["id"]))}


def test_the_streams_say_what_a_snapshot_shows(alice: Person, bob: Person) -> None:
    his, _ = create_agent(actor=bob.actor, name="Bob's")
    own, everybody = StreamName("user", bob.user.pk), StreamName("tenant", bob.tenant.pk)
    with verify_stream(bob.actor, own, apply), verify_stream(bob.actor, everybody, apply):
        other, _ = create_agent(actor=bob.actor, name="Another")
        change_agent(actor=alice.actor, agent=his, shared=True)
        change_agent(actor=bob.actor, agent=his, name="Everybody's")
        revoke_token(actor=bob.actor, agent=his)
        change_agent(actor=alice.actor, agent=other, shared=True)
        change_agent(actor=alice.actor, agent=other, shared=False)
        delete_agent(actor=bob.actor, agent=other)
    with verify_stream(alice.actor, everybody, apply):
        delete_agent(actor=alice.actor, agent=his)


def test_the_command_prints_the_lines_and_nothing_else(alice: Person) -> None:
    out = StringIO()
    call_command("create_agent", "alice", "Deployer", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.partition("=")[0] for line in lines] == ["AGENT_ID", "AGENT_TOKEN", "AGENT_BASE_URL", "AGENT_WS_URL"]
    values = dict(line.split("=", 1) for line in lines)
    assert str(identify(values["AGENT_TOKEN"]).agent.pk) == values["AGENT_ID"]
    for arguments in (["nobody", "x"], ["alice", " "], ["alice", "x", "--tenant", "nowhere"]):
        with pytest.raises(CommandError):
            call_command("create_agent", *arguments, stdout=StringIO())
