"""Stage: views. The shapes of this room in the OpenAPI document (docs/api.md tells the story)."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.views import APIView

from widgets_manager.core.authentication import BearerTokenAuthentication
from widgets_manager.core.schema import Error, Problem
from widgets_manager.widgets.models import InstalledWidget, Workspace

DATA: Final = OpenApiParameter(
    "data",
    str,
    enum=["keep", "delete"],
    description="What becomes of a plugin's tables; `keep`, for 30 days, if absent.",
)
WORKSPACE_ID: Final = OpenApiParameter("workspaceId", str, description="Only the places on this dashboard.")
IF_NONE_MATCH: Final = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag of an earlier answer to the same body."
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
