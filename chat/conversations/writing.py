"""Stage: actions. What the writes of this room are made of: rows are held, a message is added, all is shown."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from chat.conversations.access import SHOWN_WITH, get_message, shown_conversations
from chat.conversations.events import ConversationPut, MessagePut, emit_to_conversation, emit_to_people
from chat.conversations.models import Conversation, Message, Participant
from chat.conversations.serializers import show_conversation, show_message
from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work


def lock_conversation(conversation: Conversation) -> Conversation:
    """The row as it is now, held until the transaction ends; it is locked before its messages. Raises NotFound."""
    row = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk).first()
    if row is None:
        raise not_found("conversation")
    return row


def messages_to_lock() -> QuerySet[Message]:
    """Messages that are held until the transaction ends, with their conversation and all that is shown of them."""
    locked = Message.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("conversation", *SHOWN_WITH)


def lock_message(message: Message) -> Message:
    """The row as it is now, held until the transaction ends. Raises NotFound."""
    found = messages_to_lock().filter(pk=message.pk).first()
    if found is None:
        raise not_found("message")
    return found


def add_message(
    conversation: Conversation,
    sender: Participant,
    text: str,
    payload: dict[str, Any],
    reply_to: Message | None,
    status: str = Message.Status.COMPLETE,
) -> Message:
    """The next message of a conversation that is held; nobody is told yet."""
    conversation.last_number += 1
    conversation.save(update_fields=["last_number"])
    return Message.objects.create(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        sender=sender,
        number=conversation.last_number,
        text=text,
        payload=payload,
        status=status,
        reply_to=reply_to,
    )


def announce(conversation: Conversation) -> None:
    """Show the conversation as it is now to everybody in it."""
    fresh = shown_conversations().get(pk=conversation.pk)
    event = ConversationPut(conversation=show_conversation(fresh))
    emit_to_conversation(conversation, event)
    emit_to_people(conversation, event)


def update_payload(*, actor: Actor, conversation: Conversation, message_id: object, payload: dict[str, Any]) -> Message:
    """Replace the structured part of a message, for example once its question is answered."""
    return set_payload(message=get_message(actor, conversation, message_id), payload=payload)


def set_payload(*, message: Message, payload: dict[str, Any]) -> Message:
    """Replace the structured part of a message, and show that to everybody who has it open. Raises NotFound."""
    with unit_of_work():
        row = lock_message(message)
        row.payload, row.updated_at = payload, timezone.now()
        row.save(update_fields=["payload", "updated_at"])
        emit_to_conversation(row.conversation, MessagePut(message=show_message(row)))
    return row
