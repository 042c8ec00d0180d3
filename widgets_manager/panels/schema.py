"""Stage: views. The shapes of this room in the OpenAPI document (docs/panels.md tells the story)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from widgets_manager.core.schema import Problem
from widgets_manager.widgets.schema import PixelSize


class OperationWish(serializers.Serializer[Any]):
    """Which panel, by either id (a built-in needs none), and the operation's parameters."""

    instanceId = serializers.UUIDField(required=False)
    panelId = serializers.CharField(required=False)
    params = serializers.DictField(required=False)


class PluginPage(serializers.Serializer[Any]):
    """How high a plugin's page is shown, in pixels."""

    max_height = serializers.IntegerField()
    default_height = serializers.IntegerField()


class PanelSandbox(serializers.Serializer[Any]):
    """The widget whose script, or plugin whose page, shows the panel in a frame; sizes are those of the manifest."""

    widget_id = serializers.UUIDField()
    status = serializers.CharField(help_text="`ready` or `chat_only`.")
    problems = Problem(many=True)
    permissions = serializers.ListField(child=serializers.CharField())
    network_allowlist = serializers.ListField(child=serializers.CharField())
    config = serializers.DictField(help_text="Of this place, with the defaults of the manifest's configSchema.")
    min_size = PixelSize(allow_null=True)
    preferred_size = PixelSize(allow_null=True)
    plugin = PluginPage(allow_null=True, help_text="Null for a script.")
    name = serializers.CharField()
    source = serializers.CharField(help_text="Host that it was installed from, or 'uploaded file'.")  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    version = serializers.CharField()
    hash = serializers.CharField(help_text="The first twelve characters of the package's hash.")
    in_chat = serializers.BooleanField(help_text="Whether it has intents, by which the chat knows it.")
    can_retry = serializers.BooleanField(help_text="Whether the caller may have its script fetched again.")


class PanelFields(serializers.Serializer[Any]):
    """A panel beside what it shows."""

    panel_id = serializers.CharField()
    instance_id = serializers.UUIDField(allow_null=True)
    workspace_id = serializers.UUIDField(allow_null=True)
    slug = serializers.CharField()
    panel_type = serializers.CharField()
    title = serializers.CharField()
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    builtin = serializers.BooleanField()
    sandbox = PanelSandbox(allow_null=True)


class PanelViewAnswer(serializers.Serializer[Any]):
    """A tree of declarative primitives (docs/declarative.md) and the data that its expressions name."""

    panel = PanelFields()
    tree = serializers.DictField()
    data = serializers.DictField()  # type: ignore[assignment]  # DRF keeps fields apart from attributes
