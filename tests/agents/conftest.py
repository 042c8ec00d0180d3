"""Fixtures of the agents room's tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from chat.agents import hub
from chat.agents.actions.agents import create_agent
from chat.agents.models import Agent
from chat.conversations.actions import create_conversation, post_message
from chat.conversations.models import Conversation, Message
from chat.conversations.participants import remove_participant
from tests.people import Person


@pytest.fixture(autouse=True)
def no_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is repaired by the hub's looking again, unless a test asks for `quick`: wake-ups must do."""
    monkeypatch.setattr(hub, "COMPARE_EVERY", 3600.0)
    monkeypatch.setattr(hub, "RENEW_EVERY", 3600.0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, no_comparison: None) -> None:
    """Look again often."""
    monkeypatch.setattr(hub, "COMPARE_EVERY", 0.1)
    monkeypatch.setattr(hub, "RENEW_EVERY", 0.1)


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@dataclass
class Talk:
    """An agent, and a conversation of its owner with it."""

    person: Person
    agent: Agent
    token: str
    conversation: Conversation

    def post(self, text: str, **more: Any) -> Message:
        return post_message(actor=self.person.actor, conversation=self.conversation, text=text, **more)

    def post_many(self, *texts: str) -> list[Message]:
        return [self.post(text) for text in texts]

    def leave(self) -> None:
        """The agent is taken out of the conversation."""
        row = self.conversation.participants.get(agent_id=self.agent.pk)
        remove_participant(actor=self.person.actor, conversation=self.conversation, participant_id=row.pk)

    @property
    def said(self) -> list[str]:
        return list(self.conversation.messages.order_by("number").values_list("text", flat=True))


def make_talk(person: Person, name: str = "Deployer", *others: Person, shared: bool = False) -> Talk:
    agent, credentials = create_agent(actor=person.actor, name=name, shared=shared)
    conversation = create_conversation(
        actor=person.actor, agent_ids=[agent.pk], user_ids=[other.user.pk for other in others]
    )
    return Talk(person, agent, credentials.values["AGENT_TOKEN"], conversation)


@pytest.fixture
def talk(alice: Person) -> Talk:
    return make_talk(alice)
