"""Stage: views. The shapes of asking and answering in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from chat.conversations.schema import MessageFields


class Question(serializers.Serializer[Any]):
    """What is said, with files and as a reply to what; and what is on the person's screen."""

    text = serializers.CharField(max_length=20_000, required=False, help_text="Required without attachments.")
    attachments = serializers.ListField(child=serializers.UUIDField(), required=False)
    reply_to = serializers.UUIDField(required=False, allow_null=True)
    visiblePanelIds = serializers.ListField(child=serializers.CharField(), required=False)
    focusedPanelId = serializers.CharField(required=False)
    skillId = serializers.UUIDField(required=False)


class Start(serializers.Serializer[Any]):
    """Which tool, and its arguments."""

    pluginId = serializers.UUIDField()
    arguments = serializers.DictField(required=False)


class ToolFields(serializers.Serializer[Any]):
    """The tool of a plugin, or a skill; of a skill `parameters` is null."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="`tool` or `skill`.")
    name = serializers.CharField()
    tool = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    trigger = serializers.CharField()
    permission = serializers.CharField(help_text="`read` or `write`.")
    parameters = serializers.DictField(allow_null=True)
    examples = serializers.ListField(child=serializers.CharField())


class ToolsAnswer(serializers.Serializer[Any]):
    """What a person may start."""

    tools = ToolFields(many=True)


class AskedAnswer(serializers.Serializer[Any]):
    """Both messages; the answer is still unwritten, its words come on the stream `conversation:<id>`.

    It is null where the assistant takes no part, or only files were sent.
    """

    message = MessageFields()
    answer = MessageFields(allow_null=True)


class AnswerAnswer(serializers.Serializer[Any]):
    """The answer's message."""

    answer = MessageFields()


class Choice(serializers.Serializer[Any]):
    """Which of the candidates, from 0."""

    index = serializers.IntegerField(min_value=0)


class Decision(serializers.Serializer[Any]):
    """Yes or no."""

    accept = serializers.BooleanField()


class Reasons(serializers.Serializer[Any]):
    """How an answer came about."""

    provider = serializers.CharField()
    model = serializers.CharField(allow_blank=True)
    generation = serializers.CharField(allow_blank=True)
    prompt_section = serializers.CharField(allow_blank=True)
    visible_panel_ids = serializers.ListField(child=serializers.CharField(), allow_null=True)
    focused_panel_id = serializers.CharField(allow_blank=True)
    steps = serializers.ListField(child=serializers.DictField())


class WhyAnswer(serializers.Serializer[Any]):
    """How an answer came about."""

    why = Reasons()


class ProviderFields(serializers.Serializer[Any]):
    """Who answers."""

    label = serializers.CharField()  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    offline = serializers.BooleanField()


class ProviderAnswer(serializers.Serializer[Any]):
    """Who answers."""

    provider = ProviderFields()
