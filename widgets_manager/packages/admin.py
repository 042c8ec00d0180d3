"""Stage: views. The admin of package versions."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from widgets_manager.core.admin_base import TenantFilter
from widgets_manager.core.admin_display import DetailedAdmin
from widgets_manager.packages.models import PackageFile, PackageVersion


@admin.register(PackageVersion)
class PackageVersionAdmin(DetailedAdmin):
    """What was installed, by content; the database refuses changes."""

    list_display = (
        "name",
        "version",
        "slug",
        "form",
        "readable_size",
        "installed",
        "tenant",
        "short_hash",
        "created_at",
    )
    list_filter = ("form", TenantFilter, "created_at")
    search_fields = ("name", "slug", "version", "content_hash", "id", "tenant__name", "tenant__slug")
    list_select_related = ("tenant",)
    date_hierarchy = "created_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PackageVersion]:
        """With the number of installs."""
        rows: QuerySet[PackageVersion] = super().get_queryset(request)
        return rows.annotate(install_count=Count("installs"))

    @admin.display(description="installs", ordering="install_count")
    def installed(self, version: PackageVersion) -> int:
        """How many installs point to it; none is kept for the history."""
        count: int = version.install_count  # type: ignore[attr-defined]  # annotated above
        return count

    @admin.display(description="size", ordering="size")
    def readable_size(self, version: PackageVersion) -> str:
        """In units that people read."""
        return filesizeformat(version.size)

    @admin.display(description="content hash", ordering="content_hash")
    def short_hash(self, version: PackageVersion) -> str:
        """Enough to tell versions apart in a list."""
        return version.content_hash[:12]


@admin.register(PackageFile)
class PackageFileAdmin(DetailedAdmin):
    """The files that versions are made of."""

    list_display = ("path", "version", "readable_size", "tenant")
    list_filter = (TenantFilter,)
    search_fields = ("path", "id", "version__slug", "version__name", "blob__sha256", "tenant__name", "tenant__slug")
    list_select_related = ("tenant", "version", "blob")

    @admin.display(description="size", ordering="blob__size")
    def readable_size(self, file: PackageFile) -> str:
        """In units that people read."""
        return filesizeformat(file.blob.size)
