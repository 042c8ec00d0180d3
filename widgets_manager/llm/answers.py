"""Stage: answer. Finds the calls in what a model wrote: a tool call's arguments, or JSON within text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.llm.exceptions import LlmError
from widgets_manager.llm.tools import TEXT_INTENT
from widgets_manager.llm.types import TOOL_NAME, FunctionOption, IntentCall, ToolCall

MAX_ANSWER_CHARS: Final = 64_000
_THINK_OPEN, _THINK_CLOSE = "<think>", "</think>"
# A text that begins so may become an answer: a fence, an object, its first key. Each part may still be incomplete.
_START: Final = re.compile(r"(?:```|\{|<)")
_FENCE: Final = re.compile(r"```[a-zA-Z]*\s*")
_NO_NAME: Final = re.compile(r"[^a-zA-Z0-9_-]+")
_UNREADABLE: Final = "The arguments are not one JSON object."
_KEYS: Final = ('"intent"', '"args"', '"panelId"', '"name"', '"arguments"', '"tool"')


def spellings(functions: Sequence[FunctionOption]) -> dict[str, str]:
    """How models write the functions → their names: `widget_render` and `widget.render`."""
    return {spelled: option.name for option in functions for spelled in (option.title, option.name)}


def call_from_arguments(
    arguments: str, tool: str = TOOL_NAME, *, names: Mapping[str, str] | None = None, call_id: str = ""
) -> IntentCall | ToolCall:
    """The call in a tool call's arguments; `names` are the functions that were offered.

    What is no `panel_intent` is a function's, also where it is unknown or its arguments cannot be read: the model is
    told. Raises LlmError LLM_BAD_ANSWER where no functions were offered.
    """
    document = _first_object(arguments)
    if names and tool in names:
        return _tool_call(names[tool], document, arguments, call_id)
    call = call_from_object(document, arguments) if document is not None else None
    if call is not None:
        return call
    if names and tool != TOOL_NAME:
        return _tool_call(_NO_NAME.sub("_", tool)[:64] or "unnamed", document, arguments, call_id)
    raise LlmError(
        f"The model called the tool “{tool[:80]}” with arguments that cannot be read. Please ask again.",
        code="LLM_BAD_ANSWER",
    )


def _tool_call(name: str, document: object, arguments: str, call_id: str) -> ToolCall:
    if isinstance(document, dict):
        return ToolCall(name, document, call_id)
    return ToolCall(name, {}, call_id, problem=_UNREADABLE if arguments.strip() else "")


def tool_call_from_object(document: object, names: Mapping[str, str]) -> ToolCall | None:
    """The call in `{"intent": "tool_call", "args": {"tool", "args"}}`.

    Also in `{"tool", "args"}` and `{"name", "arguments"}` of a function that was offered. None for anything else.
    """
    if not isinstance(document, dict) or not names:
        return None
    asks = document.get("intent") == TEXT_INTENT
    inner = _as_object(document.get("args", document.get("arguments"))) if asks else document
    if not isinstance(inner, dict):
        return ToolCall("unnamed", {}, problem=_UNREADABLE) if asks else None
    spelled = inner.get("tool", inner.get("name"))
    if not isinstance(spelled, str) or not (asks or spelled in names):
        return None
    given = _as_object(inner.get("args", inner.get("arguments", {})))
    name = names.get(spelled) or _NO_NAME.sub("_", spelled)[:64] or "unnamed"
    return ToolCall(name, given) if isinstance(given, dict) else ToolCall(name, {}, problem=_UNREADABLE)


def _as_object(value: object) -> object:
    """The value, or the first object in a text; nothing is no arguments."""
    if isinstance(value, str):
        return _first_object(value) if value.strip() else {}
    return {} if value is None else value


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


def call_in_text(text: str, names: Mapping[str, str] | None = None) -> tuple[str, IntentCall | ToolCall] | None:
    """The text before the first JSON answer and its call, also within a code fence; None without such an answer."""
    for position, document, end in _objects(text):
        call = tool_call_from_object(document, names or {}) or call_from_object(document, text[position:end])
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

    `finish` gives the rest: text that turned out to be plain, and the call if there was one. `names` are the functions
    that may be called, by every way to write them.
    """

    names: Mapping[str, str] = field(default_factory=dict)
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

    def finish(self) -> tuple[str, IntentCall | ToolCall | None]:
        """The held text that is no answer, and the call. Raises LlmError when an answer was begun and cut off."""
        rest, self._held = ("" if self._thinking else self._held), ""
        found = call_in_text(rest, self.names)
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
