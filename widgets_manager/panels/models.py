"""Stage: models. What data-driven panels hold, and what a person used last."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from widgets_manager.core.models import Tenant, User
from widgets_manager.widgets.models import WidgetInstance, Workspace


class PanelItem(models.Model):
    """One entry of a panel: a task, a note, a link, a figure with its history.

    It belongs to an instance (shared with all who see that), to a user's own copy of a built-in, or to a workspace,
    where every place of a built-in shows it.
    `position` orders the entries and leaves gaps; people count the entries as they are listed, from 1.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="panel_items")
    instance = models.ForeignKey(WidgetInstance, null=True, blank=True, on_delete=models.CASCADE, related_name="items")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="panel_items")
    workspace = models.ForeignKey(
        Workspace, null=True, blank=True, on_delete=models.CASCADE, related_name="panel_items"
    )
    builtin_slug = models.CharField(max_length=50, blank=True)
    position = models.FloatField()
    title = models.CharField(max_length=500)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    done = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "panel_items"
        ordering = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(instance__isnull=False, user__isnull=True, workspace__isnull=True, builtin_slug="")
                    | (Q(instance__isnull=True, user__isnull=False, workspace__isnull=True) & ~Q(builtin_slug=""))
                    | (Q(instance__isnull=True, user__isnull=True, workspace__isnull=False) & ~Q(builtin_slug=""))
                ),
                name="item_of_one_holder",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["instance", "position"], name="item_of_instance"),
            models.Index(
                fields=["user", "tenant", "builtin_slug", "position"],
                condition=Q(user__isnull=False),
                name="item_of_user",
            ),
            models.Index(
                fields=["workspace", "builtin_slug", "position"],
                condition=Q(workspace__isnull=False),
                name="item_of_workspace",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RecentItem(models.Model):
    """A panel, an item of one or a conversation that a person used; goes when that goes."""

    class Kind(models.TextChoices):
        """What was used."""

        PANEL = "panel", "Panel"
        ITEM = "item", "Item"
        CONVERSATION = "conversation", "Conversation"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recent_items")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    key = models.CharField(max_length=300)
    title = models.CharField(max_length=500)
    url = models.CharField(max_length=2000, blank=True)
    instance = models.ForeignKey(WidgetInstance, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(PanelItem, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "recent_items"
        ordering = ["-used_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "tenant", "kind", "key"], name="recent_once"),
            models.CheckConstraint(condition=Q(kind__in=["panel", "item", "conversation"]), name="recent_kind_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "tenant", "-used_at"], name="recent_newest")]

    def __str__(self) -> str:
        return self.title
