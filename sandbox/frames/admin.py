"""Stage: views. The admin of sandboxed widgets: what people granted, what widgets keep, and what they fetched."""

from __future__ import annotations

from django.contrib import admin

from sandbox.frames.models import Grant, NetworkRequest, StoredValue
from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin


@admin.register(Grant)
class GrantAdmin(DetailedAdmin):
    """People's answers; they revoke them themselves."""

    list_display = ("permission", "level", "instance", "user", "tenant", "expires_at", "created_at")
    list_filter = ("level", "permission", TenantFilter, "created_at")
    search_fields = ("permission", "instance__panel_id", "instance__widget__name", "user__username", "id")
    list_select_related = ("instance", "user", "tenant")
    date_hierarchy = "created_at"


@admin.register(StoredValue)
class StoredValueAdmin(DetailedAdmin):
    """What widgets keep, by key."""

    list_display = ("key", "instance", "size", "tenant", "updated_at")
    list_filter = (TenantFilter, "updated_at")
    search_fields = ("key", "instance__panel_id", "instance__widget__name", "id")
    list_select_related = ("instance", "tenant")
    date_hierarchy = "updated_at"
    show_full_result_count = False


@admin.register(NetworkRequest)
class NetworkRequestAdmin(DetailedAdmin):
    """What widgets asked other servers for, and what was refused; the oldest go by themselves."""

    list_display = ("method", "url", "status", "error", "instance", "user", "tenant", "created_at")
    list_filter = ("method", "status", TenantFilter, "created_at")
    search_fields = ("url", "error", "instance__panel_id", "instance__widget__name", "user__username", "id")
    list_select_related = ("instance", "user", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False
