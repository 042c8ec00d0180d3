"""Stage: views. The admin of notifications."""

from __future__ import annotations

from django.contrib import admin

from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin
from widgets_manager.notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(DetailedAdmin):
    """What people were told; the oldest go by themselves."""

    list_display = ("title", "user", "source", "urgent", "read_at", "tenant", "created_at")
    list_filter = ("urgent", TenantFilter, "created_at", "read_at")
    search_fields = ("title", "text", "source", "user__username", "id")
    list_select_related = ("user", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False
