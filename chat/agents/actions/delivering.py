"""Stage: actions. What people say, on its way to the agents in the conversation, until they acknowledge it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import orjson
from django.db import connection
from django.utils import timezone

from chat.agents.access import agents_in
from chat.agents.frames import message_frame
from chat.agents.models import Agent, AgentBlob, Delivery, ReceivedFrame
from chat.agents.wakes import wake
from chat.conversations.models import Attachment, Message, Participant
from chat.conversations.reading import mark_read_by
from widgets_manager.core.unit_of_work import unit_of_work

ANSWER: Final = "agent_answer"
# What widgets tell the assistant, in their own words.
_NOT_FOR_AGENTS: Final = frozenset({ANSWER, "widget_event"})
KEPT_FOR: Final = timedelta(days=7)
READ_AT_ONCE: Final = 2_000_000  # characters of frames that are read for one agent at a time

# The oldest that were neither acknowledged nor are on their way, as long as they are few and small enough together.
_PENDING: Final = """
SELECT wanted.agent, open.id, open.message_id, open.frame
FROM unnest(%s::uuid[], %s::int[]) AS wanted (agent, room)
CROSS JOIN LATERAL (
  SELECT message_id, frame, id, sum(length(frame)) OVER (ORDER BY id) - length(frame) AS before FROM (
    SELECT id, message_id, frame FROM agent_deliveries
    WHERE agent_id = wanted.agent AND acked_at IS NULL AND id <> ALL(%s::bigint[])
    ORDER BY id LIMIT wanted.room
  ) AS first
) AS open
WHERE open.before < %s ORDER BY open.id
"""
_ACKNOWLEDGE: Final = """
WITH done AS (
  UPDATE agent_deliveries AS delivery SET acked_at = now(), frame = ''
  FROM unnest(%s::uuid[], %s::uuid[]) AS read (agent, message)
  WHERE delivery.agent_id = read.agent AND delivery.message_id = read.message AND delivery.acked_at IS NULL
  RETURNING delivery.agent_id, delivery.message_id
)
SELECT done.agent_id, message.conversation_id, max(message.number)
FROM done JOIN messages AS message ON message.id = done.message_id
GROUP BY done.agent_id, message.conversation_id
"""


def deliver_message(message: Message) -> None:
    """Put what a person said on its way to every agent in the conversation; in the transaction that posts it.

    Agents do not hear each other: two that answer everything would never stop.
    """
    sender = message.sender
    if sender.kind != Participant.Kind.USER or message.payload.get("type") in _NOT_FOR_AGENTS:
        return
    agents = agents_in(message.conversation).order_by("pk")
    if not agents:
        return
    attachments = [show_file(row) for row in message.attachments.select_related("blob")]
    for agent in agents:
        put_on_its_way(agent, message, as_payload(message.text), attachments)
    wake(agent.pk for agent in agents)


def put_on_its_way(agent: Agent, message: Message, payload: str, attachments: list[dict[str, Any]]) -> None:
    """One message to one agent; wake it afterwards."""
    user_id = message.sender.user_id
    if user_id is None:
        raise ValueError("only what people say is brought to agents")
    frame = message_frame(
        message_id=message.pk,
        sender=user_id,
        agent_id=agent.pk,
        conversation_id=message.conversation_id,
        text=payload,
        reply_to=message.reply_to_id,
        attachments=attachments,
    )
    Delivery.objects.create(tenant_id=message.tenant_id, agent=agent, message=message, frame=frame)


def as_payload(text: str) -> str:
    """A text as agents get it: one that looks like JSON is wrapped, so that nobody can type the answer to a widget."""
    if not text.lstrip().startswith("{"):
        return text
    return orjson.dumps({"kind": "chat.message", "text": text, "attachments": []}).decode()


def show_file(row: Attachment) -> dict[str, Any]:
    """An attachment as agents get it (its blob loaded)."""
    shown: dict[str, Any] = {
        "id": str(row.pk),
        "name": row.name,
        "mime": row.mime,
        "size": row.size,
        "blob_id": str(row.blob_id),
        "sha256": row.blob.sha256,
    }
    return shown | {key: value for key, value in (("width", row.width), ("height", row.height)) if value is not None}


@dataclass(frozen=True, slots=True)
class Pending:
    """A delivery that is to be sent."""

    agent: uuid.UUID
    id: int
    message: uuid.UUID
    frame: str


def read_pending(rooms: Sequence[tuple[uuid.UUID, int]], on_their_way: Collection[int]) -> list[Pending]:
    """What is to be sent, oldest first, at most so many for each agent; `on_their_way` are ids of deliveries."""
    with connection.cursor() as cursor:
        agents, numbers = [agent for agent, _ in rooms], [room for _, room in rooms]
        cursor.execute(_PENDING, [agents, numbers, list(on_their_way), READ_AT_ONCE])
        return [Pending(*row) for row in cursor.fetchall()]


def acknowledge(read: Collection[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """Agents have these messages (agent, message); what is no delivery, or was acknowledged before, is passed over.

    How far an agent has read is shown in the conversation as it is of people.
    """
    with unit_of_work():
        with connection.cursor() as cursor:
            cursor.execute(_ACKNOWLEDGE, [[agent for agent, _ in read], [message for _, message in read]])
            newest = cursor.fetchall()
        marks = {(agent, conversation): number for agent, conversation, number in newest}
        agents, conversations = ({key[place] for key in marks} for place in (0, 1))
        here = Participant.objects.filter(agent_id__in=agents, conversation__in=conversations, left_at__isnull=True)
        for row in here.select_related("conversation").order_by("pk"):
            if row.agent_id is not None and (number := marks.get((row.agent_id, row.conversation_id))):
                mark_read_by(row, number)


def forget_old() -> int:
    """Delete acknowledged deliveries, ids of received frames and uploads after a week; returns how many.

    An upload that was said stays in its conversation.
    """
    limit = timezone.now() - KEPT_FOR
    old = (
        Delivery.objects.filter(acked_at__lt=limit),
        ReceivedFrame.objects.filter(created_at__lt=limit),
        AgentBlob.objects.filter(created_at__lt=limit),
    )
    return sum(rows.delete()[0] for rows in old)
