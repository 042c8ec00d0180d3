"""Stage: access. Confirmations in chat bubbles: which answer an action is, and how the agent is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import ExpressionError
from widgets_manager.sessions.declared import nodes_of
from widgets_manager.sessions.limits import cut
from widgets_manager.sessions.models import MountedWidget

_TITLE: Final = "Are you sure?"
_LABELS: Final = {"confirm": "Confirm", "cancel": "Cancel"}
_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """The button of a `confirm` that was pressed: its words, and the question they answer."""

    label: str
    question: str
    agreed: bool

    def sentence(self, *, success: bool, error: str | None = None) -> str:
        """What the person did, in their name."""
        said = f"I chose “{self.label}” for “{self.question}”"
        return f"{said}." if success else f"{said}, but it failed: {cut(error or 'no reason given', _SHOWN)}"


def answer_of(
    row: MountedWidget, state: Mapping[str, Any], *, kind: str, payload: Mapping[str, Any], action_id: str
) -> Answer | None:
    """The answer that an action out of an inline widget gives; None where it is no answer."""
    if row.zone != MountedWidget.Zone.INLINE:
        return None
    declines = any(part.endswith("cancel") for part in action_id.split("."))
    for node in nodes_of(row.tree):
        if node.get("type") == "confirm" and (declines or _is_step(node.get("confirm_action"), kind, payload)):
            return _answer(node, "cancel" if declines else "confirm", {"ctx": row.ctx, "state": state})
    return None


def _is_step(action: Any, kind: str, payload: Mapping[str, Any]) -> bool:
    """Whether this is what the person agrees to: the action, or the last step of a sequence."""
    if not isinstance(action, dict):
        return False
    steps = action.get("actions")
    if action.get("action") == "sequence" and kind != "sequence" and isinstance(steps, list) and steps:
        return _is_step(steps[-1], kind, payload)
    return action.get("action") == kind and (kind != "tool" or action.get("tool") == payload.get("tool"))


def _answer(node: Mapping[str, Any], button: str, scope: Mapping[str, Any]) -> Answer:
    label = _words(node.get(f"{button}_label"), scope) or _LABELS[button]
    return Answer(label, _words(node.get("title"), scope) or _TITLE, agreed=button == "confirm")


def _words(text: Any, scope: Mapping[str, Any]) -> str:
    """A text of the tree as the person read it, on one line."""
    try:
        value = evaluate(text, scope) if isinstance(text, str) else text
    except ExpressionError:
        value = text
    return cut(" ".join(str("" if value is None else value).split()), _SHOWN)
