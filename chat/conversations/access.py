"""Stage: access. A conversation belongs to its participants; everybody else gets NotFound."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Left

from chat.conversations.models import Attachment, Conversation, Message, Participant
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor

# What is shown with a message, to be loaded with it.
SHOWN_WITH: Final = ("sender", "sender__user", "reply_to", "reply_to__sender", "reply_to__sender__user")

# Characters of a newest message from which its excerpt is made.
LOOKED_AT: Final = 700


def visible_conversations(actor: Actor) -> QuerySet[Conversation]:
    """Those that the actor takes part in, the most recently used first."""
    mine = Participant.objects.filter(user=actor.user, left_at__isnull=True)
    return shown_conversations().filter(tenant=actor.tenant, pk__in=mine.values("conversation_id"))


def shown_conversations() -> QuerySet[Conversation]:
    """All of them, with what is shown of one loaded: who takes or took part, and (`newest`) the last message."""
    people = Participant.objects.select_related("user").order_by("joined_at", "id")
    newest = Message.objects.filter(number=F("conversation__last_number")).select_related("sender", "sender__user")
    newest = newest.defer("text", "payload").annotate(
        beginning=Left("text", LOOKED_AT), sort=KT("payload__type"), named=KT("payload__title")
    )
    loaded = (Prefetch("participants", people), Prefetch("messages", newest, to_attr="newest"))
    return Conversation.objects.select_related("app").prefetch_related(*loaded).order_by("-updated_at", "-id")


def unread_conversations(actor: Actor) -> dict[str, int]:
    """The number of the newest message of each conversation in which the actor has not read it, by id."""
    own = Participant.objects.filter(tenant=actor.tenant, user=actor.user, left_at__isnull=True)
    behind = own.filter(last_read_number__lt=F("conversation__last_number"))
    return {str(key): number for key, number in behind.values_list("conversation_id", "conversation__last_number")}


def get_conversation(actor: Actor, conversation_id: object) -> Conversation:
    """A conversation of the actor. Raises NotFound."""
    key = parse_id(conversation_id, "conversation")
    return get_or_404(visible_conversations(actor), "conversation", pk=key)


def has_assistant(conversation: Conversation) -> bool:
    """Whether the assistant takes part, and so answers."""
    return conversation.participants.filter(kind=Participant.Kind.ASSISTANT, left_at__isnull=True).exists()


def messages_of(conversation: Conversation) -> QuerySet[Message]:
    """Its messages in order, with all that is shown of them loaded."""
    rows = Message.objects.filter(conversation=conversation).select_related(*SHOWN_WITH)
    return rows.prefetch_related("attachments").order_by("number")


def get_message(actor: Actor, conversation: Conversation, message_id: object) -> Message:
    """A message of a conversation of the actor. Raises NotFound."""
    return get_or_404(messages_of(conversation), "message", pk=parse_id(message_id, "message"))


def get_attachment(actor: Actor, conversation: Conversation, attachment_id: object) -> Attachment:
    """A file that was said in a conversation of the actor, or that is theirs to say. Raises NotFound."""
    said_or_own = Q(message__isnull=False) | Q(sender__user=actor.user)
    rows = Attachment.objects.filter(said_or_own, conversation=conversation).select_related("blob")
    return get_or_404(rows, "attachment", pk=parse_id(attachment_id, "attachment"))
