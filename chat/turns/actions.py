"""Stage: actions. Asking, choosing, confirming, asking again."""

from __future__ import annotations

from typing import Any

from chat.conversations.access import get_message
from chat.conversations.actions import begin_answer, finish_answer, post_message, update_payload
from chat.conversations.models import Conversation, Message
from chat.turns import runner
from chat.turns.answering import Question, answer
from chat.turns.models import Turn
from chat.turns.outcomes import Outcome, run_call
from widgets_manager.core.access import not_found
from widgets_manager.core.actions.confirmations import decline_confirmation, get_confirmation
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, InvalidInput
from widgets_manager.core.unit_of_work import after_commit, unit_of_work
from widgets_manager.llm.types import IntentCall


def ask(
    *,
    actor: Actor,
    conversation: Conversation,
    text: str,
    visible_ids: list[str] | None = None,
    focused_id: str | None = None,
) -> tuple[Message, Message]:
    """Post a question and start its answer; returns both messages, the answer still empty."""
    with unit_of_work():
        message = post_message(actor=actor, conversation=conversation, text=text)
        reply = begin_answer(conversation=conversation, reply_to=message)
        question = Question(actor, message, reply, visible_ids, focused_id)
        after_commit(lambda: runner.start(answer(question)))
    return message, reply


def ask_again(*, actor: Actor, conversation: Conversation, message_id: object) -> Message:
    """Answer the question behind a failed or cut-off answer once more. Raises Conflict for a whole answer."""
    old = get_message(actor, conversation, message_id)
    question_id = old.reply_to_id
    if old.status not in (Message.Status.FAILED, Message.Status.INTERRUPTED) or question_id is None:
        raise Conflict("Only an answer that failed or was cut off can be asked for again.")
    message = get_message(actor, conversation, question_id)
    turn = Turn.objects.filter(message=old).first()
    with unit_of_work():
        reply = begin_answer(conversation=conversation, reply_to=message)
        question = Question(
            actor,
            message,
            reply,
            turn.visible_panel_ids if turn else None,
            turn.focused_panel_id or None if turn else None,
        )
        after_commit(lambda: runner.start(answer(question)))
    return reply


def choose(*, actor: Actor, conversation: Conversation, message_id: object, index: int) -> Message:
    """Take one of the candidates of a question back, once."""
    with unit_of_work():
        Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
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
    return _say(actor, conversation, asked, outcome)


def confirm(*, actor: Actor, conversation: Conversation, message_id: object, accept: bool) -> Message:
    """Answer a confirmation: run exactly what was shown, or leave it. Only the one who asked can."""
    asked = get_message(actor, conversation, message_id)
    payload: dict[str, Any] = asked.payload
    if payload.get("type") != "confirmation":
        raise not_found("confirmation")
    pending = get_confirmation(actor=actor, confirmation_id=payload["confirmationId"])
    args = pending.args
    if accept:
        call = IntentCall(args["panelId"], args["intentName"], args["params"])
        outcome = run_call(actor=actor, call=call, visible_ids=None, confirmation_id=str(pending.pk))
    else:
        decline_confirmation(actor=actor, confirmation_id=pending.pk)
        outcome = Outcome("Nothing was changed.", {}, args | {"outcome": "declined"})
    answered = payload | {"answer": "accepted" if accept else "declined"}
    update_payload(actor=actor, conversation=conversation, message_id=message_id, payload=answered)
    return _say(actor, conversation, asked, outcome)


def _require_own(actor: Actor, asked: Message) -> None:
    question = asked.reply_to
    if question is not None and question.sender.user_id not in (None, actor.user_id):
        raise Conflict("Only the one who asked can answer this.", code="NOT_YOURS")


def _say(actor: Actor, conversation: Conversation, asked: Message, outcome: Outcome) -> Message:
    with unit_of_work():
        reply = begin_answer(conversation=conversation, reply_to=asked.reply_to or asked)
        earlier = Turn.objects.filter(message=asked).first()
        Turn.objects.create(
            message=reply,
            tenant=actor.tenant,
            provider="person's choice",
            generation=earlier.generation if earlier else "",
            prompt_section=earlier.prompt_section if earlier else "",
            visible_panel_ids=earlier.visible_panel_ids if earlier else None,
            steps=[outcome.step],
        )
        return finish_answer(message=reply, text=outcome.text, payload=outcome.payload)
