"""Stage: handlers. What came of a handler: its own error, what it wants to have done, and what whom is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sandbox.isolates.client import Outcome
from sandbox.isolates.exceptions import CODES
from sandbox.plugins.actions.runs import Ended
from sandbox.plugins.values import cleaned_text
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.sessions.limits import require_json

TRIGGER: Final = "_triggerToolCall"
MAX_TRIGGER: Final = 256 * 1024  # bytes of JSON of what a job is started with
_MAX_SENTENCE: Final = 500
_SENTENCES: Final = {
    **CODES,
    "BAD_TRIGGER": "The plugin asked for background work in a form that is not understood.",
    "SERVER_ERROR": "The server made a mistake; it has been logged.",
}


def told(
    outcome: Outcome, *, ok: bool, result: Any = None, code: str = "", message: str = "", stack: str = ""
) -> Ended:
    """How a run ended, with what is known of it: console, host calls and time."""
    calls = [
        {"method": call.method, "milliseconds": round(call.seconds * 1000, 1), "refusal": call.error}
        for call in outcome.calls
    ]
    return Ended(ok, result, code, message, stack, outcome.log, calls, round(outcome.seconds * 1000))


def judged(ended: Ended) -> Ended:
    """A result may say that it is an error, and what it wants to have done must be something that can be."""
    result = ended.result
    if not isinstance(result, dict):
        return ended
    if result.get("error") is True:
        message = result.get("message")
        text = message if isinstance(message, str) and message.strip() else "The plugin reported an error."
        return replace(ended, ok=False, code="PLUGIN_ERROR", message=text)
    if (fault := _trigger_fault(result.get(TRIGGER))) is not None:
        return replace(ended, ok=False, code="BAD_TRIGGER", message=fault)
    return ended


def _trigger_fault(trigger: Any) -> str | None:
    if trigger is None:
        return None
    if not isinstance(trigger, dict):
        return f"{TRIGGER} must be an object with a text 'action'."
    action = trigger.get("action")
    if not isinstance(action, str) or not 1 <= len(action) <= 200:
        return f"{TRIGGER}.action must be a text of 1 to 200 characters: it names what the background run does."
    try:
        require_json(trigger, TRIGGER, max_bytes=MAX_TRIGGER)
    except InvalidInput as error:
        return f"{error.message}."
    return None


def trigger_of(ended: Ended) -> dict[str, Any] | None:
    """What a run that went well wants to have done in the background."""
    trigger = ended.result.get(TRIGGER) if isinstance(ended.result, dict) else None
    return trigger if isinstance(trigger, dict) else None


def for_person(ended: Ended) -> dict[str, str] | None:
    """One plain sentence; the plugin's own where it reported the error itself."""
    if ended.ok:
        return None
    if ended.code in _SENTENCES:
        return {"code": ended.code, "message": _SENTENCES[ended.code]}
    return {"code": ended.code, "message": cleaned_text(ended.message)[:_MAX_SENTENCE]}


def for_job(ended: Ended) -> dict[str, str] | None:
    """What the author is told, in the job."""
    if ended.ok:
        return None
    return {"code": ended.code, "message": cleaned_text(ended.message), "stack": cleaned_text(ended.stack)}
