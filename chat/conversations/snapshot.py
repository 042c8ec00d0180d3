"""Stage: views. The conversation stream: who may follow it, and its state to begin with."""

from __future__ import annotations

import uuid
from typing import Any, Final

from chat.conversations.access import get_conversation, messages_of
from chat.conversations.serializers import show_conversation, show_message
from widgets_manager.core.actor import Actor

RECENT_MESSAGES: Final = 50


def authorize(actor: Actor, key: uuid.UUID) -> uuid.UUID:
    """The tenant of a conversation that the actor takes part in. Raises NotFound."""
    return get_conversation(actor, key).tenant_id


def snapshot(actor: Actor, key: uuid.UUID) -> dict[str, Any]:
    """The conversation and its newest messages, oldest of them first."""
    conversation = get_conversation(actor, key)
    newest = list(messages_of(conversation).order_by("-number")[: RECENT_MESSAGES + 1])
    shown = [show_message(row) for row in reversed(newest[:RECENT_MESSAGES])]
    return {
        "conversation": show_conversation(conversation),
        "messages": shown,
        "has_more": len(newest) > RECENT_MESSAGES,
    }
