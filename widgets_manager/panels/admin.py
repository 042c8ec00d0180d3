"""Stage: views. The admin of what panels hold and of what people used last."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin
from widgets_manager.panels.models import PanelItem, RecentItem


class HolderFilter(admin.SimpleListFilter):
    """Whether an item belongs to a panel of its own, to somebody's copy of a built-in, or to a dashboard."""

    title = "held by"
    parameter_name = "holder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The kinds of holders."""
        return [
            ("instance", "A panel on a dashboard"),
            ("user", "A person's built-in"),
            ("workspace", "A dashboard's built-in"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The items of the chosen kind."""
        if self.value() not in ("instance", "user", "workspace"):
            return queryset
        return queryset.filter(**{f"{self.value()}__isnull": False})


@admin.register(PanelItem)
class PanelItemAdmin(DetailedAdmin):
    """Tasks, notes, links, figures: the data of panels."""

    list_display = ("title", "held_by", "position", "done", "tenant", "created_at", "updated_at")
    list_filter = ("done", HolderFilter, "builtin_slug", TenantFilter, "created_at", "updated_at")
    search_fields = ("title", "instance__panel_id", "instance__widget__name", "user__username", "builtin_slug", "id")
    list_select_related = ("instance", "user", "workspace", "tenant")
    date_hierarchy = "created_at"
    show_full_result_count = False

    @admin.display(description="held by", ordering="instance__panel_id")
    def held_by(self, item: PanelItem) -> str:
        """The panel's id, or the person or dashboard and their built-in."""
        return item.instance.panel_id if item.instance else f"{item.user or item.workspace} ({item.builtin_slug})"


@admin.register(RecentItem)
class RecentItemAdmin(DetailedAdmin):
    """What each person used last; the oldest go by themselves."""

    list_display = ("title", "kind", "user", "tenant", "used_at")
    list_filter = ("kind", TenantFilter, "used_at")
    search_fields = ("title", "key", "user__username", "tenant__name", "id")
    list_select_related = ("user", "tenant")
    date_hierarchy = "used_at"
    show_full_result_count = False
