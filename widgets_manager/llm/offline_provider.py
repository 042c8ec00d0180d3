"""Stage: provider. The offline matcher as a source of answers, for servers without a model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from widgets_manager.llm.matcher import Decision, NoMatch, decide
from widgets_manager.llm.named_tools import named
from widgets_manager.llm.results import said
from widgets_manager.llm.tool_options import CALL_ID, PREFIX, call_of, options_of
from widgets_manager.llm.types import (
    ChatRequest,
    Clarify,
    Done,
    FunctionOption,
    IntentCall,
    Step,
    StreamPart,
    TextDelta,
)

_MANY_OPTIONS = 300  # from here on matching is moved off the event loop


class OfflineProvider:
    """Answers with one call, one question back, or a text that says what can be asked. Never fails."""

    label = "offline matcher"
    offline = True

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamPart]:
        """The decision as one part, then Done; after a tool was called, how that went."""
        if request.steps:
            yield TextDelta(_ending(request.steps[-1]))
            yield Done(model=self.label)
            return
        tools = options_of(request.functions)
        options = [*request.options, *tools]
        arguments = (request.user_text, options, request.last_panel_id)
        if len(options) > _MANY_OPTIONS:
            decision = await asyncio.to_thread(decide, *arguments)
        else:
            decision = decide(*arguments)
        if isinstance(decision, NoMatch):
            decision = named(request.user_text, tools) or decision
        yield _part(decision, request.functions, request.apps)
        yield Done(model=self.label)


def _part(decision: Decision, functions: Sequence[FunctionOption], apps: Sequence[str]) -> StreamPart:
    """The decision as a part of the answer."""
    match decision:
        case NoMatch():
            return TextDelta(_helpless(decision, apps))
        case IntentCall():
            return call_of(decision, functions) or decision
        case Clarify(question, choices) if any(choice.panel_id.startswith(PREFIX) for choice in choices):
            return Clarify(question)  # functions are no buttons: the person answers in words
    return decision


def _helpless(decision: NoMatch, apps: Sequence[str]) -> str:
    """What can be asked, and what cannot."""
    if not apps:
        return decision.text
    named = apps[0] if len(apps) == 1 else f"{', '.join(apps[:-1])} and {apps[-1]}"
    return (
        f"{decision.text}\n\nWhat the assistant of {named} would answer needs a language model; this server has none."
    )


def _ending(step: Step) -> str:
    """A sentence for the outcome of the step's calls."""
    results = list(map(json.loads, step.results))
    for result in results:
        if not result["success"]:
            return f"That did not work: {result['error']['message']}"
    told = [
        said(result.get("data")) for call, result in zip(step.calls, results, strict=True) if call.call_id == CALL_ID
    ]
    return "\n\n".join(filter(None, told)) or "Here it is."
