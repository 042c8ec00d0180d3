"""Stage: views. The shapes of this room in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

BEFORE: Final = OpenApiParameter("before", str, description="Id of a notification: those older than it.")


class NotificationFields(serializers.Serializer[Any]):
    """Something that the caller was told."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True, help_text="Markdown.")
    urgent = serializers.BooleanField()
    source = serializers.CharField(allow_blank=True, help_text="Who says so.")  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    url = serializers.CharField(allow_blank=True, help_text="A path of this application that it is about.")
    read_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class NotificationsAnswer(serializers.Serializer[Any]):
    """One page of them; `unread` counts all, `more` says that there are older ones."""

    notifications = NotificationFields(many=True)
    unread = serializers.IntegerField()
    more = serializers.BooleanField()


class NotificationAnswer(serializers.Serializer[Any]):
    """The notification as it is now."""

    notification = NotificationFields()


class ReadMark(serializers.Serializer[Any]):
    """Whether it has been read."""

    read = serializers.BooleanField()


class ReadAllAnswer(serializers.Serializer[Any]):
    """How many were marked."""

    read = serializers.IntegerField()
