"""Stage: access. A turn on its way: what is to be answered, and the answer while it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from chat.conversations.models import Message
from chat.turns.called import Called
from chat.turns.prompting import Briefing
from widgets_manager.core.actor import Actor
from widgets_manager.llm.types import Clarify, IntentCall, Step, ToolCall


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be answered, by whom it was asked, and what was on the screen."""

    actor: Actor
    message: Message
    answer: Message
    visible_ids: list[str] | None
    focused_id: str | None


@dataclass(slots=True)
class Draft:
    """The answer while it is written."""

    briefing: Briefing | None = None
    text: str = ""
    said: int = 0  # the length of the text before this step
    wanted: list[ToolCall] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    called: list[Called] = field(default_factory=list)
    calls: list[IntentCall] = field(default_factory=list)
    clarify: Clarify | None = None
    provider: str = ""
    model: str = ""

    @property
    def confirmation(self) -> Called | None:
        """The call that waits for the person's yes."""
        return next((one for one in self.called if one.confirmation), None)

    @property
    def ended(self) -> bool:
        """Whether the model is not asked again: it called nothing, or asked a panel or the person."""
        return not self.wanted or bool(self.calls) or self.confirmation is not None
