"""Stage: models. Conversations, who takes part, and what was said."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from widgets_manager.core.models import Tenant, User
from widgets_manager.files.models import Blob
from widgets_manager.widgets.models import InstalledWidget


class Conversation(models.Model):
    """A chat of people, the assistant and agents. `last_number` numbers its messages without gaps.

    One with an `app` is about that app alone; one without uses all that the person has.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="conversations")
    app = models.ForeignKey(InstalledWidget, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "conversations"
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.title or "New conversation"


class Participant(models.Model):
    """Someone in a conversation: a user, the assistant, or an agent (named by its id, and by the name it had last).

    Whoever left stays as the sender of what they said. `last_read_number` is the newest message that a user has seen.
    """

    class Kind(models.TextChoices):
        """Who it is."""

        USER = "user", "User"
        ASSISTANT = "assistant", "Assistant"
        AGENT = "agent", "Agent"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="participations")
    agent_id = models.UUIDField(null=True, blank=True, db_index=True)
    name = models.CharField(max_length=200, blank=True, help_text="Of an agent.")
    last_read_number = models.PositiveIntegerField(default=0, editable=False)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "participants"
        ordering = ["joined_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(kind="user", user__isnull=False, agent_id__isnull=True)
                    | Q(kind="assistant", user__isnull=True, agent_id__isnull=True)
                    | Q(kind="agent", user__isnull=True, agent_id__isnull=False)
                ),
                name="participant_one_identity",
            ),
            models.UniqueConstraint(
                fields=["conversation", "kind", "user", "agent_id"], name="participant_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.conversation_id}"


class Message(models.Model):
    """What a participant said: plain text, and a structured payload for results, questions and widgets.

    `payload` is `{}` or `{"type": …}`; an answer that is being written has status `streaming`, and `updated_at`
    is its heartbeat.
    """

    class Status(models.TextChoices):
        """How far the message is."""

        STREAMING = "streaming", "Being written"
        COMPLETE = "complete", "Complete"
        FAILED = "failed", "Failed"
        INTERRUPTED = "interrupted", "Cut off"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    sender = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    payload = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.COMPLETE)
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "messages"
        ordering = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="message_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["updated_at"], condition=Q(status="streaming"), name="message_streaming"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(models.Model):
    """A file of a conversation: uploaded by one who takes part, then said with a message of theirs.

    `mime` is what the content is, not what its name or its sender claims; `width` and `height` are a picture's pixels.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    sender = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "attachments"
        ordering = ["position", "created_at"]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(message__isnull=True), name="attachment_unsent"),
        ]

    def __str__(self) -> str:
        return self.name
