"""Stage: models. Streams and their numbered events, kept LIVE_RETENTION_DAYS for clients that come back."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from widgets_manager.core.models import Tenant


class Stream(models.Model):
    """A numbered sequence of events: of a workspace, a conversation, a tenant, or of one person in one tenant.

    `last_number` has no gaps: the row is locked from taking a number to the commit. `access_number` counts the
    occasions on which subscribers have to be authorized anew.

    The tenant is no constraint of the database: checking one locks the tenant's row, and an action that holds that
    row while it waits for a stream would deadlock with a writer that holds the stream.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    key = models.UUIDField()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    last_number = models.PositiveBigIntegerField(default=0)
    access_number = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "live_streams"
        constraints: ClassVar = [
            # A person's stream has the same key in every tenant they belong to; numbers run per tenant.
            models.UniqueConstraint(fields=["kind", "key", "tenant"], name="live_stream_once"),
            models.CheckConstraint(condition=models.Q(kind__regex=r"^[a-z][a-z_]*$"), name="live_stream_kind_word"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Event(models.Model):
    """One change, as clients get it: `type` names the shape of `data` (see docs/live.md)."""

    id = models.BigAutoField(primary_key=True)
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, db_index=False, related_name="events")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    number = models.PositiveBigIntegerField()
    type = models.CharField(max_length=60)
    data = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "live_events"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "number"], name="live_event_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.type}"
