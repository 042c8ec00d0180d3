"""Stage: events. What open chats learn."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from chat.conversations.models import Conversation, Participant
from widgets_manager.live.events import Event, emit
from widgets_manager.live.streams import StreamName


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePut(Event):
    """A message was said, or an answer grew or ended."""

    type: ClassVar[str] = "message.put"
    message: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPut(Event):
    """A conversation was begun, renamed or used, or others take part."""

    type: ClassVar[str] = "conversation.put"
    conversation: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRemoved(Event):
    """A conversation was deleted, or left by the receiver."""

    type: ClassVar[str] = "conversation.removed"
    conversation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRead(Event):
    """Somebody who takes part has seen everything up to a message."""

    type: ClassVar[str] = "conversation.read"
    conversation_id: str
    participant_id: str
    number: int


def conversation_stream(conversation_id: uuid.UUID) -> StreamName:
    """What everybody in the conversation sees."""
    return StreamName("conversation", conversation_id)


def emit_to_conversation(conversation: Conversation, event: Event) -> None:
    """To everybody who has it open."""
    emit(conversation_stream(conversation.pk), event, tenant_id=conversation.tenant_id)


def emit_to_people(conversation: Conversation, event: Event) -> None:
    """To every user in it, whatever they have open."""
    people = Participant.objects.filter(conversation=conversation, kind="user", left_at__isnull=True)
    for user_id in people.values_list("user_id", flat=True):
        if user_id is not None:
            emit_to_person(conversation, user_id, event)


def emit_to_person(conversation: Conversation, user_id: uuid.UUID, event: Event) -> None:
    """To one of them, whatever they have open."""
    emit(StreamName("user", user_id), event, tenant_id=conversation.tenant_id)
