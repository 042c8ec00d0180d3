"""Stage: actions. Who comes into a conversation."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from django.utils import timezone

from chat.conversations.listeners import names_of_agents
from chat.conversations.models import Conversation, Participant
from widgets_manager.core.access import not_found, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.models import Membership, Role, User

MAX_PARTICIPANTS: Final = 50


def join(
    conversation: Conversation,
    kind: str,
    *,
    user: User | None = None,
    agent_id: uuid.UUID | None = None,
    name: str = "",
) -> Participant:
    """Let somebody in, or in again; what was said before counts as read. Runs in a unit of work."""
    row, new = Participant.objects.get_or_create(
        conversation=conversation,
        kind=kind,
        user=user,
        agent_id=agent_id,
        defaults={
            "tenant_id": conversation.tenant_id,
            "name": name,
            "last_read_number": conversation.last_number,
        },
    )
    if not new and (row.left_at is not None or row.name != name):
        if row.left_at is not None:
            row.joined_at, row.left_at, row.last_read_number = timezone.now(), None, conversation.last_number
        row.name = name
        row.save(update_fields=["joined_at", "left_at", "last_read_number", "name"])
    return row


def invite(
    actor: Actor, conversation: Conversation, *, agent_ids: Sequence[object], user_ids: Sequence[object]
) -> None:
    """Let agents and people of the organisation in; runs in a unit of work, the conversation locked or new.

    Members only. Raises NotFound for those that the actor may not talk to, InvalidInput for too many.
    """
    if not agent_ids and not user_ids:
        return
    actor.require_role(Role.MEMBER, "bringing others into a conversation")
    agents = [parse_id(one, "agent") for one in agent_ids]
    for agent_id, name in names_of_agents(actor, agents).items():
        join(conversation, Participant.Kind.AGENT, agent_id=agent_id, name=name)
    for user in _people(actor, user_ids):
        join(conversation, Participant.Kind.USER, user=user)
    if conversation.participants.filter(left_at__isnull=True).count() > MAX_PARTICIPANTS:
        raise InvalidInput(f"user_ids: at most {MAX_PARTICIPANTS} can take part in a conversation", path="user_ids")


def _people(actor: Actor, user_ids: Sequence[object]) -> list[User]:
    keys = {parse_id(one, "member") for one in user_ids}
    rows = Membership.objects.filter(tenant=actor.tenant, user__is_active=True, user__in=keys).select_related("user")
    found = {row.user_id: row.user for row in rows}
    if keys - set(found):
        raise not_found("member")
    return list(found.values())
