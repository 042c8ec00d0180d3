"""Stage: actions. From a model's choice to what the person sees: the checked call, and its answer as a payload.

Payload types: `result` (with the handler's result), `confirmation` (waits for a yes), `choices` (asks back with
buttons), `error` (a refusal), none for plain text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.core.errors import as_api_error
from widgets_manager.core.exceptions import ApiError, ConfirmationRequired
from widgets_manager.core.strict_json import InvalidJson, parse_json
from widgets_manager.llm.types import Clarify, IntentCall
from widgets_manager.widgets.intents import IntentRequest, execute_intent
from widgets_manager.widgets.panel import IntentResult

MAX_ARGUMENTS: Final = 500_000  # bytes as ASCII JSON; what a provider reads is shorter


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a turn: the text, the payload, and what the `why` view shows of the step."""

    text: str
    payload: dict[str, Any] = field(default_factory=dict)
    step: dict[str, Any] = field(default_factory=dict)


def run_call(
    *, actor: Actor, call: IntentCall, visible_ids: Iterable[str] | None, confirmation_id: str | None = None
) -> Outcome:
    """Check and run what the model (or a button) asks for; a refusal becomes an answer, never an exception."""
    step: dict[str, Any] = {}
    try:
        request = _plain(IntentRequest(call.panel_id, call.intent_name, call.params))
        step = request.as_dict()
        result = execute_intent(
            actor=actor, request=request, visible_panel_ids=visible_ids, confirmation_id=confirmation_id
        )
    except ConfirmationRequired as error:
        return Outcome(error.message, {"type": "confirmation", **error.data}, step | {"outcome": "confirmation"})
    except Exception as error:
        refusal = as_api_error(error)
        if refusal is None:
            raise
        return refused(refusal, step)
    payload = {
        "type": "result",
        "panel_id": request.panel_id,
        "intent": request.intent_name,
        "params": request.params,
        "result": result.as_dict(),
    }
    return Outcome(_text(result), payload, step | {"outcome": "done" if result.success else "declined"})


def _plain(request: IntentRequest) -> IntentRequest:
    """The request as any JSON from outside is read: a model writes NaN, halves of characters and endless nesting, too.

    Raises InvalidJson.
    """
    try:
        text = json.dumps(request.as_dict())
    except (ValueError, RecursionError):
        raise InvalidJson("The model's parameters are nested too deeply.") from None
    args = parse_json(text, max_bytes=MAX_ARGUMENTS)
    return IntentRequest(args["panelId"], args["intentName"], args["params"])


def refused(error: ApiError, step: dict[str, Any]) -> Outcome:
    """A refusal as an answer."""
    payload = {"type": "error", "code": error.code, "message": error.message}
    return Outcome(error.message, payload, step | {"outcome": "refused", "code": error.code})


def ask_back(clarify: Clarify) -> Outcome:
    """A question back, with the candidates as buttons."""
    choices = [
        {"panelId": call.panel_id, "intentName": call.intent_name, "params": call.params, "label": call.summary}
        for call in clarify.choices
    ]
    payload = {"type": "choices", "choices": choices} if choices else {}
    return Outcome(clarify.question, payload, {"outcome": "asked", "candidates": choices})


def _text(result: IntentResult) -> str:
    if not result.success:
        return result.error or result.message
    return result.message or result.title
