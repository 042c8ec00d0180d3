"""Stage: actions. One turn: brief the model, stream its words, run what it chooses, end the answer.

No database connection is held while the model writes. Words are published as they come and saved once a second. A turn
has one or several steps: what functions answered goes back to the model for the next one, until it answers in words,
asks a panel, or has had its steps. An intent is run and the answer ended in one transaction, as who the person is by
then: an answer that was stopped, or whose process died, has changed nothing by it. Functions run before that, each as
one step of its own that stays done; a stopped answer runs no further one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Final

from channels.db import database_sync_to_async

from chat.conversations.answers import begin_answer, finish_answer, hold_answer, save_partial_answer
from chat.conversations.events import conversation_stream
from chat.conversations.models import Message
from chat.turns.calling import run_tool
from chat.turns.drafts import Draft, Question
from chat.turns.models import Turn
from chat.turns.outcomes import Outcome, ask_back, refused, run_call
from chat.turns.plugin_calls import running_card
from chat.turns.prompting import Briefing, brief
from chat.turns.shortcuts import Shortcuts
from chat.turns.streams import Streams
from chat.turns.toolkit import Target, Toolkit
from sandbox.plugins.tools import get_tool
from widgets_manager.core.access import renew
from widgets_manager.core.actor import Actor
from widgets_manager.core.errors import as_api_error
from widgets_manager.core.exceptions import ApiError, NotFound
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.publish import apublish_ephemeral
from widgets_manager.llm.providers import get_provider
from widgets_manager.llm.types import Clarify, Done, IntentCall, Provider, Step, StreamPart, TextDelta, ToolCall

logger = logging.getLogger(__name__)
SAVE_EVERY: Final = 1.0  # seconds; also the heartbeat of a model that has not said a word yet
MAX_CALLS: Final = 5
MAX_STEPS: Final = 6  # times that the model is asked in one turn
STARTED: Final = "person's start"
OUT_OF_STEPS: Final = f"I have stopped here: this took more than {MAX_STEPS} steps. Ask me to go on."


async def answer(question: Question) -> None:
    """Carry one turn to its end; whatever fails, the answer ends with a sentence that says so."""
    draft = Draft()
    try:
        provider = get_provider()
        draft.provider = provider.label
        draft.briefing = await database_sync_to_async(_brief)(question, provider.offline)
        if await _take_steps(question, draft.briefing, provider, draft):
            await database_sync_to_async(_conclude)(question, draft)
    except Exception as error:
        await database_sync_to_async(_fail)(question, draft, _refusal(error))


async def run_started(question: Question, kit: Toolkit, call: ToolCall) -> None:
    """Run the one call that the person started, and tell what came of it; no model is asked."""
    draft = Draft(provider=STARTED, wanted=[call])
    try:
        running = database_sync_to_async(_run_wanted, thread_sensitive=False)
        if await _while_wanted(question, draft, running(question, kit, draft)):
            await database_sync_to_async(_tell)(question, draft)
    except Exception as error:
        await database_sync_to_async(_fail)(question, draft, _refusal(error))


async def _take_steps(question: Question, briefing: Briefing, provider: Provider, draft: Draft) -> bool:
    """Ask the model, run what it calls, and so on; False when the person stopped it or the conversation has gone."""
    for _ in range(MAX_STEPS):
        request = replace(briefing.request, steps=tuple(draft.steps))
        draft.wanted, draft.said = [], len(draft.text)
        parts = provider.stream(request)
        if not await _while_wanted(question, draft, _listen(question, parts, draft, briefing.shortcuts)):
            return False
        # A thread of its own: a slow function must not hold up what else this process writes.
        running = database_sync_to_async(_run_wanted, thread_sensitive=False)
        if draft.wanted and not await _while_wanted(question, draft, running(question, briefing.kit, draft)):
            return False
        if draft.ended:
            return True
    await _say(question, draft, OUT_OF_STEPS)
    return True


async def _while_wanted(question: Question, draft: Draft, work: Coroutine[Any, Any, None]) -> bool:
    """Do it all, and keep what is written so far; False when the person stopped it or the conversation has gone."""
    doing = asyncio.ensure_future(work)
    try:
        while not (await asyncio.wait({doing}, timeout=SAVE_EVERY))[0]:
            if not await _is_wanted(question, draft):
                return False
        doing.result()
        return await _is_wanted(question, draft) if draft.wanted else True
    finally:
        if not doing.done():
            doing.cancel()
            with suppress(asyncio.CancelledError):
                await doing


async def _is_wanted(question: Question, draft: Draft) -> bool:
    return await database_sync_to_async(save_partial_answer)(message=question.answer, text=draft.text)


async def _listen(question: Question, parts: AsyncIterator[StreamPart], draft: Draft, shortcuts: Shortcuts) -> None:
    async for part in parts:
        match shortcuts.read(part) if isinstance(part, IntentCall) else part:
            case TextDelta(text):
                await _say(question, draft, _storable(text))
            case str(pointer):
                await _say(question, draft, pointer)
            case ToolCall() as call:
                draft.wanted.append(call)
            case IntentCall() as call:
                draft.calls.append(call)
            case Clarify() as asked:
                draft.clarify = shortcuts.ask(asked)
            case Done(model):
                draft.model = _storable(model)


async def _say(question: Question, draft: Draft, text: str) -> None:
    """Add to the answer's text; what one step says stands apart from what an earlier one said."""
    if not text:
        return
    if draft.text and len(draft.text) == draft.said:
        text = "\n\n" + text
    draft.text += text
    data = {"message_id": str(question.answer.pk), "text": text, "length": len(draft.text)}
    await apublish_ephemeral(conversation_stream(question.message.conversation_id), "message.delta", data)


def _storable(text: str) -> str:
    """A model's text as PostgreSQL takes it: without U+0000 and halves of characters."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def _brief(question: Question, offline: bool) -> Briefing:
    return brief(
        actor=question.actor,
        question=question.message,
        visible_ids=question.visible_ids,
        focused_id=question.focused_id,
        offline=offline,
    )


def _run_wanted(question: Question, kit: Toolkit, draft: Draft) -> None:
    """Run the calls of this step in order, each as who the person is by then, as long as the answer is wanted."""
    begun = len(draft.called)
    for call in draft.wanted:
        if not save_partial_answer(message=question.answer, text=draft.text):
            return
        actor, session_id = renew(question.actor), question.message.conversation_id
        target = kit.targets.get(call.name)
        with _watched(question, draft, actor, target, call):
            draft.called.append(
                run_tool(actor=actor, kit=kit, call=call, session_id=session_id, message_id=question.answer.pk)
            )
        _note(question, draft)
        if draft.confirmation:
            return
    done = draft.called[begun:]
    said = draft.text[draft.said :].strip()
    draft.steps.append(Step(said, [one.call for one in done], [one.result for one in done]))


@contextmanager
def _watched(question: Question, draft: Draft, actor: Actor, target: Target | None, call: ToolCall) -> Iterator[None]:
    """Have a plugin's run seen while it goes on: that it runs, what its handler streams, and then how it ended."""
    plugin = None
    if target is not None and target.plugin is not None:
        with suppress(NotFound):
            plugin = get_tool(actor, target.plugin)
    if plugin is None:
        yield
        return
    shown = [one.shown() for one in draft.called]
    with Streams(question.answer) as streams:
        streams.show([*shown, running_card(plugin, call)])
        yield
        streams.show([one.shown() for one in draft.called if not one.confirmation])


def _note(question: Question, draft: Draft) -> None:
    """Keep what has been called so far, for whoever asks why of an answer that never ends."""
    rows = Turn.objects.filter(message=question.answer)
    briefing = draft.briefing
    rows.update(
        provider=draft.provider[:100],
        model=draft.model[:200],
        generation=briefing.stamp.text if briefing else "",
        prompt_section=briefing.prompt_section if briefing else "",
        steps=[one.step() for one in draft.called],
    )


def _conclude(question: Question, draft: Draft) -> None:
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


def _tell(question: Question, draft: Draft) -> None:
    """End the answer to what a person started."""
    called = draft.called[0]
    fault = called.card.get("error", {}).get("message", called.summary)
    words = called.words if called.success else f"That did not work: {fault}"
    with unit_of_work():
        reply = hold_answer(question.answer)
        if reply is not None:
            _end(question, reply, draft, Outcome(_storable(words or "Done."), {}, {"outcome": "text"}))


def _outcome(actor: Actor, question: Question, draft: Draft) -> Outcome:
    waiting = draft.confirmation
    if waiting is not None and waiting.confirmation is not None:
        return Outcome(waiting.summary, waiting.confirmation, waiting.step())
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


def _fail(question: Question, draft: Draft, refusal: ApiError) -> None:
    outcome = refused(refusal, {})
    with unit_of_work():
        reply = hold_answer(question.answer)
        if reply is not None:
            told = Outcome(draft.text or outcome.text, outcome.payload, outcome.step)
            _end(question, reply, draft, told, Message.Status.FAILED)


def _end(
    question: Question,
    reply: Message,
    draft: Draft,
    outcome: Outcome,
    status: Message.Status = Message.Status.COMPLETE,
) -> None:
    briefing = draft.briefing
    # A further intent is answered in a message of its own; the functions were called for the first one.
    first = reply.pk == question.answer.pk
    called = [one for one in draft.called if first and not one.confirmation]
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
            "steps": [*(one.step() for one in called), outcome.step],
        },
    )
    shown = [one.shown() for one in called]
    streamed = {"streams": reply.payload["streams"]} if reply.payload.get("streams") else {}
    payload = {"type": "tools", **outcome.payload, "tools": shown, **streamed} if shown else outcome.payload
    finish_answer(message=reply, text=outcome.text, payload=payload, status=status)
