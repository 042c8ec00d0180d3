"""Stage: models. What runs of plugins leave behind: places, last data, the run log, metadata, grants, events."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from widgets_manager.core.models import Tenant, User
from widgets_manager.jobs.models import Job
from widgets_manager.packages.models import PackageVersion
from widgets_manager.sessions.models import WidgetSession
from widgets_manager.widgets.models import InstalledWidget


class PluginMount(models.Model):
    """A plugin's widget among the messages of a conversation; its id is the `instanceId` there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    widget = models.ForeignKey(InstalledWidget, on_delete=models.CASCADE, related_name="plugin_mounts")
    session = models.ForeignKey(WidgetSession, on_delete=models.CASCADE, related_name="plugin_mounts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", help_text="Whose run showed it.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "plugin_mounts"
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.widget_id} in {self.session_id}"


class WidgetState(models.Model):
    """The last data that a plugin gave one of its places: of one person, or (no user) of everybody who sees it.

    `place` is the id of a WidgetInstance or a PluginMount. The row is the lock under which its `sequence` grows, by one
    for each data.
    """

    class Kind(models.TextChoices):
        """What the handler called."""

        SHOW = "show", "Show"
        UPDATE = "update", "Update"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    widget = models.ForeignKey(InstalledWidget, on_delete=models.CASCADE, related_name="plugin_states")
    place = models.UUIDField()
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    sequence = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.UPDATE)
    data = models.JSONField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "plugin_widget_states"
        ordering = ["place", "updated_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "user"], name="plugin_state_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(kind__in=["show", "update"]), name="plugin_state_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.place} #{self.sequence}"


class PluginRun(models.Model):
    """One execution of a plugin's handler. `ok` is null while it runs."""

    class Kind(models.TextChoices):
        """What started it."""

        ACTION = "action", "Widget action"
        TOOL = "tool", "Tool"
        JOB = "job", "Background job"
        HOOK = "hook", "Hook"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="plugin_runs")
    widget = models.ForeignKey(InstalledWidget, on_delete=models.CASCADE, related_name="plugin_runs")
    package_version = models.ForeignKey(PackageVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="plugin_runs")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    action = models.CharField(max_length=200, blank=True, help_text="The widget's actionId, the tool, or the hook.")
    place = models.UUIDField(null=True, blank=True)
    session_id = models.UUIDField(null=True, blank=True, help_text="The conversation.")
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="plugin_runs")
    input = models.JSONField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    ok = models.BooleanField(null=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    error_stack = models.TextField(blank=True)
    log = models.JSONField(default=list, blank=True, help_text="Console lines: [level, text].")
    calls = models.JSONField(default=list, blank=True, help_text="Host calls: {method, milliseconds, refusal}.")
    widget_events = models.PositiveIntegerField(default=0)
    milliseconds = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "plugin_runs"
        ordering = ["-created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["action", "tool", "job", "hook"]), name="plugin_run_kind"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["widget", "-created_at"], name="plugin_run_newest"),
            models.Index(fields=["created_at"], name="plugin_run_oldest"),
            models.Index(fields=["created_at"], condition=Q(ok__isnull=True), name="plugin_run_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.action}".strip()


class HostGrant(models.Model):
    """A host that a plugin may fetch from although its manifest does not name it: a person has said so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    widget = models.ForeignKey(InstalledWidget, on_delete=models.CASCADE, related_name="host_grants")
    host = models.CharField(max_length=260, help_text="host, or host:port")
    granted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "plugin_host_grants"
        ordering = ["host"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["widget", "host"], name="plugin_host_once"),
        ]

    def __str__(self) -> str:
        return self.host


class SessionMetadata(models.Model):
    """What a plugin remembers of one person from run to run of a session.

    `session_key` is the id of a conversation or of a place; empty where there is neither.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    widget = models.ForeignKey(InstalledWidget, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "plugin_session_metadata"
        ordering = ["-updated_at"]
        verbose_name_plural = "session metadata"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["widget", "user", "session_key"], name="plugin_metadata_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="plugin_metadata_expiry")]

    def __str__(self) -> str:
        return f"{self.widget_id} {self.session_key}".strip()


class FetchRequest(models.Model):
    """A request that a handler had this server make, or that was refused."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    run = models.ForeignKey(PluginRun, on_delete=models.CASCADE, related_name="fetches")
    method = models.CharField(max_length=10)
    url = models.CharField(max_length=2000)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the answer; none when refused.")
    size = models.PositiveIntegerField(default=0, help_text="Bytes of the answer.")
    milliseconds = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "plugin_fetches"
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


class HeartbeatEvent(models.Model):
    """Something happened that the manifest has a name for (`heartbeatEvents`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    widget = models.ForeignKey(InstalledWidget, on_delete=models.CASCADE, related_name="heartbeat_events")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", help_text="Whose run it was.")
    event_id = models.CharField(max_length=100)
    source = models.CharField(max_length=10, choices=[("widget", "Widget"), ("tool", "Tool")])
    action_id = models.CharField(max_length=200)
    run = models.ForeignKey(PluginRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "plugin_events"
        ordering = ["-created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["widget", "-created_at"], name="plugin_event_newest")]

    def __str__(self) -> str:
        return self.event_id


class HeartbeatSubscription(models.Model):
    """A person wants to be told of an event of a plugin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    widget = models.ForeignKey(InstalledWidget, on_delete=models.CASCADE, related_name="heartbeat_subscriptions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    event_id = models.CharField(max_length=100)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "plugin_event_subscriptions"
        ordering = ["event_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["widget", "user", "event_id"], name="plugin_subscription_once"),
        ]

    def __str__(self) -> str:
        return self.event_id
