"""Stage: views. The shapes of conversations in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from chat.conversations.models import Message, Participant

QUERY: Final = OpenApiParameter("q", str, description="Part of the title.")
BEFORE: Final = OpenApiParameter("before", int, description="Only messages before this number.")


class ParticipantFields(serializers.Serializer[Any]):
    """Who takes part."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Participant.Kind.choices)
    user_id = serializers.UUIDField(allow_null=True)
    agent_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_blank=True)


class ConversationApp(serializers.Serializer[Any]):
    """The app that a conversation is about."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ConversationFields(serializers.Serializer[Any]):
    """A conversation without its messages."""

    id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    app = ConversationApp(allow_null=True)
    participants = ParticipantFields(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ConversationsAnswer(serializers.Serializer[Any]):
    """One's conversations, the most recently used first."""

    conversations = ConversationFields(many=True)


class ConversationAnswer(serializers.Serializer[Any]):
    """The conversation as it is now."""

    conversation = ConversationFields()


class NewConversation(serializers.Serializer[Any]):
    """A title, or none: the first message gives one; the app that it is about, or none."""

    title = serializers.CharField(required=False, max_length=200)
    app = serializers.UUIDField(required=False, allow_null=True)


class NewTitle(serializers.Serializer[Any]):
    """Another title."""

    title = serializers.CharField(max_length=200)


class MessageFields(serializers.Serializer[Any]):
    """What was said; `payload` is empty or has a `type`.

    Of answers: result, confirmation, choices, error, tools. Of widgets: widget, widget_event, widget_message.
    """

    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    number = serializers.IntegerField()
    sender = ParticipantFields()
    text = serializers.CharField(allow_blank=True)
    payload = serializers.DictField()
    status = serializers.ChoiceField(Message.Status.choices)
    reply_to = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class HistoryAnswer(serializers.Serializer[Any]):
    """Messages, oldest first; `has_more` when there are older ones."""

    messages = MessageFields(many=True)
    has_more = serializers.BooleanField()


class MessageAnswer(serializers.Serializer[Any]):
    """The message as it is now."""

    message = MessageFields()
