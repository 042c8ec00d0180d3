"""Stage: views. The shapes of chat backends in the OpenAPI document: manifests of a request, intents and results."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.views import APIView

from widgets_manager.core.authentication import BearerTokenAuthentication
from widgets_manager.core.schema import Error

IF_NONE_MATCH: Final = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag of an earlier answer to the same body."
)


class IntentArgs(serializers.Serializer[Any]):
    """The `args` of a `panel_intent`, as the model answered them."""

    panelId = serializers.CharField()
    intentName = serializers.CharField()
    params = serializers.DictField(required=False)


class IntentWish(serializers.Serializer[Any]):
    """An intent to execute; without `visiblePanelIds` all the user's panels count as visible."""

    user = serializers.CharField(required=False, help_text="Username or id; others than one's own by service tokens.")
    args = IntentArgs()
    visiblePanelIds = serializers.ListField(child=serializers.CharField(), required=False)
    confirmationId = serializers.UUIDField(required=False)


class Item(serializers.Serializer[Any]):
    """One row of a result."""

    id = serializers.CharField()
    type = serializers.CharField()
    title = serializers.CharField(required=False)
    subtitle = serializers.CharField(required=False)
    url = serializers.CharField(required=False)
    data = serializers.DictField(required=False)  # type: ignore[assignment]  # DRF keeps fields apart from attributes


class Result(serializers.Serializer[Any]):
    """What the handler answers; `success: false` with `error` is its own refusal."""

    success = serializers.BooleanField()
    message = serializers.CharField(required=False)
    error = serializers.CharField(required=False)
    title = serializers.CharField(required=False)
    subtitle = serializers.CharField(required=False)
    items = Item(many=True, required=False)
    totalCount = serializers.IntegerField(required=False)
    showInViewPanel = serializers.CharField(required=False)
    navigateTo = serializers.CharField(required=False)
    openUrl = serializers.CharField(required=False)
    data = serializers.JSONField(  # type: ignore[assignment]  # DRF keeps fields apart from attributes
        required=False, help_text="What the tool of a plugin returned."
    )


class ManifestsWish(serializers.Serializer[Any]):
    """What is on the person's screen; without `visiblePanelIds` all the user's panels count as visible."""

    user = serializers.CharField(required=False, help_text="Username or id; others than one's own by service tokens.")
    visiblePanelIds = serializers.ListField(child=serializers.CharField(), required=False)
    focusedPanelId = serializers.CharField(required=False)


class ToolTarget(serializers.Serializer[Any]):
    """The intent behind a tool."""

    panelId = serializers.CharField()
    intentName = serializers.CharField()


class ManifestsAnswer(serializers.Serializer[Any]):
    """What a model is told, in two forms: `promptSection`, or `tools` with `toolTargets`."""

    manifests = serializers.ListField(child=serializers.DictField())
    promptSection = serializers.CharField()
    tools = serializers.ListField(child=serializers.DictField(), help_text="OpenAI tool schemas.")
    toolTargets = serializers.DictField(child=ToolTarget())
    generation = serializers.CharField()


class ManifestsDescription(APIView):
    """The manifests of a chat request."""

    authentication_classes = [BearerTokenAuthentication]

    @extend_schema(
        tags=["chat"],
        operation_id="chat_manifests",
        request=ManifestsWish,
        parameters=[IF_NONE_MATCH],
        responses={200: ManifestsAnswer, 304: None, 401: Error, 403: Error, 404: Error, 413: Error, 422: Error},
    )
    def post(self) -> None:
        """Manifests, prompt section and tools for the panels that are visible, with an ETag (bearer tokens only)."""
