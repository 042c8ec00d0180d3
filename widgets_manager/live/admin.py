"""Stage: views. The admin of streams and events."""

from __future__ import annotations

from django.contrib import admin

from widgets_manager.core.admin_base import TenantFilter, TenantScopedAdmin
from widgets_manager.live.models import Event, Stream


@admin.register(Stream)
class StreamAdmin(TenantScopedAdmin):
    """Streams, and how far each has come."""

    list_display = ("kind", "key", "tenant", "last_number", "access_number")
    list_filter = ("kind", TenantFilter)
    search_fields = ("key", "tenant__name", "tenant__slug")
    list_select_related = ("tenant",)


@admin.register(Event)
class EventAdmin(TenantScopedAdmin):
    """What open pages were told."""

    list_display = ("created_at", "stream", "number", "type", "tenant")
    list_filter = ("type", TenantFilter, "created_at")
    search_fields = ("type", "stream__key")
    list_select_related = ("stream", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False
