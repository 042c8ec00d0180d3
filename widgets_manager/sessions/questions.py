"""Stage: access. Confirmations in chat bubbles: which answer an action is, and how the agent is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import ExpressionError
from widgets_manager.sessions.declared import nodes_of
from widgets_manager.sessions.limits import cut
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.prompts import quote

_TITLE: Final = "Are you sure?"
_LABELS: Final = {"confirm": "Confirm", "cancel": "Cancel"}
_SHOWN: Final = 300
# What a question without an id of its own is called.
_ANY: Final = "confirm"
_NONE: Final = object()


@dataclass(frozen=True, slots=True)
class Answer:
    """The button of a `confirm` that was pressed: its words, and the question they answer. `key` is the node's id."""

    key: str
    label: str
    question: str
    agreed: bool

    def sentence(self, *, success: bool, error: str | None = None) -> str:
        """What the person did, in their name; all that others wrote stands in quotation marks that it cannot close."""
        said = f"I chose {quote(self.label, _SHOWN)} for {quote(self.question, _SHOWN)}"
        return f"{said}." if success else f"{said}, but it failed: {quote(error or 'no reason given', _SHOWN)}."


def answer_of(
    row: MountedWidget, state: Mapping[str, Any], *, kind: str, payload: Mapping[str, Any], action_id: str
) -> Answer | None:
    """The answer that an action out of an inline widget gives; None where it is no answer.

    Our pages say `<node id>.confirm` or `<node id>.cancel`, followed by the steps of a sequence. Others may leave the
    id out, or give the node's: their tool is the answer where nothing else in the widget names it.
    """
    if row.zone != MountedWidget.Zone.INLINE:
        return None
    questions = [node for node in nodes_of(row.tree) if node.get("type") == "confirm"]
    scope = {"ctx": row.ctx, "state": state}
    for node in questions:
        button = _button(node, kind, payload, action_id)
        if button is not None:
            return _answer(node, button, scope)
    for node in questions:
        if _is_only_step(row.tree, node, kind, payload) and action_id in {"", _ANY, "confirm_action", _key(node)}:
            return _answer(node, "confirm", scope)
    return None


def _key(node: Mapping[str, Any]) -> str:
    known = node.get("id")
    return known if isinstance(known, str) and known else _ANY


def _button(node: Mapping[str, Any], kind: str, payload: Mapping[str, Any], action_id: str) -> str | None:
    """The button of this question that an action belongs to, where the action is the one that decides."""
    for button in _LABELS:
        name = f"{_key(node)}.{button}"
        steps = action_id.removeprefix(name)
        if action_id.startswith(name) and steps[:1] in ("", "."):
            action = _at(node.get(f"{button}_action"), [step for step in steps.split(".") if step])
            return button if _decides(action, kind, payload) else None
    return None


def _at(action: Any, steps: Sequence[str]) -> Any:
    """The action at these steps when they lead to the last one of each sequence, else `_NONE`."""
    for step in steps:
        below = action.get("actions") if isinstance(action, dict) and action.get("action") == "sequence" else None
        if not isinstance(below, list) or not below or step != str(len(below) - 1):
            return _NONE
        action = below[-1]
    return action


def _decides(action: Any, kind: str, payload: Mapping[str, Any]) -> bool:
    if action is None:
        return kind == "close"
    return isinstance(action, dict) and (action.get("action") == kind == "sequence" or _is_step(action, kind, payload))


def _is_step(action: Any, kind: str, payload: Mapping[str, Any]) -> bool:
    """Whether this is what the person decides: the action, or the last step of a sequence."""
    if not isinstance(action, dict):
        return False
    steps = action.get("actions")
    if action.get("action") == "sequence" and kind != "sequence" and isinstance(steps, list) and steps:
        return _is_step(steps[-1], kind, payload)
    return action.get("action") == kind and (kind != "tool" or action.get("tool") == payload.get("tool"))


def _is_only_step(tree: Any, node: Mapping[str, Any], kind: str, payload: Mapping[str, Any]) -> bool:
    named = sum(1 for one in nodes_of(tree) if one.get("action") == "tool" and one.get("tool") == payload.get("tool"))
    return kind == "tool" and named == 1 and _is_step(node.get("confirm_action"), kind, payload)


def _answer(node: Mapping[str, Any], button: str, scope: Mapping[str, Any]) -> Answer:
    label = _words(node.get(f"{button}_label"), scope) or _LABELS[button]
    return Answer(_key(node), label, _words(node.get("title"), scope) or _TITLE, agreed=button == "confirm")


def _words(text: Any, scope: Mapping[str, Any]) -> str:
    """A text of the tree as the person read it, on one line."""
    try:
        value = evaluate(text, scope) if isinstance(text, str) else text
    except ExpressionError:
        value = text
    return cut(" ".join(str("" if value is None else value).split()), _SHOWN)
