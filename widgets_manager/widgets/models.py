"""Stage: models. Workspaces, installed widgets, and their places."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from widgets_manager.core.models import Tenant, User
from widgets_manager.packages.models import PackageVersion


class Workspace(models.Model):
    """A dashboard: private to its owner, or open to every member of the tenant."""

    class Visibility(models.TextChoices):
        """Who opens the workspace."""

        PRIVATE = "private", "Private"
        TENANT = "tenant", "Whole organisation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="workspaces")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="workspaces")
    name = models.CharField(max_length=100)
    visibility = models.CharField(max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "workspaces"
        ordering = ["created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(visibility__in=["private", "tenant"]), name="workspace_visibility_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InstalledWidget(models.Model):
    """A package installed for one user or, without user, for the whole tenant.

    `manifest` is the copy of its package version's that the chat reads: the only source of truth (seed 004).
    """

    class SourceType(models.TextChoices):
        """Where the package came from."""

        URL = "url", "URL"
        FILE = "file", "File"
        STORE = "store", "Store"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="widgets")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="widgets")
    installed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    slug = models.CharField(max_length=100)
    source_type = models.CharField(max_length=10, choices=SourceType.choices)
    source_ref = models.CharField(max_length=2000, blank=True)
    version = models.CharField(max_length=100)
    manifest = models.JSONField()
    enabled = models.BooleanField(default=True)
    problems = models.JSONField(
        default=list, blank=True, help_text="What keeps a part of it from working: {path, message}, until it is mended."
    )
    package_version = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, related_name="installs")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "installed_widgets"
        ordering = ["name", "created_at"]
        constraints: ClassVar = [
            # A null user (the whole tenant) counts as a value: one slug once there, too.
            models.UniqueConstraint(fields=["tenant", "user", "slug"], name="widget_slug_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(source_type__in=["url", "file", "store"]), name="widget_source_known"),
        ]

    def __str__(self) -> str:
        return self.name


class WidgetInstance(models.Model):
    """A widget's or built-in's place on a workspace: its own panel_id, label and config."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="instances")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="instances")
    widget = models.ForeignKey(
        InstalledWidget, null=True, blank=True, on_delete=models.CASCADE, related_name="instances"
    )
    builtin_slug = models.CharField(max_length=50, blank=True)
    entry_id = models.UUIDField(null=True, blank=True, help_text="Id of a document elsewhere that this panel is about.")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="instances")
    panel_id = models.CharField(max_length=250, unique=True)
    label = models.CharField(max_length=5)
    config = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    layout = models.JSONField(default=dict, blank=True, help_text="Grid cell: x, y, w, h in columns and rows.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "widget_instances"
        ordering = ["created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(widget__isnull=False, builtin_slug="") | (Q(widget__isnull=True) & ~Q(builtin_slug=""))),
                name="instance_widget_or_builtin",
            ),
            models.UniqueConstraint(
                fields=["workspace", "widget", "label"], condition=Q(widget__isnull=False), name="instance_widget_label"
            ),
            models.UniqueConstraint(
                fields=["workspace", "builtin_slug", "label"],
                condition=Q(widget__isnull=True),
                name="instance_builtin_label",
            ),
        ]

    def __str__(self) -> str:
        return self.panel_id
