"""Stage: views. The shapes of running plugins in the OpenAPI document (docs/plugins.md tells the story)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from sandbox.plugins.models import PluginRun

INSTANCE_ID = OpenApiParameter("instanceId", str, required=True, description="A place of a plugin's widget.")
BEFORE = OpenApiParameter("before", str, description="The id of a run: older ones than this.")
KIND = OpenApiParameter("kind", str, enum=PluginRun.Kind.values, description="Only runs of this kind.")
OUTCOME = OpenApiParameter("ok", str, enum=["true", "false"], description="Only runs that went well, or did not.")


class RunFault(serializers.Serializer[Any]):
    """Why a run failed, in one sentence for the person."""

    code = serializers.CharField()
    message = serializers.CharField()


class WidgetDataFields(serializers.Serializer[Any]):
    """What a plugin gave its widget; numbers of one audience count from 1."""

    sequence = serializers.IntegerField()
    kind = serializers.CharField(help_text="`show` or `update`")
    data = serializers.DictField()  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    everyone = serializers.BooleanField()


class ClickWish(serializers.Serializer[Any]):
    """A click in a plugin's widget."""

    instanceId = serializers.UUIDField()
    actionId = serializers.CharField(max_length=200)
    payload = serializers.JSONField(required=False)
    idempotencyKey = serializers.CharField(required=False, max_length=100, help_text="The same click, sent again.")


class ClickAnswer(serializers.Serializer[Any]):
    """What came of it. What the plugin did wrong is an answer, too: `ok` is false then, and there is an `error`."""

    ok = serializers.BooleanField()
    result = serializers.JSONField(required=False, allow_null=True)
    error = RunFault(required=False)
    widgetEvents = WidgetDataFields(many=True)
    jobId = serializers.UUIDField(required=False, help_text="Work that goes on in the background.")
    runId = serializers.UUIDField()


class StatesAnswer(serializers.Serializer[Any]):
    """The last data of a place: the caller's and everybody's, in the order in which they were given."""

    states = WidgetDataFields(many=True)


class ToolWish(serializers.Serializer[Any]):
    """A tool to start by hand."""

    arguments = serializers.DictField(required=False)
    sessionId = serializers.UUIDField(required=False, help_text="The conversation in which it shows its widget.")


class ToolAnswer(serializers.Serializer[Any]):
    """What the tool gave."""

    ok = serializers.BooleanField()
    result = serializers.JSONField(required=False, allow_null=True)
    error = RunFault(required=False)
    jobId = serializers.UUIDField(required=False)
    runId = serializers.UUIDField()
    milliseconds = serializers.IntegerField()


class RunFields(serializers.Serializer[Any]):
    """A run in the list; `ok` is null while it runs."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text=", ".join(PluginRun.Kind.values))
    action = serializers.CharField(allow_blank=True)
    ok = serializers.BooleanField(allow_null=True)
    error_code = serializers.CharField(allow_blank=True)
    error_message = serializers.CharField(allow_blank=True)
    user = serializers.CharField()
    version = serializers.CharField(allow_blank=True)
    job_id = serializers.UUIDField(allow_null=True)
    place = serializers.UUIDField(allow_null=True)
    conversation_id = serializers.UUIDField(allow_null=True)
    widget_events = serializers.IntegerField()
    host_calls = serializers.IntegerField()
    milliseconds = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class HostCallFields(serializers.Serializer[Any]):
    """One call of context."""

    method = serializers.CharField()
    milliseconds = serializers.FloatField()
    refusal = serializers.CharField(allow_blank=True)


class FetchFields(serializers.Serializer[Any]):
    """One request that the server made for it."""

    method = serializers.CharField()
    url = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)
    size = serializers.IntegerField()
    milliseconds = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)


class SourceFields(serializers.Serializer[Any]):
    """Where the code stands: its line 1 (`handler.js:1` of a stack) is this line of this file of the package."""

    file = serializers.CharField()
    line = serializers.IntegerField()


class RunDetails(RunFields):
    """A run with all that is kept of it."""

    code = SourceFields(allow_null=True)
    input = serializers.JSONField(allow_null=True)
    result = serializers.JSONField(allow_null=True)
    error_stack = serializers.CharField(allow_blank=True)
    log = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    calls = HostCallFields(many=True)
    fetches = FetchFields(many=True)


class RunsAnswer(serializers.Serializer[Any]):
    """Runs, newest first; `everyone` says whether they are everybody's, `more` whether there are older ones."""

    runs = RunFields(many=True)
    everyone = serializers.BooleanField()
    more = serializers.BooleanField()


class RunAnswer(serializers.Serializer[Any]):
    """One run."""

    run = RunDetails()


class HostsAnswer(serializers.Serializer[Any]):
    """Hosts that the plugin may fetch from: `declared` by it, or `granted`; those `found` in its code are neither, and
    those `private` cannot be granted."""

    declared = serializers.ListField(child=serializers.CharField())
    granted = serializers.ListField(child=serializers.CharField())
    found = serializers.ListField(child=serializers.CharField())
    private = serializers.ListField(child=serializers.CharField())


class HostsWish(serializers.Serializer[Any]):
    """The hosts that are to be granted."""

    hosts = serializers.ListField(child=serializers.CharField())
