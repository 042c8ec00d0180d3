"""Stage: actions. What the assistant says: answers that grow and end once, and places for what it shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from chat.conversations.access import get_message
from chat.conversations.events import MessagePut, emit_to_conversation
from chat.conversations.joining import join
from chat.conversations.models import Conversation, Message, Participant
from chat.conversations.serializers import show_message
from chat.conversations.writing import add_message, announce, lock_conversation, lock_message, messages_to_lock
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.prompts import quote

STALE_ANSWER: Final = timedelta(seconds=30)


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
    return messages_to_lock().filter(pk=message.pk, status=Message.Status.STREAMING).first()


def change_payload(*, message: Message, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the structured part of an answer that is being written, or was cut off; a whole one stays as it is."""
    with unit_of_work():
        statuses = (Message.Status.STREAMING, Message.Status.INTERRUPTED)
        row = messages_to_lock().filter(pk=message.pk, status__in=statuses).first()
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
        row = lock_message(message)
        if row.status != Message.Status.STREAMING:
            return row
        row.text = row.text if text is None else text
        row.payload = row.payload if payload is None else payload
        row.status, row.updated_at = status, timezone.now()
        row.save(update_fields=["text", "payload", "status", "updated_at"])
        emit_to_conversation(row.conversation, MessagePut(message=show_message(row)))
        announce(row.conversation)
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
            row = messages_to_lock().filter(pk=message.pk, **silent).first()
            if row is not None:
                finish_answer(message=row, status=Message.Status.INTERRUPTED)
                ended += 1
    return ended


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
    message = add_message(conversation, sender, text, payload, reply_to, status)
    emit_to_conversation(conversation, MessagePut(message=show_message(message)))
    return message
