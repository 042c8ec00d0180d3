"""Stage: access. A conversation belongs to its participants; everybody else gets NotFound."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from chat.conversations.models import Conversation, Message, Participant
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor


def visible_conversations(actor: Actor) -> QuerySet[Conversation]:
    """Those that the actor takes part in, the most recently used first, participants loaded."""
    people = Prefetch("participants", queryset=Participant.objects.select_related("user"))
    rows = Conversation.objects.filter(tenant=actor.tenant, participants__user=actor.user)
    return rows.select_related("app").prefetch_related(people).order_by("-updated_at", "-id")


def get_conversation(actor: Actor, conversation_id: object) -> Conversation:
    """A conversation of the actor. Raises NotFound."""
    key = parse_id(conversation_id, "conversation")
    return get_or_404(visible_conversations(actor), "conversation", pk=key)


def messages_of(conversation: Conversation) -> QuerySet[Message]:
    """Its messages in order, senders loaded."""
    return Message.objects.filter(conversation=conversation).select_related("sender", "sender__user").order_by("number")


def get_message(actor: Actor, conversation: Conversation, message_id: object) -> Message:
    """A message of a conversation of the actor. Raises NotFound."""
    return get_or_404(messages_of(conversation), "message", pk=parse_id(message_id, "message"))
