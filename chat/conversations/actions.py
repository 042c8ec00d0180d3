"""Stage: actions. Conversations, and what people and agents say in them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from chat.conversations.access import has_assistant
from chat.conversations.attaching import GivenFile, attach_given, say_with
from chat.conversations.events import ConversationRemoved, MessagePut, emit_to_conversation, emit_to_people
from chat.conversations.joining import invite, join
from chat.conversations.listeners import tell_listeners
from chat.conversations.models import Conversation, Message, Participant
from chat.conversations.serializers import show_message
from chat.conversations.writing import add_message, announce, lock_conversation
from widgets_manager.core.access import not_found
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.panels.actions.recent import note_recent
from widgets_manager.sessions.hosting import end_session
from widgets_manager.widgets.models import InstalledWidget

MAX_TEXT: Final = 20_000
MAX_AGENT_TEXT: Final = 1024 * 1024
TITLE_LENGTH: Final = 60
WORDED_BY_WIDGETS: Final = frozenset({"widget_event", "widget_message"})


def create_conversation(
    *,
    actor: Actor,
    title: str = "",
    app: InstalledWidget | None = None,
    agent_ids: Sequence[object] = (),
    user_ids: Sequence[object] = (),
    assistant: bool | None = None,
) -> Conversation:
    """A conversation of the actor, about `app` alone where one is given, with others of their choice.

    `assistant` None means: with the assistant when nobody else is chosen. Raises NotFound for agents and people that
    the actor may not talk to.
    """
    with_assistant = not (agent_ids or user_ids) if assistant is None else assistant
    with unit_of_work():
        conversation = Conversation.objects.create(tenant=actor.tenant, title=_title(title), app=app)
        join(conversation, Participant.Kind.USER, user=actor.user)
        if with_assistant:
            join(conversation, Participant.Kind.ASSISTANT)
        invite(actor, conversation, agent_ids=agent_ids, user_ids=user_ids)
        record_audit(actor=actor, action="conversation.create", target=conversation, app=str(app.pk) if app else "")
        announce(conversation)
    return conversation


def rename_conversation(*, actor: Actor, conversation: Conversation, title: str) -> Conversation:
    """Give it another title."""
    with unit_of_work():
        row = lock_conversation(conversation)
        row.title = _title(title)
        row.save(update_fields=["title"])
        record_audit(actor=actor, action="conversation.rename", target=row)
        announce(row)
    return row


def delete_conversation(*, actor: Actor, conversation: Conversation) -> None:
    """Delete it with everything that was said, and what its widgets kept."""
    with unit_of_work():
        end_session(conversation.pk)
        row = lock_conversation(conversation)
        event = ConversationRemoved(conversation_id=str(row.pk))
        emit_to_conversation(row, event)
        emit_to_people(row, event)
        record_audit(actor=actor, action="conversation.delete", target=row)
        row.delete()


def post_message(
    *,
    actor: Actor,
    conversation: Conversation,
    text: str,
    payload: dict[str, Any] | None = None,
    reply_to: Message | None = None,
    attachments: Sequence[object] = (),
) -> Message:
    """Say something as the acting user, with files that they uploaded (their ids).

    Raises InvalidInput for nothing, or too much; NotFound for files that are not theirs to say.
    """
    cleaned = text.strip()
    if (not cleaned and not attachments) or len(cleaned) > MAX_TEXT:
        raise InvalidInput(f"text: must have 1 to {MAX_TEXT:,} characters", path="text")
    with unit_of_work():
        row = lock_conversation(conversation)
        sender = row.participants.get(kind=Participant.Kind.USER, user=actor.user)
        message = add_message(row, sender, cleaned, payload or {}, reply_to)
        if attachments:
            say_with(message, attachments)
        sender.last_read_number = message.number
        sender.save(update_fields=["last_read_number"])
        if not row.title and cleaned and _is_named_by(message):
            row.title = cleaned.splitlines()[0][:TITLE_LENGTH]
        _posted(row, message)
        record_audit(actor=actor, action="message.post", target=message, conversation=str(row.pk))
        if row.title:
            url = f"/chat/{row.pk}/"
            note_recent(actor=actor, kind="conversation", key=str(row.pk), title=row.title, url=url)
    return message


def post_as_agent(
    *,
    conversation: Conversation,
    agent_id: uuid.UUID,
    name: str,
    text: str,
    payload: dict[str, Any] | None = None,
    reply_to: Message | None = None,
    attachments: Sequence[GivenFile] = (),
) -> Message:
    """Say something as an agent that takes part. Raises NotFound for one that does not, InvalidInput for too much."""
    if len(text) > MAX_AGENT_TEXT:
        raise InvalidInput(f"text: must have at most {MAX_AGENT_TEXT:,} characters", path="text")
    with unit_of_work():
        row = lock_conversation(conversation)
        sender = row.participants.filter(agent_id=agent_id, left_at__isnull=True).first()
        if sender is None:
            raise not_found("conversation")
        if sender.name != name:
            sender.name = name
            sender.save(update_fields=["name"])
        message = add_message(row, sender, text, payload or {}, reply_to)
        attach_given(message, attachments)
        _posted(row, message)
    return message


def _is_named_by(message: Message) -> bool:
    """What a widget says is in its words, and a talk of several is named by who they are."""
    return message.payload.get("type") not in WORDED_BY_WIDGETS and has_assistant(message.conversation)


def _posted(conversation: Conversation, message: Message) -> None:
    """What follows when a person or an agent has said something, in the transaction that holds the conversation."""
    conversation.updated_at = message.created_at
    conversation.save(update_fields=["title", "updated_at"])
    tell_listeners(message)
    emit_to_conversation(conversation, MessagePut(message=show_message(message)))
    announce(conversation)


def _title(title: str) -> str:
    cleaned = " ".join(title.split())
    if len(cleaned) > 200:
        raise InvalidInput("title: must have at most 200 characters", path="title")
    return cleaned
