"""Stage: events. What the agents' pages show, and how they learn of changes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils import timezone

from chat.agents.access import shown_agents
from chat.agents.models import Agent, Presence, WidgetAnswer, WidgetPrompt
from chat.conversations.events import conversation_stream
from chat.conversations.models import Participant
from widgets_manager.live.events import Event, emit
from widgets_manager.live.streams import StreamName


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPut(Event):
    """An agent was made or changed, came or went."""

    type: ClassVar[str] = "agent.put"
    agent: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRemoved(Event):
    """An agent was deleted, or (on the organisation's stream) is shared no more."""

    type: ClassVar[str] = "agent.removed"
    agent_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSeen(Event):
    """An agent of the conversation that is not shared came or went: the others in it do not see it elsewhere."""

    type: ClassVar[str] = "agent.seen"
    agent_id: uuid.UUID
    online: bool


def show_agent(row: Agent) -> dict[str, Any]:
    """An agent as lists show it (loaded as `shown_agents` does)."""
    presence = presence_of(row)
    return {
        "id": str(row.pk),
        "name": row.name,
        "description": row.description,
        "owner": {"id": str(row.owner_id), "name": row.owner.display_name},
        "shared": row.shared,
        "token_hint": row.token_hint,
        "online": is_online(presence),
        "revoked": row.revoked_at is not None,
        "recent_messages": getattr(row, "recent_messages", 0),
        "created_at": row.created_at.isoformat(),
        "rotated_at": row.rotated_at.isoformat() if row.rotated_at else None,
        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
        "last_seen_at": presence.seen_at.isoformat() if presence else None,
    }


def show_prompt(prompt: WidgetPrompt, answers: Sequence[WidgetAnswer]) -> dict[str, Any]:
    """The payload of the message that shows a widget (users of the answers loaded)."""
    return {
        "type": "agent_widget",
        "prompt_id": str(prompt.pk),
        "widget_id": prompt.widget_id,
        "kind": prompt.kind,
        "spec": prompt.spec,
        "tree": prompt.tree,
        "state": str(prompt.state),
        "response_mode": str(prompt.response_mode),
        "asked": str(prompt.asked_id) if prompt.asked_id else None,
        "expires_at": prompt.expires_at.isoformat() if prompt.expires_at else None,
        "answers": [
            {
                "user": str(answer.user_id),
                "name": answer.user.display_name,
                "value": answer.value,
                "cancelled": answer.cancelled,
                "at": answer.created_at.isoformat(),
            }
            for answer in answers
        ],
    }


def is_online(presence: Presence | None) -> bool:
    """Whether the agent is connected, as far as is known."""
    return bool(presence and presence.connection and presence.until and presence.until > timezone.now())


def announce(agent: Agent) -> Agent:
    """Show the agent as it is now to its owner, and to everybody where it is shared; within a unit of work.

    Returns it as it is now.
    """
    row = shown_agents().get(pk=agent.pk)
    event = AgentPut(agent=show_agent(row))
    emit(StreamName("user", row.owner_id), event, tenant_id=row.tenant_id)
    if row.shared:
        emit(StreamName("tenant", row.tenant_id), event, tenant_id=row.tenant_id)
    return row


def announce_presence(agent: Agent) -> None:
    """The same, and to those who only meet the agent in a conversation whether it is there; within a unit of work."""
    row = announce(agent)
    if row.shared:
        return
    event = AgentSeen(agent_id=row.pk, online=is_online(presence_of(row)))
    here = Participant.objects.filter(left_at__isnull=True)
    others = here.filter(kind=Participant.Kind.USER).exclude(user=row.owner_id)
    met = here.filter(agent_id=row.pk, conversation__in=others.values("conversation"))
    for conversation_id in met.values_list("conversation_id", flat=True):
        emit(conversation_stream(conversation_id), event, tenant_id=row.tenant_id)


def announce_removal(agent: Agent) -> None:
    """Take a deleted agent from its owner's list and, where it was shared, from everybody's; within a unit of work."""
    event = AgentRemoved(agent_id=agent.pk)
    emit(StreamName("user", agent.owner_id), event, tenant_id=agent.tenant_id)
    if agent.shared:
        announce_unsharing(agent)


def announce_unsharing(agent: Agent) -> None:
    """Take the agent from the organisation's lists; within a unit of work."""
    emit(StreamName("tenant", agent.tenant_id), AgentRemoved(agent_id=agent.pk), tenant_id=agent.tenant_id)


def presence_of(row: Agent) -> Presence | None:
    """The agent's lease, None where it was never connected (loaded with `select_related`)."""
    try:
        return row.presence
    except Presence.DoesNotExist:
        return None
