"""Judging one answer: right, asked back, nothing, or wrong; a wrong write is counted apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.matcher.scene import Scene
from widgets_manager.llm.matcher import Decision
from widgets_manager.llm.types import Clarify, IntentCall, IntentOption

Case = Mapping[str, Any]
Answer = Callable[[str, Sequence[IntentOption], str | None], Decision]


def tally(cases: Iterable[Case], scene: Scene, answer: Answer) -> Counter[str]:
    """Verdicts over the cases; `right intent` counts the right panel and operation whatever the parameters."""
    counts: Counter[str] = Counter()
    for case in cases:
        decision = answer(case["say"], scene.focused_on(case.get("focus")), case.get("last"))
        counts[verdict(case, decision, scene)] += 1
        counts["wrong writes"] += is_wrong_write(case, decision, scene)
        counts["right intent"] += names_intent(case, decision, scene)
        counts["all"] += 1
    return counts


def verdict(case: Case, decision: Decision, scene: Scene) -> str:
    """`right`, `asked`, `nothing` or `wrong`."""
    wanted = case.get("expect", "call")
    if isinstance(decision, IntentCall):
        return "right" if is_right(case, decision, scene) else "wrong"
    if isinstance(decision, Clarify):
        return "right" if wanted == "ask" else "asked"
    return "right" if wanted == "none" else "nothing"


def is_right(case: Case, decision: Decision, scene: Scene) -> bool:
    """Right panel, operation and parameters."""
    return (
        isinstance(decision, IntentCall)
        and names_intent(case, decision, scene)
        and _fits(case["with"], decision.params)
    )


def names_intent(case: Case, decision: Decision, scene: Scene) -> bool:
    """Right panel and operation."""
    if "expect" in case or not isinstance(decision, IntentCall) or decision.panel_id != case["panel"]:
        return False
    return scene.operations[decision.panel_id, decision.intent_name] in _operations(case["do"])


def is_wrong_write(case: Case, decision: Decision, scene: Scene) -> bool:
    """A write that was not asked for, or with other parameters."""
    if not isinstance(decision, IntentCall) or is_right(case, decision, scene):
        return False
    option = next(o for o in scene.options if (o.panel_id, o.name) == (decision.panel_id, decision.intent_name))
    return option.permission == "write"


def _operations(name: str) -> set[str]:
    """`show` and `list` are one thing where a panel has only one of them."""
    return {name} if name not in ("show", "list") else {name, "show" if name == "list" else "list"}


def _fits(wanted: Any, params: Mapping[str, Any]) -> bool:
    variants = wanted if isinstance(wanted, list) else [wanted]
    return any(_same(variant, params) for variant in variants)


def _same(wanted: Mapping[str, Any], params: Mapping[str, Any]) -> bool:
    if set(wanted) != set(params):
        return False
    return all(_equal(value, params[name]) for name, value in wanted.items())


def _equal(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, list):
        return any(_equal(variant, value) for variant in wanted)
    if isinstance(wanted, str) and isinstance(value, str):
        return wanted.casefold().split() == value.casefold().split()
    return bool(wanted == value) and isinstance(wanted, bool) == isinstance(value, bool)
