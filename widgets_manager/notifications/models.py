"""Stage: models. What a person was told."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from widgets_manager.core.models import Tenant, User


class Notification(models.Model):
    """Something that one person was told: by a plugin, a job, or the application."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="notifications")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="Markdown.")
    urgent = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True, help_text="Who says so: a plugin's name, for example.")
    url = models.CharField(max_length=2000, blank=True, help_text="A page of this application that it is about.")
    key = models.CharField(max_length=200, blank=True, help_text="What makes it the same one when it is told again.")
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "notifications"
        ordering = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "user", "-created_at"], name="notification_newest"),
            models.Index(fields=["created_at"], name="notification_age"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "user", "key"], condition=~Q(key=""), name="notification_key_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title
