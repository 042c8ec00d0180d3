"""Stage: access. Finding conversations by their titles and by what was said in them."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from chat.conversations.models import Conversation, Message

AROUND: Final = 60


def search_conversations(rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Those whose title or messages contain the words as they stand, in any case; `found_id` is their newest hit."""
    hits = Message.objects.filter(conversation=OuterRef("pk"), text__icontains=words).order_by("-number")
    found = rows.annotate(found_id=Subquery(hits.values("pk")[:1]))
    return found.filter(Q(title__icontains=words) | Q(found_id__isnull=False))


def show_hits(rows: list[Conversation], words: str) -> dict[str, dict[str, Any]]:
    """What was found in the messages of found conversations, by conversation: the message and the words around it."""
    ids = [row.found_id for row in rows if row.found_id]  # type: ignore[attr-defined]  # annotated
    messages = Message.objects.filter(pk__in=ids).only("conversation_id", "number", "text")
    return {
        str(one.conversation_id): {"message_id": str(one.pk), "number": one.number, "text": around(one.text, words)}
        for one in messages
    }


def around(text: str, words: str) -> str:
    """The first place of the words in a text, with some of what stands before and after, on one line."""
    at = max(text.lower().find(words.lower()), 0)
    start, end = max(at - AROUND, 0), at + len(words) + AROUND
    shown = " ".join(text[start:end].split())
    return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"
