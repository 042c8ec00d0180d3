"""Stage: models. What the widgets of one conversation hold: state, mounted widgets, uploaded files."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from widgets_manager.core.models import Tenant, User
from widgets_manager.files.models import Blob
from widgets_manager.sessions.ordered_json import OrderedJSONField
from widgets_manager.widgets.models import InstalledWidget


class WidgetSession(models.Model):
    """The widgets' side of one conversation, whose id it has; made with the first thing that is kept.

    Its row is the lock under which everything in the session changes.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="widget_sessions")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "widget_sessions"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return str(self.pk)


class SessionState(models.Model):
    """The state of one app in a session; without app, of what the chat itself rendered. Keys stand as they were set."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(WidgetSession, on_delete=models.CASCADE, related_name="states")
    app = models.ForeignKey(InstalledWidget, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    state = OrderedJSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "session_states"
        ordering = ["id"]
        constraints: ClassVar = [
            # A null app (the chat itself) counts as a value: one state there, too.
            models.UniqueConstraint(fields=["session", "app"], name="session_state_once", nulls_distinct=False),
        ]

    def __str__(self) -> str:
        return f"state of {self.app or 'the chat'}"


class MountedWidget(models.Model):
    """A widget that was rendered into a session, or a declared one whose values were changed (its key is its id).

    `values` are those of bindings that were pushed, `errors` sentences by binding (`""`: the whole widget's);
    `answered` is `{label, at}` once a confirmation was answered, the first where there are several; `answers` are all
    of them by the id of their node: `{label, at, agreed}`, and `pending` (since when) while its action runs.

    Rows in order of `id` are in order of mounting.
    """

    class Zone(models.TextChoices):
        """Where it is shown."""

        INLINE = "inline", "Chat bubble"
        CHAT_SIDE = "chat_side", "Side panel"
        WORKSPACE_TABS = "workspace_tabs", "Workspace tab"
        MODALS = "modals", "Dialog"

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(WidgetSession, on_delete=models.CASCADE, related_name="widgets")
    app = models.ForeignKey(InstalledWidget, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    widget_id = models.CharField(max_length=200)
    zone = models.CharField(max_length=20, choices=Zone.choices)
    ref = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=500, blank=True)
    tree = models.JSONField(encoder=DjangoJSONEncoder)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    ctx = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    values = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    errors = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    answered = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    answers = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "mounted_widgets"
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "app", "widget_id"],
                condition=Q(closed_at__isnull=True),
                name="mounted_widget_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(zone__in=["inline", "chat_side", "workspace_tabs", "modals"]), name="mounted_zone_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.widget_id} ({self.zone})"


class SessionFile(models.Model):
    """A file that a person gave to an app's widget: theirs alone without a session, else of those in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(WidgetSession, null=True, blank=True, on_delete=models.CASCADE, related_name="files")
    app = models.ForeignKey(InstalledWidget, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "session_files"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
