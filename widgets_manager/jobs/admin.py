"""Stage: views. The admin of background work."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from widgets_manager.core.admin_base import SuperuserAdmin, TenantFilter, TenantScopedAdmin
from widgets_manager.jobs.access import get_job
from widgets_manager.jobs.actions import cancel_job
from widgets_manager.jobs.models import Job, JobCall, Outbox, PeriodicRun, WorkerHeartbeat


@admin.register(Job)
class JobAdmin(TenantScopedAdmin):
    """Jobs: where they are, how often they were tried, why they failed."""

    list_display = (
        "title",
        "kind",
        "state",
        "attempts",
        "progress",
        "user",
        "tenant",
        "created_at",
        "run_after",
        "finished_at",
    )
    list_filter = ("state", "kind", TenantFilter, "created_at", "finished_at")
    search_fields = ("id", "kind", "title", "user__username", "tenant__name", "error")
    list_select_related = ("user", "tenant")
    date_hierarchy = "created_at"
    actions = ("cancel_jobs",)

    @admin.action(description="Cancel the jobs", permissions=["act"])
    def cancel_jobs(self, request: HttpRequest, rows: QuerySet[Job]) -> None:
        """Queued ones never start; running ones write nothing more."""
        self.run_each(
            request,
            rows,
            lambda actor, row: cancel_job(actor=actor, job=get_job(actor, row.pk)),
            done="jobs cancelled.",
        )


@admin.register(JobCall)
class JobCallAdmin(TenantScopedAdmin):
    """What jobs' code has asked for, call by call."""

    list_display = ("job", "round", "sequence", "method", "tenant", "created_at")
    list_filter = ("method", TenantFilter, "created_at")
    search_fields = ("job__id", "method")
    list_select_related = ("job", "tenant")


@admin.register(Outbox)
class OutboxAdmin(TenantScopedAdmin):
    """Wake-ups that the broker has not taken yet; more than a few mean that Redis is away."""

    list_display = ("job", "tenant", "created_at")
    list_filter = (TenantFilter, "created_at")
    search_fields = ("job__id", "job__kind")
    list_select_related = ("job", "tenant")


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(SuperuserAdmin):
    """The workers, and when each was last heard of."""

    list_display = ("name", "started_at", "seen_at")
    list_filter = ("seen_at",)
    search_fields = ("name",)


@admin.register(PeriodicRun)
class PeriodicRunAdmin(SuperuserAdmin):
    """Housekeeping: when each piece ran, what went wrong, when it is due."""

    list_display = ("name", "last_started_at", "last_finished_at", "due_at", "busy_until", "last_error")
    list_filter = ("last_finished_at",)
    search_fields = ("name", "last_error")
