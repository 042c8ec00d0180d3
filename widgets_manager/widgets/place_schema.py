"""Stage: views. The shapes of dashboards, and of the places on them, in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.schema import Widget

WORKSPACE_ID: Final = OpenApiParameter("workspaceId", str, description="Only the places on this dashboard.")


class Layout(serializers.Serializer[Any]):
    """A cell of the grid: columns and rows."""

    x = serializers.IntegerField()
    y = serializers.IntegerField()
    w = serializers.IntegerField()
    h = serializers.IntegerField()


class Instance(serializers.Serializer[Any]):
    """A widget's or built-in's place on a dashboard; `panel_id` is what the chat calls it."""

    id = serializers.UUIDField()
    widget_id = serializers.UUIDField(allow_null=True)
    builtin_slug = serializers.CharField(allow_blank=True)
    entry_id = serializers.UUIDField(allow_null=True)
    workspace_id = serializers.UUIDField()
    panel_id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    title = serializers.CharField()
    slug = serializers.CharField()
    panel_type = serializers.CharField()
    enabled = serializers.BooleanField()
    config = serializers.DictField()
    config_schema = serializers.DictField(allow_null=True)
    layout = Layout()
    size = serializers.ListField(
        child=serializers.IntegerField(), min_length=2, max_length=2, help_text="Columns and rows that it likes."
    )
    min_size = serializers.ListField(
        child=serializers.IntegerField(), min_length=2, max_length=2, help_text="Columns and rows that it needs."
    )
    sandbox = serializers.BooleanField(help_text="Whether a script of its own shows it.")
    plugin = serializers.BooleanField(help_text="Whether the page of a plugin shows it.")
    package_version = serializers.UUIDField(allow_null=True, help_text="Of its widget; changes with every update.")
    keeps = serializers.ChoiceField(
        ["own", "workspace", "instance"], help_text="Whose its items are: each person's own, the dashboard's, or its."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class WidgetPlaces(serializers.Serializer[Any]):
    """The widget, and where it stands."""

    widget = Widget()
    instances = Instance(many=True)


class InstancesAnswer(serializers.Serializer[Any]):
    """Places on dashboards."""

    instances = Instance(many=True)


class InstanceAnswer(serializers.Serializer[Any]):
    """The place as it is now."""

    instance = Instance()


class PlaceWish(serializers.Serializer[Any]):
    """Either `widgetId` or `builtin`; without `workspaceId` the first dashboard."""

    widgetId = serializers.UUIDField(required=False)
    builtin = serializers.CharField(required=False)
    workspaceId = serializers.UUIDField(required=False)
    config = serializers.DictField(required=False)
    entryId = serializers.UUIDField(required=False)
    layout = Layout(required=False)


class InstanceChange(serializers.Serializer[Any]):
    """What may change."""

    config = serializers.DictField(required=False)
    layout = Layout(required=False)
    entryId = serializers.UUIDField(required=False)


class WorkspaceFields(serializers.Serializer[Any]):
    """A dashboard without what stands on it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    visibility = serializers.ChoiceField(Workspace.Visibility.choices)
    owner_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()


class WorkspacesAnswer(serializers.Serializer[Any]):
    """The dashboards that the caller can open."""

    workspaces = WorkspaceFields(many=True)


class WorkspaceAnswer(serializers.Serializer[Any]):
    """The dashboard as it is now."""

    workspace = WorkspaceFields()


class WorkspaceWish(serializers.Serializer[Any]):
    """A dashboard to make."""

    name = serializers.CharField(max_length=100)
    visibility = serializers.ChoiceField(Workspace.Visibility.choices, required=False)


class WorkspaceChange(serializers.Serializer[Any]):
    """What may change; `layouts` are cells by instance id."""

    name = serializers.CharField(required=False, max_length=100)
    visibility = serializers.ChoiceField(Workspace.Visibility.choices, required=False)
    layouts = serializers.DictField(child=Layout(), required=False)
