"""Stage: actions. What people answer, once each; the agent gets it as a message."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils import timezone

from chat.agents.actions.delivering import ANSWER, put_on_its_way, show_file
from chat.agents.actions.prompts import show_again
from chat.agents.files import check_files
from chat.agents.models import WidgetAnswer, WidgetPrompt
from chat.agents.values import CANCELLED, check_value, without_secrets
from chat.agents.wakes import wake
from chat.agents.wording import answer_text
from chat.conversations.access import get_message
from chat.conversations.actions import post_message
from chat.conversations.models import Attachment, Conversation, Message, Participant
from chat.conversations.writing import lock_conversation
from widgets_manager.core.access import not_found, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, Conflict, InvalidInput, PermissionDenied
from widgets_manager.core.unit_of_work import unit_of_work

State = WidgetPrompt.State


@dataclass(frozen=True, slots=True)
class _Checked:
    """An answer that fits: what the agent gets, and the files that are said with it."""

    value: Any
    files: Sequence[Attachment] = ()


def answer_widget(
    *, actor: Actor, conversation: Conversation, message_id: object, value: Any = None, cancelled: bool = False
) -> tuple[Message, Message]:
    """Answer the widget of a message, or cancel it; returns that message as it is now, and the answer's own.

    Raises NotFound, PermissionDenied NOT_ASKED, Conflict ALREADY_ANSWERED, WIDGET_REPLACED, WIDGET_CANCELLED or
    AGENT_GONE, EXPIRED (410), and InvalidInput with the path of what does not fit.
    """
    message = get_message(actor, conversation, message_id)
    with unit_of_work():
        row = lock_conversation(conversation)
        prompt = WidgetPrompt.objects.select_related("agent", "message").filter(message=message).first()
        if prompt is None:
            raise not_found("widget")
        _require_open(prompt, actor)
        checked = _cancel(prompt) if cancelled else _check(prompt, actor, value)
        shown = without_secrets(prompt.kind, prompt.spec, checked.value)
        said = post_message(
            actor=actor,
            conversation=row,
            text=answer_text(prompt.kind, prompt.spec, shown, cancelled=cancelled),
            payload=_payload(prompt, shown, cancelled),
            reply_to=prompt.message,
            attachments=[file.pk for file in checked.files],
        )
        answer = WidgetAnswer.objects.create(
            tenant_id=prompt.tenant_id, prompt=prompt, user=actor.user, message=said, value=shown, cancelled=cancelled
        )
        _close_when_all_have_answered(prompt)
        put_on_its_way(
            prompt.agent,
            said,
            _response(prompt, answer.pk, checked.value, cancelled),
            [show_file(file) for file in checked.files],
        )
        wake([prompt.agent_id])
        return show_again(prompt), said


def _require_open(prompt: WidgetPrompt, actor: Actor) -> None:
    if prompt.answers.filter(user=actor.user).exists():
        raise Conflict("You have answered this already.", code="ALREADY_ANSWERED")
    if prompt.state == State.REPLACED:
        raise Conflict("The agent has asked this anew; answer the newer one.", code="WIDGET_REPLACED")
    if prompt.asked_id is not None and prompt.asked_id != actor.user_id:
        raise PermissionDenied("This was asked of somebody else.", code="NOT_ASKED")
    if prompt.state == State.ANSWERED:
        raise Conflict("This is answered already.", code="ALREADY_ANSWERED")
    if prompt.state == State.CANCELLED:
        raise Conflict("This was cancelled.", code="WIDGET_CANCELLED")
    if prompt.state == State.EXPIRED or (prompt.expires_at is not None and prompt.expires_at <= timezone.now()):
        raise ApiError("This has expired; it cannot be answered any more.", code="EXPIRED", status=410)
    here = Participant.objects.filter(conversation=prompt.conversation_id, agent_id=prompt.agent_id, left_at=None)
    if prompt.agent.deleted_at is not None or not here.exists():
        raise Conflict("The agent that asked this is not here any more.", code="AGENT_GONE")


def _cancel(prompt: WidgetPrompt) -> _Checked:
    if prompt.kind != "progress":
        return _Checked(None)
    if not prompt.spec.get("cancellable"):
        raise InvalidInput("cancelled: this progress cannot be cancelled", path="cancelled")
    return _Checked(CANCELLED)


def _check(prompt: WidgetPrompt, actor: Actor, value: Any) -> _Checked:
    checked = check_value(prompt.kind, prompt.spec, value)
    if prompt.kind != "file-picker":
        return _Checked(checked)
    own = Attachment.objects.filter(
        conversation=prompt.conversation_id,
        sender__user=actor.user,
        message__isnull=True,
        pk__in=[parse_id(file_id, "uploaded file") for file_id in checked],
    )
    files = check_files(prompt.spec, checked, {str(row.pk): row for row in own.select_related("blob")})
    shown = [
        {"id": str(row.pk), "name": row.name, "mime": row.mime, "size": row.size, "blob_id": str(row.blob_id)}
        for row in files
    ]
    return _Checked({"files": shown}, files)


def _payload(prompt: WidgetPrompt, shown: Any, cancelled: bool) -> dict[str, Any]:
    return {
        "type": ANSWER,
        "prompt_id": str(prompt.pk),
        "message_id": str(prompt.message_id),
        "widget_id": prompt.widget_id,
        "kind": prompt.kind,
        "value": shown,
        "cancelled": cancelled,
    }


def _response(prompt: WidgetPrompt, answer_id: uuid.UUID, value: Any, cancelled: bool) -> str:
    response = {"type": "widget.response", "id": str(answer_id), "ref": prompt.widget_id, "cancelled": cancelled}
    return orjson.dumps(response | ({} if value is None else {"value": value})).decode()


def _close_when_all_have_answered(prompt: WidgetPrompt) -> None:
    answers = {answer.user_id: answer for answer in prompt.answers.all()}
    people = Participant.objects.filter(
        conversation=prompt.conversation_id, kind=Participant.Kind.USER, left_at__isnull=True
    )
    asked = {prompt.asked_id} if prompt.asked_id else set(people.values_list("user_id", flat=True))
    none_goes_on = all(answer.cancelled for answer in answers.values())
    if prompt.kind == "progress" or (asked <= set(answers) and none_goes_on):
        prompt.state = State.CANCELLED
    elif asked <= set(answers):
        prompt.state = State.ANSWERED
    prompt.save(update_fields=["state"])
