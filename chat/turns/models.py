"""Stage: models. How an answer came about, for the person who asks why."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from chat.conversations.models import Message
from widgets_manager.core.models import Tenant


class Turn(models.Model):
    """One question and its answer: the prompt section used, who answered, and each intent chosen with its outcome."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="turn")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    provider = models.CharField(max_length=100)
    model = models.CharField(max_length=200, blank=True)
    generation = models.CharField(max_length=50)
    prompt_section = models.TextField()
    visible_panel_ids = models.JSONField(null=True)
    focused_panel_id = models.CharField(max_length=250, blank=True)
    steps = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "turns"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"turn of {self.message_id}"
