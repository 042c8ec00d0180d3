"""Stage: views. The admin of stored files."""

from __future__ import annotations

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from widgets_manager.core.admin_base import TenantFilter, TenantScopedAdmin
from widgets_manager.files.models import Blob


@admin.register(Blob)
class BlobAdmin(TenantScopedAdmin):
    """Which tenant keeps which bytes."""

    list_display = ("sha256", "tenant", "media_type", "readable_size", "created_at", "stored_at")
    list_filter = ("media_type", TenantFilter, "created_at", "stored_at")
    search_fields = ("sha256", "id", "tenant__name")
    list_select_related = ("tenant",)
    date_hierarchy = "created_at"

    @admin.display(description="size", ordering="size")
    def readable_size(self, blob: Blob) -> str:
        """In units that people read."""
        return filesizeformat(blob.size)
