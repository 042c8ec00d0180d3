"""Stage: models. Which plugin has which schema, and who has credentials of their own for it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from widgets_manager.core.models import Tenant, User
from widgets_manager.widgets.models import InstalledWidget


class PluginDatabase(models.Model):
    """The tables of one installed plugin: a schema of the plugins' database, named by this row's id.

    Without a widget it is kept for its person until `keep_until`, and then deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="plugin_databases")
    widget = models.OneToOneField(InstalledWidget, null=True, on_delete=models.SET_NULL, related_name="plugin_database")
    user = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Whom the plugin is installed for."
    )
    slug = models.CharField(max_length=100)
    keep_until = models.DateTimeField(null=True, blank=True, help_text="When it is deleted, once it is uninstalled.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "plugin_databases"
        ordering = ["slug", "created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(widget__isnull=True) | models.Q(keep_until__isnull=True),
                name="plugin_database_used_or_kept",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def key(self) -> str:
        """What tells it from others in the names of its schema and roles."""
        return self.pk.hex[:20]

    @property
    def schema(self) -> str:
        """The schema's name."""
        return f"plugin_{self.key}"


class PluginAuthor(models.Model):
    """A person with direct credentials for a plugin's schema. Passwords are derived, never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="plugin_authors")
    database = models.ForeignKey(PluginDatabase, on_delete=models.CASCADE, related_name="authors")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    generation = models.PositiveIntegerField(default=1, help_text="Grows when the password is made anew.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "plugin_authors"
        ordering = ["created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["database", "user"], name="plugin_author_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} of {self.database}"
