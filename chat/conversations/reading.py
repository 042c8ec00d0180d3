"""Stage: actions. How far somebody has read, and that somebody is writing."""

from __future__ import annotations

from typing import Final

from chat.conversations.events import ConversationRead, conversation_stream, emit_to_conversation, emit_to_person
from chat.conversations.models import Conversation, Participant
from chat.conversations.serializers import show_sender
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.redis import sync_redis
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.publish import REDIS_FAULTS, publish_ephemeral

TYPING_PAUSE: Final = 1_000  # milliseconds


def mark_read(*, actor: Actor, conversation: Conversation, number: int) -> Participant:
    """The actor has seen everything up to message `number`; a smaller one than before changes nothing."""
    if not 0 <= number <= conversation.last_number:
        raise InvalidInput(f"number: must be from 0 to {conversation.last_number}", path="number")
    own = conversation.participants.get(kind=Participant.Kind.USER, user=actor.user)
    mark_read_by(own, number)
    own.refresh_from_db(fields=["last_read_number"])
    return own


def mark_read_by(participant: Participant, number: int) -> None:
    """The same of a person or an agent; whoever has the conversation open sees it, and the person's other pages do."""
    with unit_of_work():
        rows = Participant.objects.filter(pk=participant.pk, last_read_number__lt=number)
        if not rows.update(last_read_number=number):
            return
        conversation = participant.conversation
        event = ConversationRead(
            conversation_id=str(conversation.pk), participant_id=str(participant.pk), number=number
        )
        emit_to_conversation(conversation, event)
        if participant.user_id is not None:
            emit_to_person(conversation, participant.user_id, event)


def announce_typing(conversation: Conversation, participant: Participant) -> None:
    """Tell whoever has the conversation open that somebody is writing now; forgotten by pages after some seconds.

    Said again within a second it is told once, so that nobody can flood the others' pages.
    """
    if _is_first(participant):
        publish_ephemeral(conversation_stream(conversation.pk), "typing", {"participant": show_sender(participant)})


def _is_first(participant: Participant) -> bool:
    """Whether the last time was a while ago; without Redis there is nobody who could be told."""
    key = f"wm:{participant.tenant_id}:typing:{participant.pk}"
    try:
        return bool(sync_redis().set(key, 1, nx=True, px=TYPING_PAUSE))
    except REDIS_FAULTS:
        return False
