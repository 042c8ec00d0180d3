"""Stage: actions. Conversations and messages."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from chat.conversations.access import SHOWN_WITH, get_message, has_assistant, shown_conversations
from chat.conversations.attaching import GivenFile, attach_given, say_with
from chat.conversations.events import (
    ConversationPut,
    ConversationRemoved,
    MessagePut,
    emit_to_conversation,
    emit_to_people,
)
from chat.conversations.joining import invite, join
from chat.conversations.listeners import tell_listeners
from chat.conversations.models import Conversation, Message, Participant
from chat.conversations.serializers import show_conversation, show_message
from widgets_manager.core.access import not_found
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.panels.actions.recent import note_recent
from widgets_manager.sessions.hosting import end_session
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import quote

MAX_TEXT: Final = 20_000
MAX_AGENT_TEXT: Final = 1024 * 1024
TITLE_LENGTH: Final = 60
STALE_ANSWER: Final = timedelta(seconds=30)
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
        message = _create(row, sender, cleaned, payload or {}, reply_to)
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
        message = _create(row, sender, text, payload or {}, reply_to)
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


def show_widget(*, conversation: Conversation, widget: MountedWidget) -> Message:
    """A place among what is said for a widget that the assistant shows; its tree stays in the session."""
    payload = {
        "type": "widget",
        "widget_id": widget.widget_id,
        "app": str(widget.app_id) if widget.app_id else None,
        "title": widget.title,
    }
    named = f" {quote(widget.title or widget.ref)}" if widget.title or widget.ref else ""
    text = f"[widget.render showed {widget.widget_id}{named} here]"
    return show_place(conversation=conversation, text=text, payload=payload)


def show_place(*, conversation: Conversation, text: str, payload: dict[str, Any]) -> Message:
    """A message of the assistant that is a place for what `payload` names; `text` tells the model of it."""
    with unit_of_work():
        row = lock_conversation(conversation)
        message = _append(row, _assistant(row), text, payload, Message.Status.COMPLETE)
        row.updated_at = message.created_at
        row.save(update_fields=["updated_at"])
    return message


def begin_answer(*, conversation: Conversation, reply_to: Message | None = None) -> Message:
    """An empty answer of the assistant, to be filled while the model writes."""
    with unit_of_work():
        row = lock_conversation(conversation)
        return _append(row, _assistant(row), "", {}, Message.Status.STREAMING, reply_to)


def save_partial_answer(*, message: Message, text: str) -> bool:
    """Keep what the model has written so far (its heartbeat); False when the answer was ended by someone else."""
    rows = Message.objects.filter(pk=message.pk, status=Message.Status.STREAMING)
    return bool(rows.update(text=text, updated_at=timezone.now()))


def hold_answer(message: Message) -> Message | None:
    """The answer as it is now, held until the transaction ends; None when it has ended or was deleted.

    What is done under this lock is done before the person stops the answer, or not at all.
    """
    return _messages_to_lock().filter(pk=message.pk, status=Message.Status.STREAMING).first()


def change_payload(*, message: Message, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the structured part of an answer that is being written, or was cut off; a whole one stays as it is."""
    with unit_of_work():
        statuses = (Message.Status.STREAMING, Message.Status.INTERRUPTED)
        row = _messages_to_lock().filter(pk=message.pk, status__in=statuses).first()
        if row is None:
            return
        row.payload, row.updated_at = change(row.payload), timezone.now()
        row.save(update_fields=["payload", "updated_at"])
        emit_to_conversation(row.conversation, MessagePut(message=show_message(row)))


def finish_answer(
    *,
    message: Message,
    text: str | None = None,
    payload: dict[str, Any] | None = None,
    status: str = Message.Status.COMPLETE,
) -> Message:
    """End an answer, once: one that was ended already stays so. Without `text` or `payload` what is there stays."""
    with unit_of_work():
        row = _locked_message(message)
        if row.status != Message.Status.STREAMING:
            return row
        row.text = row.text if text is None else text
        row.payload = row.payload if payload is None else payload
        row.status, row.updated_at = status, timezone.now()
        row.save(update_fields=["text", "payload", "status", "updated_at"])
        emit_to_conversation(row.conversation, MessagePut(message=show_message(row)))
        announce(row.conversation)
    return row


def update_payload(*, actor: Actor, conversation: Conversation, message_id: object, payload: dict[str, Any]) -> Message:
    """Replace the structured part of a message, for example once its question is answered."""
    return set_payload(message=get_message(actor, conversation, message_id), payload=payload)


def set_payload(*, message: Message, payload: dict[str, Any]) -> Message:
    """Replace the structured part of a message, and show that to everybody who has it open. Raises NotFound."""
    with unit_of_work():
        row = _locked_message(message)
        row.payload, row.updated_at = payload, timezone.now()
        row.save(update_fields=["payload", "updated_at"])
        emit_to_conversation(row.conversation, MessagePut(message=show_message(row)))
    return row


def stop_answer(*, actor: Actor, conversation: Conversation, message_id: object) -> Message:
    """End an answer that is being written, keeping what is there."""
    message = get_message(actor, conversation, message_id)
    with unit_of_work():
        if message.status == Message.Status.STREAMING:
            record_audit(actor=actor, action="message.stop", target=message)
        return finish_answer(message=message, status=Message.Status.INTERRUPTED)


def interrupt_stale_answers() -> int:
    """End answers whose server process is gone (no heartbeat for half a minute); returns how many."""
    silent = {"status": Message.Status.STREAMING, "updated_at__lt": timezone.now() - STALE_ANSWER}
    ended = 0
    for message in Message.objects.filter(**silent):
        with unit_of_work():
            # Looked at again under the lock: it may have gone on, ended or been deleted meanwhile.
            row = _messages_to_lock().filter(pk=message.pk, **silent).first()
            if row is not None:
                finish_answer(message=row, status=Message.Status.INTERRUPTED)
                ended += 1
    return ended


def lock_conversation(conversation: Conversation) -> Conversation:
    """The row as it is now, held until the transaction ends; it is locked before its messages. Raises NotFound."""
    row = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk).first()
    if row is None:
        raise not_found("conversation")
    return row


def _assistant(conversation: Conversation) -> Participant:
    return join(conversation, Participant.Kind.ASSISTANT)


def _append(
    conversation: Conversation,
    sender: Participant,
    text: str,
    payload: dict[str, Any],
    status: str,
    reply_to: Message | None = None,
) -> Message:
    message = _create(conversation, sender, text, payload, reply_to, status)
    emit_to_conversation(conversation, MessagePut(message=show_message(message)))
    return message


def _create(
    conversation: Conversation,
    sender: Participant,
    text: str,
    payload: dict[str, Any],
    reply_to: Message | None,
    status: str = Message.Status.COMPLETE,
) -> Message:
    conversation.last_number += 1
    conversation.save(update_fields=["last_number"])
    return Message.objects.create(
        tenant_id=conversation.tenant_id,
        conversation=conversation,
        sender=sender,
        number=conversation.last_number,
        text=text,
        payload=payload,
        status=status,
        reply_to=reply_to,
    )


def announce(conversation: Conversation) -> None:
    """Show the conversation as it is now to everybody in it."""
    fresh = shown_conversations().get(pk=conversation.pk)
    event = ConversationPut(conversation=show_conversation(fresh))
    emit_to_conversation(conversation, event)
    emit_to_people(conversation, event)


def _messages_to_lock() -> QuerySet[Message]:
    locked = Message.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("conversation", *SHOWN_WITH)


def _locked_message(message: Message) -> Message:
    found = _messages_to_lock().filter(pk=message.pk).first()
    if found is None:
        raise not_found("message")
    return found


def _title(title: str) -> str:
    cleaned = " ".join(title.split())
    if len(cleaned) > 200:
        raise InvalidInput("title: must have at most 200 characters", path="title")
    return cleaned
