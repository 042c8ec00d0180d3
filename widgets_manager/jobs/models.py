"""Stage: models. Background work as rows: what is to be done, who holds it, and the wake-ups still to be sent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now

from widgets_manager.core.models import Tenant, User


class JobState(models.TextChoices):
    """Where a job is; the last three are final."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing will happen to the job any more."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class Job(models.Model):
    """One piece of background work of a user, kept until it ends, whatever happens to workers and to Redis.

    Whoever runs it holds the lease: `lease_token` until `lease_until`, by the database's clock. Every write of the
    running side compares the token. `scopes` are the enqueuing actor's: a job may do no more than who asked for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="jobs")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="jobs")
    scopes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=200, blank=True, help_text="What people call it.")
    args = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often it was started.")
    max_attempts = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=0, help_text="How often its work began anew: see JobCall.")
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    run_after = models.DateTimeField(db_default=Now())
    woken_at = models.DateTimeField(null=True, blank=True, help_text="When workers were last told of it.")
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent.")
    progress_note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    error = models.TextField(blank=True, help_text="Why the last attempt failed.")
    error_code = models.CharField(max_length=60, blank=True, help_text="A word for it, where there is one.")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "jobs"
        ordering = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(condition=models.Q(progress__lte=100), name="job_progress_percent"),
            models.CheckConstraint(
                condition=models.Q(state="running", lease_token__isnull=False, lease_until__isnull=False)
                | (~models.Q(state="running") & models.Q(lease_token=None, lease_until=None)),
                name="job_lease_while_running",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | models.Q(state__in=["queued", "running"], finished_at=None),
                name="job_finished_when_final",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run_after"], condition=models.Q(state="queued"), name="job_queued"),
            models.Index(fields=["tenant", "run_after"], condition=models.Q(state="queued"), name="job_tenant_queued"),
            models.Index(fields=["lease_until"], condition=models.Q(state="running"), name="job_running"),
            models.Index(fields=["tenant", "-created_at"], name="job_tenant"),
            models.Index(fields=["user", "-created_at"], name="job_user"),
            models.Index(fields=["tenant"], condition=models.Q(state="running"), name="job_tenant_running"),
            models.Index(fields=["tenant", "-started_at"], name="job_tenant_started"),
            models.Index(fields=["finished_at"], condition=models.Q(finished_at__isnull=False), name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class JobCall(models.Model):
    """Something that a job's code asked for, and what came of it: the next attempt of the round gets the same answer.

    `answer` is JSON text; empty for a call that was begun and whose outcome is not known here. `moment` is what the
    code took for the time afterwards, in milliseconds.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="calls")
    round = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    method = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, help_text="SHA-256 of method and parameters.")
    answer = models.TextField(blank=True)
    moment = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "job_calls"
        ordering = ["job", "round", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "round", "sequence"], name="job_call_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} #{self.sequence} {self.method}"


class Outbox(models.Model):
    """A wake-up that workers have not been sent yet; written in the transaction that makes the job due."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="wake_up")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "job_outbox"
        verbose_name_plural = "outbox"

    def __str__(self) -> str:
        return f"wake-up for {self.job_id}"


class WorkerHeartbeat(models.Model):
    """A worker that said it is alive at `seen_at`."""

    name = models.CharField(primary_key=True, max_length=200)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "job_workers"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PeriodicRun(models.Model):
    """When a periodic piece of housekeeping is due next; `busy_until` keeps a second worker from starting it too."""

    name = models.CharField(primary_key=True, max_length=100)
    due_at = models.DateTimeField(db_default=Now())
    busy_until = models.DateTimeField(null=True, blank=True)
    run_token = models.UUIDField(null=True, blank=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    last_finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        db_table = "job_periodic_runs"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
