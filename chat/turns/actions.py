"""Stage: actions. Asking, choosing, confirming, asking again; and what people do with widgets, told to the model."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from chat.conversations.access import get_conversation, get_message, has_assistant
from chat.conversations.actions import post_message
from chat.conversations.answers import begin_answer, finish_answer
from chat.conversations.models import Conversation, Message
from chat.conversations.writing import lock_conversation, update_payload
from chat.turns import runner
from chat.turns.answering import answer, run_started
from chat.turns.calling import run_confirmed
from chat.turns.drafts import Question
from chat.turns.models import Turn
from chat.turns.outcomes import Outcome, refused, run_call
from chat.turns.starting import confirm_run, started_of
from widgets_manager.core.access import not_found
from widgets_manager.core.actions.confirmations import decline_confirmation, get_confirmation
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, Conflict, InvalidInput
from widgets_manager.core.models import PendingConfirmation
from widgets_manager.core.unit_of_work import after_commit, unit_of_work
from widgets_manager.llm.providers import get_provider
from widgets_manager.llm.types import IntentCall
from widgets_manager.sessions.actions.locking import lock_session

MAX_PANEL_ID: Final = 250


def ask(
    *,
    actor: Actor,
    conversation: Conversation,
    text: str,
    visible_ids: list[str] | None = None,
    focused_id: str | None = None,
    payload: dict[str, Any] | None = None,
    reply_to: Message | None = None,
    attachments: Sequence[object] = (),
) -> tuple[Message, Message | None]:
    """Post a question and start its answer; returns both messages, the answer still empty.

    No answer is begun where the assistant takes no part, or where only files were sent. `payload` is that of the
    question, where somebody else than the person worded it.
    """
    if focused_id is not None and len(focused_id) > MAX_PANEL_ID:
        raise InvalidInput(f"focusedPanelId: must have at most {MAX_PANEL_ID} characters", path="focusedPanelId")
    with unit_of_work():
        message = post_message(
            actor=actor,
            conversation=conversation,
            text=text,
            payload=payload,
            reply_to=reply_to,
            attachments=attachments,
        )
        if not message.text or not has_assistant(conversation):
            return message, None
        reply = _begin(actor, conversation, message, visible_ids, focused_id)
    return message, reply


def follow_up(actor: Actor, session_id: uuid.UUID, *, text: str, payload: dict[str, Any]) -> None:
    """Note in the conversation what the person did with a widget, and let the model answer it.

    The offline matcher has nothing to say to that: there the note is all.
    """
    conversation = get_conversation(actor, session_id)
    with unit_of_work():
        notes = conversation.messages.filter(
            payload__type="widget_event", payload__widget_id=payload["widget_id"], sender__user=actor.user
        )
        last = notes.order_by("-number").first()
        if not payload["success"] and last is not None and last.text == text and not last.payload.get("success"):
            return  # tried again, and failed again in the same way
        message = post_message(actor=actor, conversation=conversation, text=text, payload=payload)
        if not get_provider().offline and has_assistant(conversation):
            _begin(actor, conversation, message, None, None)


def ask_again(*, actor: Actor, conversation: Conversation, message_id: object) -> Message:
    """Answer the question behind a failed or cut-off answer once more. Raises Conflict for a whole answer."""
    old = get_message(actor, conversation, message_id)
    question_id = old.reply_to_id
    if old.status not in (Message.Status.FAILED, Message.Status.INTERRUPTED) or question_id is None:
        raise Conflict("Only an answer that failed or was cut off can be asked for again.")
    message = get_message(actor, conversation, question_id)
    turn = Turn.objects.filter(message=old).first()
    with unit_of_work():
        return _begin(
            actor,
            conversation,
            message,
            turn.visible_panel_ids if turn else None,
            turn.focused_panel_id or None if turn else None,
        )


def _begin(
    actor: Actor, conversation: Conversation, message: Message, visible_ids: list[str] | None, focused_id: str | None
) -> Message:
    """An answer that is written after the commit; what was on the screen is kept for whoever asks again."""
    reply = begin_answer(conversation=conversation, reply_to=message)
    Turn.objects.create(
        message=reply,
        tenant_id=reply.tenant_id,
        visible_panel_ids=visible_ids,
        focused_panel_id=focused_id or "",
    )
    question = Question(actor, message, reply, visible_ids, focused_id)
    started = started_of(actor, message)
    after_commit(lambda: runner.start(run_started(question, *started) if started else answer(question)))
    return reply


def choose(*, actor: Actor, conversation: Conversation, message_id: object, index: int) -> Message:
    """Take one of the candidates of a question back, once: it runs, and is noted as chosen, or neither."""
    with unit_of_work():
        lock_conversation(conversation)
        asked = get_message(actor, conversation, message_id)
        choices = asked.payload.get("choices", [])
        if asked.payload.get("type") != "choices" or not 0 <= index < len(choices):
            raise InvalidInput(f"index: must be from 0 to {len(choices) - 1}", path="index")
        if "chosen" in asked.payload:
            raise Conflict("This question was already answered.", code="ALREADY_ANSWERED")
        _require_own(actor, asked)
        payload = asked.payload | {"chosen": index}
        update_payload(actor=actor, conversation=conversation, message_id=message_id, payload=payload)
        one = choices[index]
        call = IntentCall(one["panelId"], one["intentName"], one["params"])
        turn = Turn.objects.filter(message=asked).first()
        outcome = run_call(actor=actor, call=call, visible_ids=turn.visible_panel_ids if turn else None)
        return _say(conversation, asked, outcome)


def confirm(*, actor: Actor, conversation: Conversation, message_id: object, accept: bool) -> Message:
    """Answer a confirmation: run exactly what was shown, or leave it. Only the one who asked can, and once."""
    shown = get_message(actor, conversation, message_id).payload
    if "plugin" in shown and accept:
        return confirm_run(actor=actor, conversation=conversation, message_id=message_id)
    of_tool = "tool" in shown
    with unit_of_work():
        if of_tool:
            lock_session(
                actor, conversation.pk
            )  # its result is kept there; a session is locked before its conversation
        lock_conversation(conversation)
        asked = get_message(actor, conversation, message_id)
        payload: dict[str, Any] = asked.payload
        if payload.get("type") != "confirmation":
            raise not_found("confirmation")
        pending = get_confirmation(actor=actor, confirmation_id=payload["confirmationId"])
        run = _run_confirmed_tool if of_tool else _run_confirmed
        outcome = run(actor, pending, asked) if accept else _leave(actor, pending)
        answered = payload | {"answer": "accepted" if accept else "declined"}
        update_payload(actor=actor, conversation=conversation, message_id=message_id, payload=answered)
        return _say(conversation, asked, outcome)


def _run_confirmed(actor: Actor, pending: PendingConfirmation, asked: Message) -> Outcome:
    args = pending.args
    call = IntentCall(args["panelId"], args["intentName"], args["params"])
    return run_call(actor=actor, call=call, visible_ids=None, confirmation_id=str(pending.pk))


def _run_confirmed_tool(actor: Actor, pending: PendingConfirmation, asked: Message) -> Outcome:
    """Run a function of an app as it was shown; what its card says of the app was written by the server."""
    called = run_confirmed(
        actor=actor,
        app_id=asked.payload.get("app"),
        tool=pending.args["tool"],
        args=pending.args["args"],
        session_id=asked.conversation_id,
        confirmation_id=str(pending.pk),
    )
    if not called.success:
        failure = ApiError(called.summary, code="TOOL_FAILED", status=422)
        failure.code = called.code or failure.code
        return refused(failure, called.step())
    text = f"{called.tool}: {called.summary}" if called.summary else f"{called.tool}: done."
    return Outcome(text, {"type": "tools", "tools": [called.shown()]}, called.step())


def _leave(actor: Actor, pending: PendingConfirmation) -> Outcome:
    decline_confirmation(actor=actor, confirmation_id=pending.pk)
    return Outcome("Nothing was changed.", {}, pending.args | {"outcome": "declined"})


def _require_own(actor: Actor, asked: Message) -> None:
    question = asked.reply_to
    if question is not None and question.sender.user_id not in (None, actor.user_id):
        raise Conflict("Only the one who asked can answer this.", code="NOT_YOURS")


def _say(conversation: Conversation, asked: Message, outcome: Outcome) -> Message:
    reply = begin_answer(conversation=conversation, reply_to=asked.reply_to or asked)
    earlier = Turn.objects.filter(message=asked).first()
    Turn.objects.create(
        message=reply,
        tenant_id=reply.tenant_id,
        provider="person's choice",
        generation=earlier.generation if earlier else "",
        prompt_section=earlier.prompt_section if earlier else "",
        visible_panel_ids=earlier.visible_panel_ids if earlier else None,
        steps=[outcome.step],
    )
    return finish_answer(message=reply, text=outcome.text, payload=outcome.payload)
