"""Stage: views. The admin of installed widgets, workspaces and what stands on them."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_confirm import ask_first
from widgets_manager.core.admin_display import DetailedAdmin, rows_link
from widgets_manager.widgets.actions.installs import set_enabled, uninstall_widget
from widgets_manager.widgets.actions.revalidation import revalidate
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

# Messages travel in a cookie or the session: of a manifest that is wrong throughout the first faults say enough.
_FAULTS_SHOWN: Final = 5


class ReachFilter(admin.SimpleListFilter):
    """Whether a widget is installed for one person or for everybody."""

    title = "installed for"
    parameter_name = "reach"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two reaches."""
        return [("person", "One person"), ("tenant", "Whole organisation")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The widgets of the chosen reach."""
        if self.value() not in ("person", "tenant"):
            return queryset
        return queryset.filter(user__isnull=self.value() == "tenant")


@admin.register(InstalledWidget)
class InstalledWidgetAdmin(DetailedAdmin):
    """What is installed for whom; switched, checked and removed as on the Widget Manager page."""

    list_display = ("name", "version", "enabled", "reach", "source_type", "places", "tenant", "updated_at")
    list_filter = ("enabled", "source_type", ReachFilter, TenantFilter, "created_at", "updated_at")
    search_fields = (
        "name",
        "slug",
        "source_ref",
        "user__username",
        "tenant__name",
        "tenant__slug",
        "id",
        "package_version__content_hash",
    )
    list_select_related = ("user", "tenant", "package_version")
    date_hierarchy = "created_at"
    actions = ("enable", "disable", "disable_everywhere", "revalidate", "uninstall")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InstalledWidget]:
        """With the number of places."""
        rows: QuerySet[InstalledWidget] = super().get_queryset(request)
        return rows.annotate(place_count=Count("instances"))

    @admin.display(description="installed for", ordering="user__username")
    def reach(self, widget: InstalledWidget) -> str:
        """A person's username, or everybody."""
        return widget.user.username if widget.user else "whole organisation"

    @admin.display(ordering="place_count")
    def places(self, widget: InstalledWidget) -> SafeString | int:
        """On how many dashboards it stands."""
        count: int = widget.place_count  # type: ignore[attr-defined]  # annotated above
        return rows_link(WidgetInstance, count, widget__id__exact=widget.pk)

    @admin.action(description="Enable", permissions=["act"])
    def enable(self, request: HttpRequest, rows: QuerySet[InstalledWidget]) -> None:
        """The very next chat message knows them again."""
        self._switch(request, rows, enabled=True)

    @admin.action(description="Disable", permissions=["act"])
    def disable(self, request: HttpRequest, rows: QuerySet[InstalledWidget]) -> None:
        """These installs only; the very next chat message does not know them any more."""
        self._switch(request, rows, enabled=False)

    @admin.action(description="Disable everywhere: all installs of the same content", permissions=["act"])
    def disable_everywhere(self, request: HttpRequest, rows: QuerySet[InstalledWidget]) -> None:
        """Every install with the same content, whoever made it, in all organisations whose rows the user may see."""
        hashes = set(rows.values_list("package_version__content_hash", flat=True))
        everywhere = self.get_queryset(request).filter(package_version__content_hash__in=hashes, enabled=True)
        self._switch(request, everywhere.select_related("tenant"), enabled=False)

    @admin.action(description="Revalidate the manifests", permissions=["view"])
    def revalidate(self, request: HttpRequest, rows: QuerySet[InstalledWidget]) -> None:
        """Check them against today's rules; changes nothing."""
        faulty = [row for row in rows.select_related("package_version") if self._tell_faults(request, row)]
        fine = len(rows) - len(faulty)
        if fine:
            self.message_user(request, f"{fine} manifests are valid.", messages.SUCCESS)

    @admin.action(description="Uninstall", permissions=["act"])
    def uninstall(self, request: HttpRequest, rows: QuerySet[InstalledWidget]) -> HttpResponse | None:
        """With their places and the data in them, after a question."""
        question = "Uninstall these widgets, with every panel of theirs and the data in it?"
        page = ask_first(self, request, rows, question=question, button="Uninstall")
        if page is None:
            self.run_each(
                request,
                rows,
                lambda actor, row: uninstall_widget(actor=actor, widget=row),
                done="widgets uninstalled.",
            )
        return page

    def _switch(self, request: HttpRequest, rows: QuerySet[InstalledWidget], *, enabled: bool) -> None:
        self.run_each(
            request,
            rows,
            lambda actor, row: set_enabled(actor=actor, widget=row, enabled=enabled),
            done=f"widgets {'enabled' if enabled else 'disabled'}.",
        )

    def _tell_faults(self, request: HttpRequest, widget: InstalledWidget) -> bool:
        """Show what is wrong with a manifest; whether anything is."""
        problems = revalidate(widget)
        for problem in problems[:_FAULTS_SHOWN]:
            where = f"{problem.path}: " if problem.path else ""
            self.message_user(request, f"{widget} ({widget.tenant}): {where}{problem.message}", messages.ERROR)
        if len(problems) > _FAULTS_SHOWN:
            rest = len(problems) - _FAULTS_SHOWN
            self.message_user(request, f"{widget} ({widget.tenant}): and {rest} more faults", messages.ERROR)
        return bool(problems)


@admin.register(Workspace)
class WorkspaceAdmin(DetailedAdmin):
    """Dashboards."""

    list_display = ("name", "owner", "visibility", "panels", "tenant", "created_at", "updated_at")
    list_filter = ("visibility", TenantFilter, "created_at", "updated_at")
    search_fields = ("name", "owner__username", "tenant__name", "tenant__slug", "id")
    list_select_related = ("owner", "tenant")
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workspace]:
        """With the number of panels."""
        rows: QuerySet[Workspace] = super().get_queryset(request)
        return rows.annotate(panel_count=Count("instances"))

    @admin.display(ordering="panel_count")
    def panels(self, workspace: Workspace) -> SafeString | int:
        """How many panels stand on it."""
        count: int = workspace.panel_count  # type: ignore[attr-defined]  # annotated above
        return rows_link(WidgetInstance, count, workspace__id__exact=workspace.pk)


@admin.register(WidgetInstance)
class WidgetInstanceAdmin(DetailedAdmin):
    """Places of widgets and built-ins on dashboards."""

    list_display = ("panel_id", "what", "label", "workspace", "user", "tenant", "created_at", "updated_at")
    list_filter = ("builtin_slug", TenantFilter, "created_at", "updated_at")
    search_fields = ("panel_id", "widget__name", "widget__slug", "workspace__name", "user__username", "entry_id", "id")
    list_select_related = ("widget", "workspace", "user", "tenant")
    date_hierarchy = "created_at"

    @admin.display(description="widget", ordering="widget__name")
    def what(self, instance: WidgetInstance) -> str:
        """The widget's name, or the built-in's."""
        return instance.widget.name if instance.widget else f"{instance.builtin_slug} (built-in)"
