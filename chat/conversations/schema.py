"""Stage: views. The shapes of conversations in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from chat.conversations.models import Message, Participant

QUERY: Final = OpenApiParameter("q", str, description="Part of the title, or of something that was said.")
AGENT: Final = OpenApiParameter("agent", str, description="Only those in which this agent takes part.")
BEFORE: Final = OpenApiParameter("before", int, description="Only messages before this number.")


class SenderFields(serializers.Serializer[Any]):
    """Who says something."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Participant.Kind.choices)
    user_id = serializers.UUIDField(allow_null=True)
    agent_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_blank=True)


class ParticipantFields(SenderFields):
    """Who takes part or took part; `last_read_number` is the newest message that a person or an agent has seen."""

    last_read_number = serializers.IntegerField()
    left = serializers.BooleanField()


class LastMessage(serializers.Serializer[Any]):
    """The newest message of a conversation, shortened."""

    sender_id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(Message.Status.choices)
    created_at = serializers.DateTimeField()


class ConversationApp(serializers.Serializer[Any]):
    """The app that a conversation is about."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ConversationFields(serializers.Serializer[Any]):
    """A conversation without its messages; unread is `last_number` less one's own `last_read_number`."""

    id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    app = ConversationApp(allow_null=True)
    participants = ParticipantFields(many=True)
    last_number = serializers.IntegerField()
    last_message = LastMessage(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class Hit(serializers.Serializer[Any]):
    """A message in which the words stand, with some of what is around them."""

    message_id = serializers.UUIDField()
    number = serializers.IntegerField()
    text = serializers.CharField()


class ConversationsAnswer(serializers.Serializer[Any]):
    """One's conversations, the most recently used first; `hits` by conversation when words were searched for."""

    conversations = ConversationFields(many=True)
    hits = serializers.DictField(child=Hit(), required=False)


class ConversationAnswer(serializers.Serializer[Any]):
    """The conversation as it is now."""

    conversation = ConversationFields()


class NewConversation(serializers.Serializer[Any]):
    """A title, or none: the first message gives one; the app that it is about, or none; who takes part besides."""

    title = serializers.CharField(required=False, max_length=200)
    app = serializers.UUIDField(required=False, allow_null=True)
    agent_ids = serializers.ListField(child=serializers.UUIDField(), required=False)
    user_ids = serializers.ListField(child=serializers.UUIDField(), required=False)
    assistant = serializers.BooleanField(required=False)


class NewParticipants(serializers.Serializer[Any]):
    """Who is brought in."""

    agent_ids = serializers.ListField(child=serializers.UUIDField(), required=False)
    user_ids = serializers.ListField(child=serializers.UUIDField(), required=False)
    assistant = serializers.BooleanField(required=False)


class ParticipantAnswer(serializers.Serializer[Any]):
    """Oneself as a participant."""

    participant = ParticipantFields()


class ReadUpTo(serializers.Serializer[Any]):
    """The newest message seen."""

    number = serializers.IntegerField(min_value=0)


class AttachmentFields(serializers.Serializer[Any]):
    """A file of a conversation; `mime` is by its content, width and height are a picture's pixels."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    mime = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()


class NewAttachment(serializers.Serializer[Any]):
    """A file to be said."""

    file = serializers.FileField()


class AttachmentAnswer(serializers.Serializer[Any]):
    """What was stored."""

    attachment = AttachmentFields()


class QuoteFields(serializers.Serializer[Any]):
    """What a message replies to, shortened."""

    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)


class NewTitle(serializers.Serializer[Any]):
    """Another title."""

    title = serializers.CharField(max_length=200)


class MessageFields(serializers.Serializer[Any]):
    """What was said; `payload` is empty or has a `type`.

    Of answers: result, confirmation, choices, error, tools. Of widgets: widget, widget_event, widget_message.
    Of agents: agent_widget.
    """

    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    number = serializers.IntegerField()
    sender = SenderFields()
    text = serializers.CharField(
        allow_blank=True, help_text="Of agents the first 40,000 characters, in lists and events."
    )
    text_length = serializers.IntegerField(help_text="Characters of the whole text.")
    payload = serializers.DictField()
    status = serializers.ChoiceField(Message.Status.choices)
    reply_to = serializers.UUIDField(allow_null=True)
    quote = QuoteFields(allow_null=True)
    attachments = AttachmentFields(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class HistoryAnswer(serializers.Serializer[Any]):
    """Messages, oldest first; `has_more` when there are older ones."""

    messages = MessageFields(many=True)
    has_more = serializers.BooleanField()


class MessageAnswer(serializers.Serializer[Any]):
    """The message as it is now."""

    message = MessageFields()
