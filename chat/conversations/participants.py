"""Stage: actions. Who takes part changes: others are brought in, taken out, or leave; agents go or get another name."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils import timezone

from chat.conversations.actions import delete_conversation
from chat.conversations.events import ConversationRemoved, conversation_stream, emit_to_person
from chat.conversations.joining import invite, join
from chat.conversations.models import Conversation, Participant
from chat.conversations.writing import announce, lock_conversation
from widgets_manager.core.access import not_found, parse_id
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import after_commit, unit_of_work
from widgets_manager.live.events import recheck_access
from widgets_manager.live.streams import StreamName


def add_participants(
    *,
    actor: Actor,
    conversation: Conversation,
    agent_ids: Sequence[object] = (),
    user_ids: Sequence[object] = (),
    assistant: bool = False,
) -> None:
    """Bring agents, people of the organisation or the assistant in; they see what was said before.

    Members only. Raises NotFound for those that the actor may not talk to.
    """
    actor.require_role(Role.MEMBER, "bringing others into a conversation")
    with unit_of_work():
        row = lock_conversation(conversation)
        invite(actor, row, agent_ids=agent_ids, user_ids=user_ids)
        if assistant:
            join(row, Participant.Kind.ASSISTANT)
        record_audit(actor=actor, action="conversation.add", target=row)
        announce(row)


def remove_participant(*, actor: Actor, conversation: Conversation, participant_id: object) -> None:
    """Take somebody out, or leave oneself; the last person to leave deletes the conversation.

    Agents and the assistant are taken out by anybody, people by themselves, by whoever has been here longest, or by
    an admin. Raises PermissionDenied, NotFound.
    """
    with unit_of_work():
        row = lock_conversation(conversation)
        people = row.participants.select_related("user").filter(left_at__isnull=True)
        leaving = people.filter(pk=parse_id(participant_id, "participant")).first()
        if leaving is None:
            raise not_found("participant")
        if leaving.kind == Participant.Kind.USER and leaving.user_id != actor.user_id:
            require_host(actor, row, "taking people out of this conversation")
        _leave(row, leaving)
        record_audit(actor=actor, action="conversation.remove", target=row, participant=str(leaving.pk))
        if people.filter(kind=Participant.Kind.USER).exists():
            announce(row)
        else:
            # In a unit of its own: deleting locks the widgets' session before the conversation.
            after_commit(lambda: delete_conversation(actor=actor, conversation=row))


def remove_agent(agent_id: uuid.UUID) -> None:
    """Take an agent out of all conversations; what it said stays. Runs in the unit of work that deletes it."""
    for row in _of_agent(agent_id):
        if row.left_at is not None:
            continue
        conversation = lock_conversation(row.conversation)
        _leave(conversation, row)
        announce(conversation)


def rename_agent(agent_id: uuid.UUID, name: str) -> None:
    """Show an agent under another name everywhere. Runs in the unit of work that renames it."""
    rows = _of_agent(agent_id)
    Participant.objects.filter(pk__in=[row.pk for row in rows]).update(name=name)
    for row in rows:
        announce(row.conversation)


def require_host(actor: Actor, conversation: Conversation, doing: str) -> None:
    """Raise PermissionDenied unless the actor has been in the conversation longest, or is an admin."""
    people = conversation.participants.filter(kind=Participant.Kind.USER, left_at__isnull=True)
    first = people.order_by("joined_at", "id").first()
    if not actor.is_admin and first is not None and first.user_id != actor.user_id:
        raise PermissionDenied(f"Who has been here longest, or an admin, decides on {doing}; you may leave it.")


def _of_agent(agent_id: uuid.UUID) -> list[Participant]:
    # In the order of their keys: two units that take the same conversations do not wait for each other.
    rows = Participant.objects.filter(agent_id=agent_id).select_related("conversation")
    return list(rows.order_by("conversation_id"))


def _leave(conversation: Conversation, row: Participant) -> None:
    row.left_at = timezone.now()
    row.save(update_fields=["left_at"])
    if row.user_id is not None:
        emit_to_person(conversation, row.user_id, ConversationRemoved(conversation_id=str(conversation.pk)))
        recheck_access(conversation_stream(conversation.pk), tenant_id=conversation.tenant_id)
        recheck_access(StreamName("session", conversation.pk), tenant_id=conversation.tenant_id)
