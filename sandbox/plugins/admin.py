"""Stage: views. The admin of plugins: their runs, what they fetched, where they stand and what they keep."""

from __future__ import annotations

from django.contrib import admin

from sandbox.plugins import models
from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin


@admin.register(models.PluginRun)
class PluginRunAdmin(DetailedAdmin):
    """Every execution of a handler, kept for two weeks."""

    list_display = ("kind", "action", "widget", "user", "ok", "error_code", "milliseconds", "tenant", "created_at")
    list_filter = ("kind", "ok", TenantFilter, "created_at")
    search_fields = ("action", "error_code", "widget__name", "user__username", "id")
    list_select_related = ("widget", "user", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(models.FetchRequest)
class FetchRequestAdmin(DetailedAdmin):
    """What handlers asked other servers for, and what was refused."""

    list_display = ("method", "url", "status", "error", "run", "tenant", "created_at")
    list_filter = ("method", "status", TenantFilter, "created_at")
    search_fields = ("url", "error", "run__widget__name", "id")
    list_select_related = ("run", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(models.PluginMount)
class PluginMountAdmin(DetailedAdmin):
    """Plugins' widgets in conversations."""

    list_display = ("widget", "session", "user", "tenant", "created_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("widget__name", "user__username", "id")
    list_select_related = ("widget", "session", "user", "tenant")
    date_hierarchy = "created_at"


@admin.register(models.WidgetState)
class WidgetStateAdmin(DetailedAdmin):
    """The last data of each place."""

    list_display = ("widget", "place", "user", "sequence", "kind", "tenant", "updated_at")
    list_filter = ("kind", TenantFilter, "updated_at")
    search_fields = ("widget__name", "user__username", "place", "id")
    list_select_related = ("widget", "user", "tenant")
    date_hierarchy = "updated_at"
    show_full_result_count = False


@admin.register(models.SessionMetadata)
class SessionMetadataAdmin(DetailedAdmin):
    """What plugins remember from run to run."""

    list_display = ("widget", "user", "session_key", "tenant", "updated_at", "expires_at")
    list_filter = (TenantFilter, "updated_at")
    search_fields = ("widget__name", "user__username", "session_key", "id")
    list_select_related = ("widget", "user", "tenant")
    date_hierarchy = "updated_at"
    show_full_result_count = False


@admin.register(models.HostGrant)
class HostGrantAdmin(DetailedAdmin):
    """Hosts that people let plugins fetch from."""

    list_display = ("host", "widget", "granted_by", "tenant", "created_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("host", "widget__name", "id")
    list_select_related = ("widget", "granted_by", "tenant")
    date_hierarchy = "created_at"


@admin.register(models.HeartbeatEvent)
class HeartbeatEventAdmin(DetailedAdmin):
    """What plugins' manifests have names for, when it happened."""

    list_display = ("event_id", "widget", "user", "source", "action_id", "tenant", "created_at")
    list_filter = ("source", TenantFilter, "created_at")
    search_fields = ("event_id", "widget__name", "user__username", "id")
    list_select_related = ("widget", "user", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(models.HeartbeatSubscription)
class HeartbeatSubscriptionAdmin(DetailedAdmin):
    """Who is told of which event."""

    list_display = ("event_id", "widget", "user", "tenant", "created_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("event_id", "widget__name", "user__username", "id")
    list_select_related = ("widget", "user", "tenant")
    date_hierarchy = "created_at"
