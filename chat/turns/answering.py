"""Stage: actions. One turn: brief the model, stream its words, run what it chooses, end the answer.

No database connection is held while the model writes. Words are published as they come and saved once a second. What
the model chose is run and the answer ended in one transaction, as who the person is by then: an answer that was
stopped, or whose process died, has changed nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from channels.db import database_sync_to_async

from chat.conversations.actions import begin_answer, finish_answer, hold_answer, save_partial_answer
from chat.conversations.events import conversation_stream
from chat.conversations.models import Message
from chat.turns.models import Turn
from chat.turns.outcomes import Outcome, ask_back, refused, run_call
from chat.turns.prompting import Briefing, brief
from widgets_manager.core.access import renew
from widgets_manager.core.actor import Actor
from widgets_manager.core.errors import as_api_error
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.publish import apublish_ephemeral
from widgets_manager.llm.providers import get_provider
from widgets_manager.llm.types import Clarify, Done, IntentCall, StreamPart, TextDelta

logger = logging.getLogger(__name__)
SAVE_EVERY: Final = 1.0  # seconds; also the heartbeat of a model that has not said a word yet
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

    briefing: Briefing | None = None
    text: str = ""
    calls: list[IntentCall] = field(default_factory=list)
    clarify: Clarify | None = None
    provider: str = ""
    model: str = ""


async def answer(question: Question) -> None:
    """Carry one turn to its end; whatever fails, the answer ends with a sentence that says so."""
    draft = _Draft()
    try:
        draft.briefing = await database_sync_to_async(_brief)(question)
        provider = get_provider()
        draft.provider = provider.label
        if await _listen_while_wanted(question, provider.stream(draft.briefing.request), draft):
            await database_sync_to_async(_conclude)(question, draft)
    except Exception as error:
        await database_sync_to_async(_fail)(question, draft, _refusal(error))


async def _listen_while_wanted(question: Question, parts: AsyncIterator[StreamPart], draft: _Draft) -> bool:
    """Take in the whole answer; False when the person stopped it or the conversation has gone."""
    listening = asyncio.ensure_future(_listen(question, parts, draft))
    try:
        while not (await asyncio.wait({listening}, timeout=SAVE_EVERY))[0]:
            if not await database_sync_to_async(save_partial_answer)(message=question.answer, text=draft.text):
                return False
        listening.result()
        return True
    finally:
        if not listening.done():
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


async def _listen(question: Question, parts: AsyncIterator[StreamPart], draft: _Draft) -> None:
    stream = conversation_stream(question.message.conversation_id)
    async for part in parts:
        match part:
            case TextDelta():
                text = _storable(part.text)
                draft.text += text
                data = {"message_id": str(question.answer.pk), "text": text, "length": len(draft.text)}
                await apublish_ephemeral(stream, "message.delta", data)
            case IntentCall():
                draft.calls.append(part)
            case Clarify():
                draft.clarify = part
            case Done():
                draft.model = _storable(part.model)


def _storable(text: str) -> str:
    """A model's text as PostgreSQL takes it: without U+0000 and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def _brief(question: Question) -> Briefing:
    return brief(
        actor=question.actor,
        question=question.message,
        visible_ids=question.visible_ids,
        focused_id=question.focused_id,
    )


def _conclude(question: Question, draft: _Draft) -> None:
    actor = renew(question.actor)
    with unit_of_work():
        reply = hold_answer(question.answer)
        if reply is None:
            return
        _end(question, reply, draft, _outcome(actor, question, draft))
    for call in draft.calls[1:MAX_CALLS]:
        # A model may choose several intents at once; each further one is answered in a message of its own.
        with unit_of_work():
            reply = begin_answer(conversation=question.message.conversation, reply_to=question.message)
            _end(question, reply, draft, run_call(actor=actor, call=call, visible_ids=question.visible_ids))


def _outcome(actor: Actor, question: Question, draft: _Draft) -> Outcome:
    if draft.calls:
        return run_call(actor=actor, call=draft.calls[0], visible_ids=question.visible_ids)
    if draft.clarify is not None:
        return ask_back(draft.clarify)
    return Outcome(draft.text, {}, {"outcome": "text"})


def _refusal(error: Exception) -> ApiError:
    refusal = as_api_error(error)
    if refusal is None:
        logger.exception("a turn failed", exc_info=error)
        refusal = ApiError("The answer failed on the server; it has been logged.", code="SERVER_ERROR", status=500)
    return refusal


def _fail(question: Question, draft: _Draft, refusal: ApiError) -> None:
    outcome = refused(refusal, {})
    with unit_of_work():
        reply = hold_answer(question.answer)
        if reply is not None:
            told = Outcome(draft.text or outcome.text, outcome.payload, outcome.step)
            _end(question, reply, draft, told, Message.Status.FAILED)


def _end(
    question: Question,
    reply: Message,
    draft: _Draft,
    outcome: Outcome,
    status: Message.Status = Message.Status.COMPLETE,
) -> None:
    briefing = draft.briefing
    Turn.objects.update_or_create(
        message=reply,
        defaults={
            "tenant_id": reply.tenant_id,
            "provider": draft.provider[:100],
            "model": draft.model[:200],
            "generation": briefing.stamp.text if briefing else "",
            "prompt_section": briefing.prompt_section if briefing else "",
            "visible_panel_ids": question.visible_ids,
            "focused_panel_id": question.focused_id or "",
            "steps": [outcome.step],
        },
    )
    finish_answer(message=reply, text=outcome.text, payload=outcome.payload, status=status)
