"""Stage: views. The shapes of previews in the OpenAPI document: what a package would bring."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from widgets_manager.core.schema import Problem


class PreviewWish(serializers.Serializer[Any]):
    """Either `url` or `file`."""

    url = serializers.CharField(required=False, help_text="http(s) address of a package.")
    file = serializers.CharField(required=False, help_text="JSON or YAML text.")


class PreviewUpload(serializers.Serializer[Any]):
    """A package as a file."""

    file = serializers.FileField()


class PreviewAgent(serializers.Serializer[Any]):
    """An agent of an app, and what it is told."""

    id = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    system_prompt = serializers.CharField(allow_blank=True)


class PreviewIntent(serializers.Serializer[Any]):
    """An intent of a manifest."""

    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    permission = serializers.ChoiceField(["read", "write"])


class PreviewTool(serializers.Serializer[Any]):
    """A tool that an app's widgets call."""

    name = serializers.CharField()
    served = serializers.BooleanField()


class PackagePath(serializers.Serializer[Any]):
    """A file in a package."""

    path = serializers.CharField()
    size = serializers.IntegerField()


class PreviewFile(PackagePath):
    """A file in a package, with what stands in it."""

    text = serializers.CharField(allow_null=True, allow_blank=True, help_text="Null for what is no text, or too much.")


class PreviewPluginTool(serializers.Serializer[Any]):
    """The tool of a plugin."""

    name = serializers.CharField()
    description = serializers.CharField()
    permission = serializers.ChoiceField(["read", "write"])
    parameters = serializers.ListField(child=serializers.CharField())
    examples = serializers.ListField(child=serializers.CharField())


class PreviewHost(serializers.Serializer[Any]):
    """A host that a plugin's code exchanges data with, as it declares or as its code has it."""

    host = serializers.CharField()
    declared = serializers.BooleanField()
    reachable = serializers.BooleanField(help_text="Whether a fetch from it may succeed; else it cannot be allowed.")


class PreviewSecret(serializers.Serializer[Any]):
    """A secret that a plugin needs of its `author` or of each `person`."""

    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    needed = serializers.BooleanField()
    whose = serializers.ChoiceField(["author", "person"])


class PreviewTable(serializers.Serializer[Any]):
    """A table of a plugin; `rls` names the column that holds whose a row is."""

    name = serializers.CharField()
    columns = serializers.ListField(child=serializers.CharField())
    rls = serializers.CharField(allow_blank=True)


class PreviewPluginEvent(serializers.Serializer[Any]):
    """Something that people can be told of."""

    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField(allow_blank=True)


class PreviewInactive(serializers.Serializer[Any]):
    """A part of a plugin that does nothing on this server, and what that means."""

    part = serializers.CharField()
    message = serializers.CharField()


class PreviewPlugin(serializers.Serializer[Any]):
    """What a plugin is, needs, and does not do on this server."""

    tier = serializers.ChoiceField(["skill", "tool", "connector", "automation"])
    trigger = serializers.ChoiceField(["always", "auto", "manual"])
    kinds = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    tool = PreviewPluginTool(allow_null=True)
    hosts = PreviewHost(many=True)
    secrets = PreviewSecret(many=True)
    widget_servers = serializers.ListField(
        child=serializers.CharField(), help_text="Servers that scripts and styles of its widget are fetched from."
    )
    tables = PreviewTable(many=True)
    events = PreviewPluginEvent(many=True)
    inactive = PreviewInactive(many=True)


class Preview(serializers.Serializer[Any]):
    """What a package would bring."""

    form = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    content_hash = serializers.CharField(help_text="Give it to the install as contentHash.")
    size = serializers.IntegerField()
    warnings = Problem(many=True)
    permissions = serializers.ListField(child=serializers.CharField(), help_text="What installing it permits.")
    zones = serializers.DictField(allow_null=True, help_text="The widgets of an app by zone (docs/apps.md).")
    agents = PreviewAgent(many=True)
    tools = PreviewTool(many=True)
    intents = PreviewIntent(many=True)
    files = PreviewFile(many=True)
    plugin = PreviewPlugin(required=False, help_text="Of a plugin (docs/plugins.md).")


class PreviewAnswer(serializers.Serializer[Any]):
    """The preview."""

    preview = Preview()
