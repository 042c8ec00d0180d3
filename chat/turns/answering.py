"""Stage: handlers. One turn: brief the model, stream its words, run what it chooses, end the answer.

No database connection is held while the model writes. Words are published as they come and saved once a second.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from channels.db import database_sync_to_async

from chat.conversations.actions import begin_answer, finish_answer, save_partial_answer
from chat.conversations.events import conversation_stream
from chat.conversations.models import Message
from chat.turns.models import Turn
from chat.turns.outcomes import Outcome, ask_back, refused, run_call
from chat.turns.prompting import Briefing, brief
from widgets_manager.core.actor import Actor
from widgets_manager.core.errors import as_api_error
from widgets_manager.core.exceptions import ApiError
from widgets_manager.live.publish import apublish_ephemeral
from widgets_manager.llm.providers import get_provider
from widgets_manager.llm.types import Clarify, Done, IntentCall, StreamPart, TextDelta

logger = logging.getLogger(__name__)
SAVE_EVERY: Final = 1.0  # seconds
MAX_CALLS: Final = 5


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be answered, by whom it was asked, and what was on the screen."""

    actor: Actor
    message: Message
    answer: Message
    visible_ids: list[str] | None
    focused_id: str | None


@dataclass(slots=True)
class _Draft:
    """The answer while it is written."""

    text: str = ""
    calls: list[IntentCall] = field(default_factory=list)
    clarify: Clarify | None = None
    model: str = ""
    saved_at: float = 0.0
    stopped: bool = False


async def answer(question: Question) -> None:
    """Carry one turn to its end; whatever fails, the answer ends with a sentence that says so."""
    draft = _Draft(saved_at=time.monotonic())
    briefing: Briefing | None = None
    status = Message.Status.COMPLETE
    try:
        briefing = await database_sync_to_async(_brief)(question)
        await _listen(question, get_provider().stream(briefing.request), draft)
        outcome = await database_sync_to_async(_conclude)(question, draft)
    except Exception as error:
        refusal = as_api_error(error)
        if refusal is None:
            logger.exception("a turn failed")
            refusal = ApiError("The answer failed on the server; it has been logged.", code="SERVER_ERROR", status=500)
        outcome, status = refused(refusal, {}), Message.Status.FAILED
        if draft.text:
            outcome = Outcome(draft.text, outcome.payload, outcome.step)
    if not draft.stopped:
        await database_sync_to_async(_finish)(question, question.answer, briefing, draft, outcome, status)
        await database_sync_to_async(_run_further_calls)(question, briefing, draft)


async def _listen(question: Question, parts: AsyncIterator[StreamPart], draft: _Draft) -> None:
    stream = conversation_stream(question.message.conversation_id)
    async for part in parts:
        match part:
            case TextDelta():
                draft.text += part.text
                data = {"message_id": str(question.answer.pk), "text": part.text, "length": len(draft.text)}
                await apublish_ephemeral(stream, "message.delta", data)
            case IntentCall():
                draft.calls.append(part)
            case Clarify():
                draft.clarify = part
            case Done():
                draft.model = part.model
        if time.monotonic() - draft.saved_at >= SAVE_EVERY:
            draft.saved_at = time.monotonic()
            if not await database_sync_to_async(save_partial_answer)(message=question.answer, text=draft.text):
                draft.stopped = True  # the person stopped it, or the conversation is gone
                return


def _brief(question: Question) -> Briefing:
    return brief(
        actor=question.actor,
        question=question.message,
        visible_ids=question.visible_ids,
        focused_id=question.focused_id,
    )


def _conclude(question: Question, draft: _Draft) -> Outcome:
    if draft.stopped:
        return Outcome(draft.text)
    if draft.calls:
        return run_call(actor=question.actor, call=draft.calls[0], visible_ids=question.visible_ids)
    if draft.clarify is not None:
        return ask_back(draft.clarify)
    return Outcome(draft.text, {}, {"outcome": "text"})


def _run_further_calls(question: Question, briefing: Briefing | None, draft: _Draft) -> None:
    """A model may choose several intents at once; each further one is answered in a message of its own."""
    for call in draft.calls[1:MAX_CALLS]:
        outcome = run_call(actor=question.actor, call=call, visible_ids=question.visible_ids)
        reply = begin_answer(conversation=question.message.conversation, reply_to=question.message)
        _finish(question, reply, briefing, draft, outcome, Message.Status.COMPLETE)


def _finish(
    question: Question,
    reply: Message,
    briefing: Briefing | None,
    draft: _Draft,
    outcome: Outcome,
    status: Message.Status,
) -> None:
    if not Message.objects.filter(pk=reply.pk).exists():
        return  # the conversation was deleted meanwhile
    if briefing is not None:
        Turn.objects.update_or_create(
            message=reply,
            defaults={
                "tenant": question.actor.tenant,
                "provider": get_provider().label,
                "model": draft.model,
                "generation": briefing.stamp.text,
                "prompt_section": briefing.prompt_section,
                "visible_panel_ids": question.visible_ids,
                "focused_panel_id": question.focused_id or "",
                "steps": [outcome.step] if outcome.step else [],
            },
        )
    finish_answer(message=reply, text=outcome.text, payload=outcome.payload, status=status)
