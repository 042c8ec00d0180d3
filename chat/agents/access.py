"""Stage: access. Which agents an actor sees, who is behind an agent's token, and what an agent may read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from chat.agents.models import Agent, AgentBlob, WidgetPrompt
from chat.conversations.models import Attachment, Conversation, Message, Participant
from widgets_manager.core.access import get_or_404, not_found, parse_id
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import NotSignedIn, PermissionDenied
from widgets_manager.core.models import Membership, Role
from widgets_manager.core.secrets import hash_secret
from widgets_manager.files.models import Blob

RECENT: Final = timedelta(days=7)
TOKEN_KIND: Final = "wma"  # noqa: S105  (the first letters of every agent's token, no token)


@dataclass(frozen=True, slots=True)
class Caller:
    """An agent that came with its token: it acts as `actor`, its owner; `token_hash` is the token's."""

    agent: Agent
    actor: Actor
    token_hash: str


def shown_agents() -> QuerySet[Agent]:
    """All agents that are not deleted, with what is shown of one loaded: `recent_messages` counts the last week's."""
    said = Message.objects.filter(sender__agent_id=OuterRef("pk"), created_at__gt=timezone.now() - RECENT)
    recent = Subquery(said.order_by().values("sender__agent_id").annotate(count=Count("pk")).values("count"))
    rows = Agent.objects.filter(deleted_at=None).select_related("owner", "presence")
    return rows.annotate(recent_messages=Coalesce(recent, 0))


def visible_agents(actor: Actor) -> QuerySet[Agent]:
    """The actor's own, the shared ones of the tenant, and for an admin all of them."""
    rows = shown_agents().filter(tenant=actor.tenant)
    return rows if actor.is_admin else rows.filter(Q(owner=actor.user) | Q(shared=True))


def get_agent(actor: Actor, agent_id: object) -> Agent:
    """An agent that the actor sees. Raises NotFound."""
    return get_or_404(visible_agents(actor), "agent", pk=parse_id(agent_id, "agent"))


def get_managed_agent(actor: Actor, agent_id: object) -> Agent:
    """An agent that the actor may change: their own, or for an admin any. Raises NotFound, PermissionDenied."""
    agent = get_agent(actor, agent_id)
    if agent.owner_id != actor.user_id and not actor.is_admin:
        raise PermissionDenied("Only its owner and admins change an agent.")
    return agent


def agents_in(conversation: Conversation) -> QuerySet[Agent]:
    """Those that take part in it, whoever's they are."""
    here = conversation.participants.filter(kind=Participant.Kind.AGENT, left_at__isnull=True)
    return Agent.objects.filter(pk__in=here.values("agent_id"), deleted_at=None).select_related("presence")


def names_of(actor: Actor, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of those agents that the actor may talk to: their own and the shared ones."""
    rows = Agent.objects.filter(tenant=actor.tenant, deleted_at=None, pk__in=ids)
    return dict(rows.filter(Q(owner=actor.user) | Q(shared=True)).values_list("pk", "name"))


def identify(token: str) -> Caller:
    """Who comes with the token. Raises NotSignedIn when it is unknown or revoked, or its owner has left."""
    return _caller(hash_secret(token))


def identify_again(caller: Caller) -> tuple[Agent, Actor]:
    """The agent and its owner as they are now. Raises NotSignedIn as `identify` does."""
    now = _caller(caller.token_hash)
    return now.agent, now.actor


def _caller(token_hash: str) -> Caller:
    membership = Membership.objects.filter(user=OuterRef("owner"), tenant=OuterRef("tenant"))
    rows = Agent.objects.select_related("owner", "tenant").annotate(role=Subquery(membership.values("role")))
    agent = rows.filter(token_hash=token_hash).first()
    if agent is None:
        raise NotSignedIn("This agent token is unknown or revoked.", code="TOKEN_UNKNOWN")
    if agent.role is None or not agent.owner.is_active:
        raise NotSignedIn("The agent's owner no longer belongs to the organisation.", code="TOKEN_REVOKED")
    actor = Actor(user=agent.owner, tenant=agent.tenant, role=Role(agent.role), via=Via.AGENT)
    return Caller(agent, actor, token_hash)


def conversation_of(agent: Agent, conversation_id: object) -> Conversation:
    """A conversation that the agent takes part in. Raises NotFound."""
    part = Participant.objects.filter(agent_id=agent.pk, left_at__isnull=True)
    rows = Conversation.objects.filter(tenant=agent.tenant_id, pk__in=part.values("conversation_id"))
    return get_or_404(rows, "conversation", pk=parse_id(conversation_id, "conversation"))


def readable_blob(agent: Agent, blob_id: object) -> Blob:
    """A file that the agent uploaded, or that was said in a conversation it takes part in. Raises NotFound."""
    key = parse_id(blob_id, "file")
    part = Participant.objects.filter(agent_id=agent.pk, left_at__isnull=True)
    said = Attachment.objects.filter(message__isnull=False, conversation__in=part.values("conversation_id"))
    own = AgentBlob.objects.filter(agent=agent)
    rows = Blob.objects.filter(Q(pk__in=own.values("blob_id")) | Q(pk__in=said.values("blob_id")))
    return get_or_404(rows.filter(tenant=agent.tenant_id), "file", pk=key)


def newest_prompt(agent: Agent, conversation: Conversation, widget_id: str) -> WidgetPrompt:
    """The prompt that the agent's name for it means now. Raises NotFound."""
    rows = WidgetPrompt.objects.filter(agent=agent, conversation=conversation, widget_id=widget_id)
    prompt = rows.exclude(state=WidgetPrompt.State.REPLACED).first()
    if prompt is None:
        raise not_found("widget")
    return prompt
