"""Stage: models. Which tenant stores which bytes."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from widgets_manager.core.models import Tenant


class Blob(models.Model):
    """Bytes that a tenant keeps, named by their content.

    Tenants with the same bytes share the stored file and never a row, so that nobody learns what others keep.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="blobs")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())
    stored_at = models.DateTimeField(db_default=Now(), help_text="When the same bytes were last stored again.")

    class Meta:
        db_table = "blobs"
        ordering = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "sha256"], name="blob_once_per_tenant"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="blob_sha256_hex"),
        ]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="blob_sha256")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.media_type})"
