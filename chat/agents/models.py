"""Stage: models. Agents, what is still to be brought to them, and what they asked people."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chat.conversations.models import Conversation, Message
from widgets_manager.core.models import Tenant, User
from widgets_manager.files.models import Blob


class Agent(models.Model):
    """A program of somebody's that takes part in conversations; it acts with its owner's rights.

    Only the SHA-256 of its token is stored (none once it is revoked); `token_hint` is what lists show. A deleted agent
    stays as the one who said what it said.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="agents")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="agents")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=500, blank=True)
    shared = models.BooleanField(default=False, help_text="Everybody in the organisation may talk to it.")
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    token_hint = models.CharField(max_length=16, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    rotated_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "agents"
        ordering = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="agent_token_once"),
            models.CheckConstraint(
                condition=Q(token_hash="") | Q(revoked_at__isnull=True, deleted_at__isnull=True),
                name="agent_token_usable",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """The lease of an agent's one connection: whose `connection` is not the one here any more was taken over.

    The process that holds the socket renews `until`; a process that was killed lets it run out.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, primary_key=True, related_name="presence")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    connection = models.UUIDField(null=True, blank=True)
    turn = models.PositiveBigIntegerField(default=0, help_text="Grows with every connection.")
    until = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "agent_presences"
        indexes: ClassVar = [
            models.Index(fields=["until"], condition=Q(connection__isnull=False), name="agent_presence_until"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id}"


class Delivery(models.Model):
    """A message on its way to an agent, until the agent acknowledges it.

    `frame` is made once, so that it is the same each time it is sent; it is emptied by the acknowledgement.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    frame = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    acked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "agent_deliveries"
        verbose_name_plural = "deliveries"
        ordering = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "message"], name="agent_delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["agent", "id"], condition=Q(acked_at__isnull=True), name="agent_delivery_open"),
            models.Index(fields=["acked_at"], condition=Q(acked_at__isnull=False), name="agent_delivery_acked"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.agent_id}"


class ReceivedFrame(models.Model):
    """The id of a frame that was taken from an agent, kept so that a frame sent again does nothing twice.

    Those of the last minute also tell how much a conversation has got.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    wire_id = models.CharField(max_length=200)
    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        db_table = "agent_frames"
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "wire_id"], name="agent_frame_once")]
        indexes: ClassVar = [models.Index(fields=["conversation", "created_at"], name="agent_frame_lately")]

    def __str__(self) -> str:
        return self.wire_id


class AgentBlob(models.Model):
    """A file that an agent uploaded, and may therefore send and read."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="blobs")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "agent_blobs"
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "blob"], name="agent_blob_once")]

    def __str__(self) -> str:
        return f"{self.blob_id}"


class WidgetPrompt(models.Model):
    """What an agent asks in a conversation: one of the seven kinds, shown in its message as `tree`.

    `widget_id` is the agent's own name for it; of several with one name the newest counts, the others are `replaced`.
    With `asked` only that person may answer, else every person in the conversation, once each.
    """

    class State(models.TextChoices):
        """Whether it can be answered."""

        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered by everybody who was asked"
        EXPIRED = "expired", "Expired"
        CANCELLED = "cancelled", "Cancelled"
        REPLACED = "replaced", "Replaced by a newer one"

    class Mode(models.TextChoices):
        """What answers of several people mean."""

        INDIVIDUAL = "individual", "Each for themselves"
        COLLECTIVE = "collective", "A vote"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="prompts")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="prompts")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="prompt")
    widget_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    spec = models.JSONField(encoder=DjangoJSONEncoder)
    tree = models.JSONField(encoder=DjangoJSONEncoder)
    response_mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.INDIVIDUAL)
    asked = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "agent_prompts"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agent", "conversation", "widget_id"],
                condition=~Q(state="replaced"),
                name="agent_prompt_newest",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], condition=Q(state="open", expires_at__isnull=False), name="agent_prompt_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.widget_id}"


class WidgetAnswer(models.Model):
    """What one person answered, once; `value` is what may be shown of it (passwords are not kept)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(WidgetPrompt, on_delete=models.CASCADE, related_name="answers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    value = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    cancelled = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "agent_answers"
        ordering = ["created_at", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["prompt", "user"], name="agent_answer_once")]

    def __str__(self) -> str:
        return f"{self.user} to {self.prompt}"
