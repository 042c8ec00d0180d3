"""Stage: models. What is installed, kept by its content: a version never changes once it is stored."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from widgets_manager.core.models import Tenant
from widgets_manager.files.models import Blob


class PackageVersion(models.Model):
    """An immutable package of a tenant; the same content is stored once. The database refuses changes (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="package_versions")
    content_hash = models.CharField(max_length=64, editable=False, help_text="SHA-256 of form, manifest and files.")
    form = models.CharField(max_length=20, help_text="How the package was written.")
    slug = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=100)
    manifest = models.JSONField()
    blocks = models.JSONField(default=dict, help_text="The manifest's blocks that other rooms act on.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "package_versions"
        ordering = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "content_hash"], name="package_version_once"),
            models.CheckConstraint(condition=models.Q(content_hash__regex=r"^[0-9a-f]{64}$"), name="package_hash_hex"),
            models.CheckConstraint(condition=models.Q(slug__regex=r"^[a-z0-9-]+$"), name="package_slug_form"),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "slug"], name="package_slug")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only. Raises TypeError for a version that is stored."""
        if not self._state.adding:
            raise TypeError("a package version never changes; store a new one")
        super().save(*args, **kwargs)


class PackageFile(models.Model):
    """A file of a version, by its path in the package; it never changes either."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="package_files")
    version = models.ForeignKey(PackageVersion, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=300, help_text="Relative, with /.")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "package_files"
        ordering = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "path"], name="package_file_once"),
        ]

    def __str__(self) -> str:
        return self.path
