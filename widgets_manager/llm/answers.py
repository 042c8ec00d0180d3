"""Stage: answer. Finds the intent in what a model wrote: a tool call's arguments, or JSON within text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.llm.exceptions import LlmError
from widgets_manager.llm.types import TOOL_NAME, IntentCall

MAX_ANSWER_CHARS: Final = 64_000
_THINK_OPEN, _THINK_CLOSE = "<think>", "</think>"
# A text that begins so may become an answer: a fence, an object, its first key. Each part may still be incomplete.
_START: Final = re.compile(r"(?:```|\{|<)")
_FENCE: Final = re.compile(r"```[a-zA-Z]*\s*")
_KEYS: Final = ('"intent"', '"args"', '"panelId"', '"name"', '"arguments"', '"tool"')


def call_from_arguments(arguments: str, tool: str = TOOL_NAME) -> IntentCall:
    """The call in a tool call's arguments. Raises LlmError LLM_BAD_ANSWER when there is none."""
    document = _first_object(arguments)
    call = call_from_object(document, arguments) if document is not None else None
    if call is None:
        raise LlmError(
            f"The model called the tool “{tool[:80]}” with arguments that cannot be read. Please ask again.",
            code="LLM_BAD_ANSWER",
        )
    return call


def call_from_object(document: object, raw: str) -> IntentCall | None:
    """The call in `{"panelId", "intentName", "params"}`, alone or under `args`; None for anything else."""
    if not isinstance(document, dict):
        return None
    for key in ("args", "arguments", "function"):
        inner = document.get(key)
        inner = _first_object(inner) if isinstance(inner, str) else inner
        if isinstance(inner, dict) and "panelId" not in document:
            return call_from_object(inner, raw)
    panel_id, intent_name, params = document.get("panelId"), document.get("intentName"), document.get("params", {})
    if isinstance(params, str):
        params = _first_object(params) if params.strip() else {}
    params = {} if params is None else params
    if not isinstance(panel_id, str) or not isinstance(intent_name, str) or not isinstance(params, dict):
        return None
    return IntentCall(panel_id, intent_name, params, raw=raw[:4000])


def call_in_text(text: str) -> tuple[str, IntentCall] | None:
    """The text before the first JSON answer and its call, also within a code fence; None without such an answer."""
    for position, document, end in _objects(text):
        call = call_from_object(document, text[position:end])
        if call is not None:
            return _FENCE.sub("", text[:position]).strip(), call
    return None


def _first_object(text: str) -> object:
    """The first JSON object in the text, None when none can be read."""
    return next((document for _, document, _ in _objects(text)), None)


def _objects(text: str) -> Iterator[tuple[int, Any, int]]:
    """Every outermost readable JSON object with its place; at most 50 openings are tried."""
    decoder = json.JSONDecoder(strict=False, parse_constant=_refuse)
    position, tried = text.find("{"), 0
    while position >= 0 and tried < 50:
        tried += 1
        try:
            document, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            position = text.find("{", position + 1)
            continue
        yield position, document, end
        position = text.find("{", end)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON number")


@dataclass
class TextStream:
    """Streamed text: lets plain text through at once and holds back what may be a JSON answer or a thought.

    `finish` gives the rest: text that turned out to be plain, and the call if there was one.
    """

    _held: str = ""
    _thinking: bool = False
    _size: int = field(default=0)

    def feed(self, piece: str) -> str:
        """The part of the text that may be shown now. Raises LlmError beyond 64,000 characters."""
        self._size += len(piece)
        if self._size > MAX_ANSWER_CHARS:
            raise LlmError("The model's answer did not end and was cut. Please ask again.", code="LLM_BAD_ANSWER")
        self._held += piece
        shown = ""
        while self._held:
            if self._thinking:
                if not self._skip_thought():
                    break
                continue
            found = _START.search(self._held)
            if found is None:
                shown, self._held = shown + self._held, ""
                break
            shown, self._held = shown + self._held[: found.start()], self._held[found.start() :]
            if self._held.startswith(_THINK_OPEN):
                self._thinking = True
            elif _may_be_answer(self._held):
                break
            else:
                shown, self._held = shown + self._held[0], self._held[1:]
        return shown

    def finish(self) -> tuple[str, IntentCall | None]:
        """The held text that is no answer, and the call. Raises LlmError when an answer was begun and cut off."""
        rest, self._held = ("" if self._thinking else self._held), ""
        found = call_in_text(rest)
        if found:
            return found
        if re.search(r'\{\s*"(?:intent|panelId)"', rest):
            raise LlmError("The model's answer was incomplete. Please ask again.", code="LLM_BAD_ANSWER")
        return rest, None

    def _skip_thought(self) -> bool:
        end = self._held.find(_THINK_CLOSE)
        if end < 0:
            self._held = self._held[-len(_THINK_CLOSE) :]
            return False
        self._held, self._thinking = self._held[end + len(_THINK_CLOSE) :].lstrip(), False
        return True


def _may_be_answer(text: str) -> bool:
    """Whether the text is, or may still grow into, a JSON answer, a fence around one, or a thought."""
    if text.startswith("<"):
        return _THINK_OPEN.startswith(text)
    body = text
    if text.startswith("`"):
        fence = _FENCE.match(text)
        if fence is None:
            return "```".startswith(text)
        body = text[fence.end() :]
        if not body:
            return True
    if not body.startswith("{"):
        return False
    key = body[1:].lstrip()
    return not key or any(key.startswith(name) or name.startswith(key) for name in _KEYS)
