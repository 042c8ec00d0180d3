"""What the functions keep: for each person in each organisation, seen by nobody else."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils import timezone

from widgets_manager.core.actor import Actor

Row = TypeVar("Row", bound="Owned")


class Owned(models.Model):
    """A row of one person in one organisation."""

    tenant = models.ForeignKey("core.Tenant", on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def of(cls: type[Row], actor: Actor) -> models.QuerySet[Row]:
        """The actor's own rows."""
        return cls._default_manager.filter(tenant=actor.tenant, user=actor.user)

    @classmethod
    def add(cls: type[Row], actor: Actor, **values: Any) -> Row:
        """A new row of the actor's."""
        return cls._default_manager.create(tenant=actor.tenant, user=actor.user, **values)


class Meeting(Owned):
    """Something in the calendar."""

    topic = models.CharField(max_length=200)
    duration = models.PositiveIntegerField(help_text="Minutes.")
    priority = models.CharField(max_length=4)
    notes = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.topic


class Thing(Owned):
    """Something at a path, which can be deleted; it is kept as deleted, so that it does not come back."""

    path = models.CharField(max_length=300)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["path"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "user", "path"], condition=models.Q(deleted_at=None), name="sample_thing_once"
            )
        ]

    def __str__(self) -> str:
        return self.path


class Card(Owned):
    """A task on a board; positions count within a column."""

    title = models.CharField(max_length=200)
    column = models.CharField(max_length=20)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["column", "position", "id"]

    def __str__(self) -> str:
        return self.title


class Contact(Owned):
    """A person whom somebody wrote down."""

    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Source(Owned):
    """An address that somebody added to their sources."""

    title = models.CharField(max_length=200)
    url = models.URLField(max_length=500)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title
