"""Stage: views. The shapes of installed plugins in the OpenAPI document (docs/plugins.md tells the story)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from widgets_manager.widgets.preview_schema import PreviewPlugin


class PluginAnswer(serializers.Serializer[Any]):
    """An installed plugin, described as its preview does."""

    plugin = PreviewPlugin()


class SubscribableEvent(serializers.Serializer[Any]):
    """Something that people can be told of."""

    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    subscribed = serializers.BooleanField(help_text="Whether the caller is told of it.")


class EventTime(serializers.Serializer[Any]):
    """One time that it happened."""

    event = serializers.CharField()
    source = serializers.ChoiceField(["widget", "tool"])  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    action = serializers.CharField()
    user = serializers.CharField()
    run_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class EventsAnswer(serializers.Serializer[Any]):
    """A plugin's events, and the newest times; `everyone` says whether these are everybody's."""

    events = SubscribableEvent(many=True)
    recent = EventTime(many=True)
    everyone = serializers.BooleanField()


class SubscriptionWish(serializers.Serializer[Any]):
    """An event, and whether the caller wants to be told."""

    event = serializers.CharField()
    subscribed = serializers.BooleanField()


class SubscriptionsAnswer(serializers.Serializer[Any]):
    """A plugin's events as they are now."""

    events = SubscribableEvent(many=True)


class KeptFields(serializers.Serializer[Any]):
    """Tables of an uninstalled plugin."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    tenant_wide = serializers.BooleanField()
    keep_until = serializers.DateTimeField()


class KeptListAnswer(serializers.Serializer[Any]):
    """Those that the caller may take up or delete, the soonest to go first."""

    kept = KeptFields(many=True)
