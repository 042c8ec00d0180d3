"""Stage: views. The shapes of this room in the OpenAPI document (docs/panels.md tells the story)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class OperationWish(serializers.Serializer[Any]):
    """Which panel, by either id (a built-in needs none), and the operation's parameters."""

    instanceId = serializers.UUIDField(required=False)
    panelId = serializers.CharField(required=False)
    params = serializers.DictField(required=False)


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


class PanelViewAnswer(serializers.Serializer[Any]):
    """A tree of declarative primitives (docs/declarative.md) and the data that its expressions name."""

    panel = PanelFields()
    tree = serializers.DictField()
    data = serializers.DictField()  # type: ignore[assignment]  # DRF keeps fields apart from attributes
