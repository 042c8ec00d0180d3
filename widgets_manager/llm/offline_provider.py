"""Stage: provider. The offline matcher as a source of answers, for servers without a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from widgets_manager.llm.matcher import NoMatch, decide
from widgets_manager.llm.types import ChatRequest, Done, StreamPart, TextDelta

_MANY_OPTIONS = 300  # from here on matching is moved off the event loop


class OfflineProvider:
    """Answers with one call, one question back, or a text that says what can be asked. Never fails."""

    label = "offline matcher"
    offline = True

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamPart]:
        """The decision as one part, then Done."""
        arguments = (request.user_text, request.options, request.last_panel_id)
        if len(request.options) > _MANY_OPTIONS:
            decision = await asyncio.to_thread(decide, *arguments)
        else:
            decision = decide(*arguments)
        yield TextDelta(decision.text) if isinstance(decision, NoMatch) else decision
        yield Done(model=self.label)
