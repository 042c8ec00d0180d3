"""The peer: the intent whose example is most alike by rapidfuzz's WRatio, without panels, parameters or questions."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process, utils

from widgets_manager.llm.matcher import Decision, NoMatch
from widgets_manager.llm.types import IntentCall, IntentOption

CUTOFF = 60


def best_example(message: str, options: Sequence[IntentOption], last_panel_id: str | None = None) -> Decision:
    """The best example's intent at 60 of 100 or more, the focused panel first."""
    ordered = sorted(options, key=lambda option: not option.focused)
    pairs = [(example, option) for option in ordered for example in option.examples]
    texts = [example for example, _ in pairs]
    found = process.extractOne(message, texts, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=CUTOFF)
    if found is None:
        return NoMatch("")
    option = pairs[found[2]][1]
    return IntentCall(option.panel_id, option.name, {})
