"""Stage: events. What the API and live events show of conversations and messages."""

from __future__ import annotations

from typing import Any, Final

from chat.conversations.models import Attachment, Conversation, Message, Participant

EXCERPT: Final = 160
# Characters of an agent's text that lists and events have; the whole of it is had by asking for the message.
SHOWN_OF_AGENTS: Final = 40_000
# `type` of the payload of messages that hold the place of a widget.
PLACES: Final = ("widget", "plugin_widget")


def show_sender(row: Participant) -> dict[str, Any]:
    """Who says something (its user loaded)."""
    names = {"assistant": "Assistant", "agent": row.name or "Agent"}
    return {
        "id": str(row.pk),
        "kind": str(row.kind),
        "user_id": str(row.user_id) if row.user_id else None,
        "agent_id": str(row.agent_id) if row.agent_id else None,
        "name": row.user.display_name if row.user else names.get(row.kind, ""),
    }


def show_participant(row: Participant) -> dict[str, Any]:
    """Who takes part or took part, and how far they have read."""
    return show_sender(row) | {"last_read_number": row.last_read_number, "left": row.left_at is not None}


def show_conversation(row: Conversation) -> dict[str, Any]:
    """A conversation without its messages (loaded as `shown_conversations` does).

    What a person has not read: `last_number` less their `last_read_number`.
    """
    return {
        "id": str(row.pk),
        "title": row.title,
        "app": {"id": str(row.app.pk), "name": row.app.name} if row.app else None,
        "participants": [show_participant(one) for one in row.participants.all()],
        "last_number": row.last_number,
        "last_message": next((_newest(one) for one in getattr(row, "newest", ())), None),
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def show_message(row: Message, *, whole: bool = False) -> dict[str, Any]:
    """A message with its sender, what it replies to, and its attachments (loaded).

    Agents say whole files: of their texts only the beginning is shown, unless the `whole` is asked for.
    """
    cut = not whole and row.sender.kind == Participant.Kind.AGENT
    return {
        "id": str(row.pk),
        "conversation_id": str(row.conversation_id),
        "number": row.number,
        "sender": show_sender(row.sender),
        "text": row.text[:SHOWN_OF_AGENTS] if cut else row.text,
        "text_length": len(row.text),
        "payload": row.payload,
        "status": str(row.status),
        "reply_to": str(row.reply_to_id) if row.reply_to_id else None,
        "quote": _quote(row.reply_to) if row.reply_to and row.sender.kind != Participant.Kind.ASSISTANT else None,
        "attachments": [show_attachment(one) for one in row.attachments.all()],
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }


def show_attachment(row: Attachment) -> dict[str, Any]:
    """A file; its bytes are at `url`."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "mime": row.mime,
        "size": row.size,
        "width": row.width,
        "height": row.height,
        "url": f"/api/conversations/{row.conversation_id}/attachments/{row.pk}",
    }


def excerpt(text: str, length: int = EXCERPT) -> str:
    """The beginning of a text, on one line."""
    words = " ".join(text[: length * 4].split())
    return words if len(words) <= length else words[: length - 1] + "…"


def _newest(message: Message) -> dict[str, Any]:
    row: Any = message  # with what shown_conversations annotates
    return {
        "sender_id": str(message.sender_id),
        "name": show_sender(message.sender)["name"],
        "text": _in_a_line(row.beginning, row.sort, row.named),
        "status": str(message.status),
        "created_at": message.created_at.isoformat(),
    }


def _quote(message: Message) -> dict[str, Any]:
    text = _in_a_line(message.text, message.payload.get("type"), message.payload.get("title"))
    return {"id": str(message.pk), "name": show_sender(message.sender)["name"], "text": text}


def _in_a_line(text: str, sort: str | None, named: str | None) -> str:
    """A message in a few words. The text of one that holds a widget's place is for the model: people read the title."""
    return excerpt(named or "A widget" if sort in PLACES else text)
