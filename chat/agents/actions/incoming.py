"""Stage: actions. What agents send: messages, widgets and their changes, each frame once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from chat.agents.access import Caller, conversation_of, identify_again, readable_blob
from chat.agents.actions.prompts import ask, change
from chat.agents.frames import AgentFrame, AttachmentField
from chat.agents.models import Agent, ReceivedFrame
from chat.agents.pace import MINUTE, TooFast
from chat.agents.payloads import Asked, Changed, Payload, parse_payload
from chat.conversations.actions import post_as_agent
from chat.conversations.attaching import GivenFile
from chat.conversations.models import Conversation, Message, Participant
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.models import User
from widgets_manager.core.unit_of_work import unit_of_work


def receive_message(caller: Caller, frame: AgentFrame) -> uuid.UUID | None:
    """Carry out an agent's MSG; returns the message that it became (None for a change of a widget).

    A frame whose id was received before does nothing again. Raises NotSignedIn when the token does not count any
    more, NotFound for what the agent takes no part in, InvalidInput for what is malformed, TooFast where agents have
    sent as much to the conversation as it takes.
    """
    payload = parse_payload(frame.text)
    with unit_of_work():
        agent, actor = identify_again(caller)
        row, is_new = _note(agent, frame.id)
        if not is_new:
            return row.message_id
        conversation = conversation_of(agent, frame.conversation_id)
        _require_pace(conversation)
        asked = _addressee(conversation, frame.to)
        message = _carry_out(agent, conversation, frame, payload, asked)
        row.conversation, row.message = conversation, message
        row.save(update_fields=["conversation", "message"])
        if message is not None:
            record_audit(actor=actor, action="agent.message", target=message, agent=str(agent.pk))
        return row.message_id


def _note(agent: Agent, wire_id: str) -> tuple[ReceivedFrame, bool]:
    """The row of the frame's id, and whether it is new; a twin that is being received elsewhere is waited for."""
    fresh = ReceivedFrame(tenant_id=agent.tenant_id, agent=agent, wire_id=wire_id)
    ReceivedFrame.objects.bulk_create([fresh], ignore_conflicts=True)
    row = ReceivedFrame.objects.get(agent=agent, wire_id=wire_id)
    return row, row.created_at == fresh.created_at


def _require_pace(conversation: Conversation) -> None:
    """Raise TooFast where all that agents may send to the conversation in a minute has come within the last one."""
    most, now = settings.CONVERSATION_FRAMES_PER_MINUTE, timezone.now()
    minute = timedelta(seconds=MINUTE)
    lately = ReceivedFrame.objects.filter(conversation=conversation, created_at__gt=now - minute)
    for moment in lately.order_by("-created_at").values_list("created_at", flat=True)[most - 1 : most]:
        wait = (moment + minute - now).total_seconds()
        raise TooFast(f"A conversation takes at most {most:,} frames of agents in a minute", wait)


def _carry_out(
    agent: Agent, conversation: Conversation, frame: AgentFrame, payload: Payload, asked: User | None
) -> Message | None:
    if isinstance(payload, Changed):
        change(agent=agent, conversation=conversation, change=payload)
        return None
    reply_to = _replied(conversation, frame.reply_to)
    if isinstance(payload, Asked):
        return ask(
            agent=agent,
            conversation=conversation,
            asked=asked,
            widget=payload,
            reply_to=reply_to,
            attachments=_files(agent, frame.attachments),
        )
    files = _files(agent, (*frame.attachments, *payload.attachments))
    if not payload.text.strip() and not files:
        raise InvalidInput(
            "payload_b64: says nothing; send a text or attachments", code="INVALID_PAYLOAD", path="payload_b64"
        )
    return post_as_agent(
        conversation=conversation,
        agent_id=agent.pk,
        name=agent.name,
        text=payload.text,
        reply_to=reply_to,
        attachments=files,
    )


def _addressee(conversation: Conversation, to: str) -> User | None:
    """The person that a message is for, None for everybody in the conversation. Raises NotFound, InvalidInput."""
    if to == f"group:{conversation.pk}":
        return None
    if to.startswith("group:"):
        raise InvalidInput("to: names another conversation than conversation_id", code="INVALID_FRAME", path="to")
    here = conversation.participants.filter(kind=Participant.Kind.USER, left_at__isnull=True)
    rows = User.objects.filter(pk__in=here.values("user_id"))
    return get_or_404(rows, "user in this conversation", pk=parse_id(to, "user in this conversation"))


def _replied(conversation: Conversation, message_id: str | None) -> Message | None:
    if message_id is None:
        return None
    return get_or_404(conversation.messages.all(), "message", pk=parse_id(message_id, "message"))


def _files(agent: Agent, fields: Iterable[AttachmentField]) -> list[GivenFile]:
    """The files that a frame names, each once."""
    named = {field.blob_id: field.name for field in fields}
    return [GivenFile(readable_blob(agent, blob_id), name) for blob_id, name in named.items()]
