"""Stage: views. The shapes of installed widgets in the OpenAPI document (docs/api.md tells the story)."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from widgets_manager.core.schema import Problem
from widgets_manager.widgets.models import InstalledWidget

DATA: Final = OpenApiParameter(
    "data",
    str,
    enum=["keep", "delete"],
    description="What becomes of a plugin's tables; `keep`, for 30 days, if absent.",
)


class Command(serializers.Serializer[Any]):
    """What one can say to a widget."""

    name = serializers.CharField()
    permission = serializers.ChoiceField(["read", "write"])
    description = serializers.CharField(allow_blank=True)
    examples = serializers.ListField(child=serializers.CharField())


class PixelSize(serializers.Serializer[Any]):
    """In CSS pixels."""

    width = serializers.FloatField()
    height = serializers.FloatField()


class Sandbox(serializers.Serializer[Any]):
    """The script that a widget brings."""

    status = serializers.CharField(help_text="`ready`, or `chat_only` when it could not be had: `problems` say why.")
    permissions = serializers.ListField(child=serializers.CharField(), help_text="What it may ask for.")
    network_allowlist = serializers.ListField(child=serializers.CharField(), help_text="Origins it may fetch from.")
    min_size = PixelSize(allow_null=True)
    preferred_size = PixelSize(allow_null=True)
    entrypoint_host = serializers.CharField(help_text="Where the script was fetched from.")


class ChatPlugin(serializers.Serializer[Any]):
    """What a plugin is for the chat."""

    tier = serializers.CharField()
    trigger = serializers.ChoiceField(["always", "auto", "manual"])
    tool = serializers.CharField(allow_blank=True, help_text="The name of its tool.")


class Widget(serializers.Serializer[Any]):
    """An installed widget; `user_id` is null when it is installed for the whole organisation."""

    id = serializers.UUIDField()
    user_id = serializers.UUIDField(allow_null=True)
    tenant_id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    source_type = serializers.ChoiceField(InstalledWidget.SourceType.choices)
    source_ref = serializers.CharField(allow_blank=True)
    version = serializers.CharField()
    manifest = serializers.DictField(help_text="docs/manifest.md")
    enabled = serializers.BooleanField()
    problems = Problem(many=True, help_text="What keeps a part of it from working, until it is mended.")
    sandbox = Sandbox(allow_null=True)
    plugin = ChatPlugin(allow_null=True)
    package_version = serializers.UUIDField()
    content_hash = serializers.CharField(help_text="SHA-256 of the package.")
    installed_by = serializers.CharField(allow_null=True)
    commands = Command(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    can_manage = serializers.BooleanField(required=False, help_text="Whether the caller may change it; in lists.")


class Builtin(serializers.Serializer[Any]):
    """A panel that comes with the application."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    icon = serializers.CharField()
    commands = Command(many=True)


class WidgetsAnswer(serializers.Serializer[Any]):
    """Installed widgets by name, and the built-in panels."""

    widgets = Widget(many=True)
    builtins = Builtin(many=True)


class InstallWish(serializers.Serializer[Any]):
    """Either `url` or `file`."""

    url = serializers.CharField(required=False, help_text="http(s) address of a package.")
    file = serializers.CharField(required=False, help_text="JSON or YAML text.")
    tenantWide = serializers.BooleanField(required=False, help_text="For the whole organisation (admins).")
    contentHash = serializers.CharField(required=False, help_text="Of a preview: nothing else is installed.")
    choices = serializers.DictField(
        required=False, child=serializers.DictField(), help_text="What the person decided, by block (docs/plugins.md)."
    )


class UploadWish(serializers.Serializer[Any]):
    """A manifest as a file."""

    file = serializers.FileField()
    tenantWide = serializers.BooleanField(required=False)
    contentHash = serializers.CharField(required=False)
    choices = serializers.CharField(required=False, help_text="JSON.")


class NewVersionWish(serializers.Serializer[Any]):
    """Either `url` or `file`."""

    url = serializers.CharField(required=False, help_text="http(s) address of a package.")
    file = serializers.CharField(required=False, help_text="JSON or YAML text.")
    contentHash = serializers.CharField(required=False, help_text="Of a preview: nothing else is taken.")


class NewVersionUpload(serializers.Serializer[Any]):
    """A package as a file."""

    file = serializers.FileField()
    contentHash = serializers.CharField(required=False)


class VersionFields(serializers.Serializer[Any]):
    """A version that a widget has been."""

    id = serializers.UUIDField()
    version = serializers.CharField()
    content_hash = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    created_at = serializers.DateTimeField()
    current = serializers.BooleanField()


class VersionsAnswer(serializers.Serializer[Any]):
    """Them all, newest first."""

    versions = VersionFields(many=True)


class VersionChoice(serializers.Serializer[Any]):
    """The id of one of them."""

    version = serializers.UUIDField()


class WidgetFile(serializers.Serializer[Any]):
    """A file of an installed package."""

    path = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()


class WidgetFiles(serializers.Serializer[Any]):
    """The files of an installed package, by path."""

    files = WidgetFile(many=True)


class InstallAnswer(serializers.Serializer[Any]):
    """The new widget, and what is odd about its manifest."""

    widget = Widget()
    warnings = Problem(many=True, required=False)


class EnableWish(serializers.Serializer[Any]):
    """On or off."""

    id = serializers.UUIDField()
    enabled = serializers.BooleanField()


class NameWish(serializers.Serializer[Any]):
    """Another name."""

    name = serializers.CharField(max_length=200)


class WidgetAnswer(serializers.Serializer[Any]):
    """The widget as it is now."""

    widget = Widget()
