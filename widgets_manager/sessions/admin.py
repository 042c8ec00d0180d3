"""Stage: views. The admin of sessions: what apps keep, what is mounted, which files were given."""

from __future__ import annotations

from django.contrib import admin

from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin
from widgets_manager.sessions.models import MountedWidget, SessionFile, SessionState, WidgetSession


@admin.register(WidgetSession)
class WidgetSessionAdmin(DetailedAdmin):
    """Conversations in which a widget kept something."""

    list_display = ("id", "tenant", "created_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("id", "tenant__name", "tenant__slug")
    list_select_related = ("tenant",)
    date_hierarchy = "created_at"


@admin.register(SessionState)
class SessionStateAdmin(DetailedAdmin):
    """State by session and app; an empty app is the chat itself."""

    list_display = ("session", "app", "tenant", "updated_at")
    list_filter = (TenantFilter, "updated_at")
    search_fields = ("session__id", "app__name", "id")
    list_select_related = ("session", "app", "tenant")
    date_hierarchy = "updated_at"
    show_full_result_count = False


@admin.register(MountedWidget)
class MountedWidgetAdmin(DetailedAdmin):
    """What was rendered into sessions, closed or not."""

    list_display = ("widget_id", "session", "app", "zone", "ref", "tenant", "created_at", "closed_at")
    list_filter = ("zone", TenantFilter, "created_at", "closed_at")
    search_fields = ("widget_id", "session__id", "app__name", "ref", "title", "id")
    list_select_related = ("session", "app", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(SessionFile)
class SessionFileAdmin(DetailedAdmin):
    """Files that people gave to widgets."""

    list_display = ("name", "session", "app", "user", "tenant", "created_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("name", "session__id", "app__name", "user__username", "id")
    list_select_related = ("session", "app", "user", "tenant")
    date_hierarchy = "created_at"
