"""Stage: views. The shapes of agents in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from chat.conversations.schema import MessageFields


class AgentOwner(serializers.Serializer[Any]):
    """Whose agent it is."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class AgentFields(serializers.Serializer[Any]):
    """An agent without its token; `recent_messages` are those of the last seven days."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    owner = AgentOwner()
    shared = serializers.BooleanField()
    token_hint = serializers.CharField(help_text="The first characters of its token.")
    online = serializers.BooleanField()
    revoked = serializers.BooleanField()
    recent_messages = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    rotated_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_seen_at = serializers.DateTimeField(allow_null=True)


class AgentsAnswer(serializers.Serializer[Any]):
    """One's own agents and the shared ones, for admins all of the organisation."""

    agents = AgentFields(many=True)


class AgentAnswer(serializers.Serializer[Any]):
    """The agent as it is now."""

    agent = AgentFields()


class MetAgent(serializers.Serializer[Any]):
    """An agent of a conversation; everything else of it stands among those who take part."""

    id = serializers.UUIDField()
    online = serializers.BooleanField()


class MetAgentsAnswer(serializers.Serializer[Any]):
    """The agents of a conversation."""

    agents = MetAgent(many=True)


class NewAgent(serializers.Serializer[Any]):
    """An agent to make; only admins share."""

    name = serializers.CharField(max_length=100)
    description = serializers.CharField(required=False, max_length=500, allow_blank=True)
    shared = serializers.BooleanField(required=False)


class AgentChange(serializers.Serializer[Any]):
    """What may change; only admins share and unshare."""

    name = serializers.CharField(required=False, max_length=100)
    description = serializers.CharField(required=False, max_length=500, allow_blank=True)
    shared = serializers.BooleanField(required=False)


class AgentCredentials(serializers.Serializer[Any]):
    """What the agent's process needs."""

    AGENT_ID = serializers.UUIDField()
    AGENT_TOKEN = serializers.CharField()
    AGENT_BASE_URL = serializers.CharField()
    AGENT_WS_URL = serializers.CharField()


class AgentCredentialsAnswer(serializers.Serializer[Any]):
    """The agent and its credentials, shown this once; `env` are the lines of an `.env` file."""

    agent = AgentFields()
    credentials = AgentCredentials()
    env = serializers.CharField()


class WidgetAnswerBody(serializers.Serializer[Any]):
    """An answer, or that there will be none."""

    value = serializers.JSONField(required=False, help_text="Of the form that the widget's kind has: docs/agents.md.")
    cancelled = serializers.BooleanField(required=False)


class WidgetAnswered(serializers.Serializer[Any]):
    """The widget's message as it is now, and the answer as a message of the person."""

    message = MessageFields()
    answer = MessageFields()


class StoredBlob(serializers.Serializer[Any]):
    """A file that was stored for an agent."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField()
