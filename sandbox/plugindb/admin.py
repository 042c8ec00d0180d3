"""Stage: views. The admin of plugins' tables: which there are, until when they are kept, who has credentials."""

from __future__ import annotations

from django.contrib import admin

from sandbox.plugindb.models import PluginAuthor, PluginDatabase
from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin


@admin.register(PluginDatabase)
class PluginDatabaseAdmin(DetailedAdmin):
    """The schemas; their rows are not shown here."""

    list_display = ("slug", "widget", "user", "tenant", "keep_until", "created_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("slug", "widget__name", "user__username", "id")
    list_select_related = ("widget", "user", "tenant")
    date_hierarchy = "created_at"


@admin.register(PluginAuthor)
class PluginAuthorAdmin(DetailedAdmin):
    """Who has credentials; passwords are nowhere."""

    list_display = ("database", "user", "tenant", "generation", "created_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("database__slug", "user__username", "id")
    list_select_related = ("database", "user", "tenant")
    date_hierarchy = "created_at"
