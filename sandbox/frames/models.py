"""Stage: models. What a person has granted a widget, what it keeps, and what it fetched."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from widgets_manager.core.models import Tenant, User
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import WidgetInstance


class Grant(models.Model):
    """One person's answer for one permission of one place of a widget; it counts for the version it was given to."""

    class Level(models.TextChoices):
        """How long the answer holds."""

        ONCE = "once", "Once"
        ALWAYS = "always", "Always"
        NEVER = "never", "Never"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="grants")
    instance = models.ForeignKey(WidgetInstance, on_delete=models.CASCADE, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    permission = models.CharField(max_length=30)
    level = models.CharField(max_length=10, choices=Level.choices)
    package_version = models.ForeignKey(PackageVersion, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    call_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="SHA-256 of the one call that `once` was given for."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "widget_grants"
        ordering = ["-created_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["instance", "user", "permission"], name="grant_once_per_person"),
            models.CheckConstraint(condition=Q(level__in=["once", "always", "never"]), name="grant_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.permission}: {self.level}"

    @property
    def current(self) -> bool:
        """Whether it counts for the widget as it is now (the instance's widget loaded)."""
        return self.instance.widget is not None and self.counts_for(self.instance.widget.package_version_id)

    def counts_for(self, version_id: uuid.UUID) -> bool:
        """Whether it was given to that version, or carried to it, and has not run out."""
        return self.package_version_id == version_id and (self.expires_at is None or self.expires_at > timezone.now())


class StoredValue(models.Model):
    """What a widget keeps under a key, for everybody who sees this place of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey(WidgetInstance, on_delete=models.CASCADE, related_name="stored_values")
    key = models.CharField(max_length=200)
    value = models.JSONField()
    size = models.PositiveIntegerField(help_text="Bytes of key and value.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "widget_storage"
        ordering = ["key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["instance", "key"], name="stored_key_once"),
        ]

    def __str__(self) -> str:
        return self.key


class NetworkRequest(models.Model):
    """A request that a widget had this server make, or that was refused."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    instance = models.ForeignKey(WidgetInstance, on_delete=models.CASCADE, related_name="network_requests")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    method = models.CharField(max_length=10)
    url = models.CharField(max_length=2000)
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of the answer; none when refused.")
    size = models.PositiveIntegerField(default=0, help_text="Bytes of the answer.")
    milliseconds = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "widget_network_requests"
        ordering = ["-created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["instance", "-created_at"], name="network_request_newest")]

    def __str__(self) -> str:
        return f"{self.method} {self.url}"
