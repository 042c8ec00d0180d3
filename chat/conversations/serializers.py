"""Stage: events. What the API and live events show of conversations and messages."""

from __future__ import annotations

from typing import Any

from chat.conversations.models import Conversation, Message, Participant


def show_participant(row: Participant) -> dict[str, Any]:
    """Who takes part (its user loaded)."""
    names = {"assistant": "Assistant", "agent": "Agent"}
    return {
        "id": str(row.pk),
        "kind": str(row.kind),
        "user_id": str(row.user_id) if row.user_id else None,
        "agent_id": str(row.agent_id) if row.agent_id else None,
        "name": row.user.display_name if row.user else names.get(row.kind, ""),
    }


def show_conversation(row: Conversation) -> dict[str, Any]:
    """A conversation without its messages (its app loaded)."""
    return {
        "id": str(row.pk),
        "title": row.title,
        "app": {"id": str(row.app.pk), "name": row.app.name} if row.app else None,
        "participants": [show_participant(one) for one in row.participants.all()],
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def show_message(row: Message) -> dict[str, Any]:
    """A message with its sender (loaded)."""
    return {
        "id": str(row.pk),
        "conversation_id": str(row.conversation_id),
        "number": row.number,
        "sender": show_participant(row.sender),
        "text": row.text,
        "payload": row.payload,
        "status": str(row.status),
        "reply_to": str(row.reply_to_id) if row.reply_to_id else None,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
