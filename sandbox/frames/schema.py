"""Stage: views. The shapes of this room in the OpenAPI document (docs/sandbox.md tells the story)."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from sandbox.frames.actions.grants import ANSWERS
from sandbox.frames.models import Grant

INSTANCE_ID: Final = OpenApiParameter("instanceId", str, description="Place of a widget with a script.")
ITS_INSTANCE_ID: Final = OpenApiParameter("instanceId", str, description=INSTANCE_ID.description, required=True)


class BridgeContext(serializers.Serializer[Any]):
    """What is on the person's screen."""

    visiblePanelIds = serializers.ListField(child=serializers.CharField(), required=False)
    focusedPanelId = serializers.CharField(required=False)
    conversationId = serializers.UUIDField(required=False)


class BridgeCall(serializers.Serializer[Any]):
    """What a script asks for, and by which place of its widget."""

    instanceId = serializers.UUIDField()
    method = serializers.CharField()
    params = serializers.DictField(required=False)
    context = BridgeContext(required=False)  # type: ignore[assignment]  # DRF keeps fields apart from attributes


class BridgeAnswer(serializers.Serializer[Any]):
    """What the method answers: any JSON."""

    result = serializers.JSONField(allow_null=True)


class GrantWidget(serializers.Serializer[Any]):
    """The widget that was answered."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    source = serializers.CharField(help_text="Host that it was installed from, or 'uploaded file'.")  # type: ignore[assignment]  # likewise


class GrantPanel(serializers.Serializer[Any]):
    """The place that was answered."""

    panel_id = serializers.CharField()
    title = serializers.CharField()
    workspace_id = serializers.UUIDField()
    workspace = serializers.CharField()


class GrantFields(serializers.Serializer[Any]):
    """An answer; it counts while it has not run out and the widget wants no more than when it was given."""

    instance_id = serializers.UUIDField()
    permission = serializers.CharField()
    level = serializers.ChoiceField(Grant.Level.choices)
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    current = serializers.BooleanField()
    widget = GrantWidget()
    panel = GrantPanel()


class GrantsAnswer(serializers.Serializer[Any]):
    """The caller's answers, newest first."""

    grants = GrantFields(many=True)


class GrantAnswer(serializers.Serializer[Any]):
    """The answer that is kept; null for `deny`."""

    grant = GrantFields(allow_null=True)


class GrantDecision(serializers.Serializer[Any]):
    """An answer, and what the person was shown: `once` counts for exactly this method with these params."""

    instanceId = serializers.UUIDField()
    permission = serializers.CharField()
    level = serializers.ChoiceField(ANSWERS)
    expiresAt = serializers.DateTimeField(required=False)
    method = serializers.CharField(required=False)
    params = serializers.DictField(required=False)


class Revocation(serializers.Serializer[Any]):
    """Which answer to forget."""

    instanceId = serializers.UUIDField()
    permission = serializers.CharField()


class NetworkRequestFields(serializers.Serializer[Any]):
    """A request that a widget had this server make; without status it was refused or failed, as `error` says."""

    method = serializers.CharField()
    url = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField(help_text="Bytes of the answer.")
    milliseconds = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)


class NetworkLogAnswer(serializers.Serializer[Any]):
    """The newest hundred requests of a place."""

    requests = NetworkRequestFields(many=True)
