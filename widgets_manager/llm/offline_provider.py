"""Stage: provider. The offline matcher as a source of answers, for servers without a model."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from widgets_manager.llm.matcher import NoMatch, decide
from widgets_manager.llm.types import ChatRequest, Done, Step, StreamPart, TextDelta

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
        arguments = (request.user_text, request.options, request.last_panel_id)
        if len(request.options) > _MANY_OPTIONS:
            decision = await asyncio.to_thread(decide, *arguments)
        else:
            decision = decide(*arguments)
        yield TextDelta(_helpless(decision, request.apps)) if isinstance(decision, NoMatch) else decision
        yield Done(model=self.label)


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
    for result in map(json.loads, step.results):
        if not result["success"]:
            return f"That did not work: {result['error']['message']}"
    return "Here it is."
