"""Stage: handlers. `context.getSessionMetadata/updateSessionMetadata`: what a plugin remembers from run to run."""

from __future__ import annotations

from typing import Any, Final

from sandbox.plugins.actions.metadata import KILL, age_of, merge_metadata, read_metadata
from sandbox.plugins.context.registry import ContextCall, ContextMethod, RunState

ENDS: Final = "session ends"


def session_key(state: RunState) -> str:
    """Whose metadata it is: the conversation's, else the place's, else the person's alone."""
    return str(state.origin.session_id or state.origin.place or "")


def read(call: ContextCall) -> dict[str, Any]:
    """`getSessionMetadata()` → an object, empty at first."""
    return read_metadata(actor=call.actor, widget=call.state.widget, session_key=session_key(call.state))


def update(call: ContextCall) -> dict[str, Any]:
    """`updateSessionMetadata(changes)` → all of it."""
    return merge_metadata(
        actor=call.actor,
        widget=call.state.widget,
        session_key=session_key(call.state),
        changes=call.param(0, "metadata", dict),
        max_age=age_of(call.state.manifest),
    )


def _note_the_end(state: RunState, answer: Any) -> None:
    state.memory[ENDS] = isinstance(answer, dict) and bool(answer.get(KILL))


METHODS: Final = (
    ContextMethod("getSessionMetadata", read),
    ContextMethod("updateSessionMetadata", update, writes=True, learn=_note_the_end),
)
