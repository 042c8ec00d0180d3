"""Stage: provider. Any OpenAI-compatible endpoint: streamed, with tools where the model has them, else JSON in text."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import openai
from openai.types.chat import ChatCompletionChunk

from widgets_manager.llm.answers import TextStream, call_from_arguments, spellings
from widgets_manager.llm.exceptions import LlmError
from widgets_manager.llm.failures import BROKEN_OFF, BUSY, as_llm_error, retry_after
from widgets_manager.llm.tools import messages_of, tools_of
from widgets_manager.llm.types import ChatRequest, Done, IntentCall, StreamPart, TextDelta, ToolCall

logger = logging.getLogger(__name__)
MAX_ATTEMPTS: Final = 3
MAX_CALLS: Final = 5
_FIRST_PAUSE: Final = 0.3  # seconds; doubled for each further attempt
_TOOLS_REFUSED: Final = frozenset({400, 404, 405, 415, 422, 501})
_T = TypeVar("_T")

# An HTTP client belongs to the loop that first used it; a process may see several loops.
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], openai.AsyncOpenAI]] = WeakKeyDictionary()
_without_tools: set[tuple[str, str]] = set()  # (endpoint, model) that refused tools; asked again after a restart


def _client(base_url: str, api_key: str) -> openai.AsyncOpenAI:
    """This loop's client of the endpoint. Proxies of the environment are ignored, redirects are not followed."""
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    if (base_url, api_key) not in clients:
        transport = openai.DefaultAsyncHttpxClient(trust_env=False, follow_redirects=False)
        clients[base_url, api_key] = openai.AsyncOpenAI(
            base_url=base_url, api_key=api_key or "unset", max_retries=0, http_client=transport
        )
    return clients[base_url, api_key]


@dataclass
class _Deadline:
    """The moment by which the whole answer must be there."""

    seconds: float
    end: float = field(init=False)

    def __post_init__(self) -> None:
        self.end = time.monotonic() + self.seconds

    @property
    def left(self) -> float:
        return self.end - time.monotonic()

    async def wait(self, awaitable: Any) -> Any:
        """The awaitable's result. Raises LlmError LLM_TIMEOUT when the deadline comes first."""
        try:
            return await asyncio.wait_for(awaitable, max(0.0, self.left))
        except TimeoutError:
            raise LlmError(
                f"The model did not finish its answer within {self.seconds:g} seconds. Please try again.",
                code="LLM_TIMEOUT",
            ) from None


@dataclass
class _Answer:
    """What has arrived of one answer."""

    names: dict[str, str]  # the functions that were offered, by every way to write them
    step: int = 0  # how many steps of the turn came before: ids made here stay unique in the exchange
    text: TextStream = field(init=False)
    tools: dict[int, list[str]] = field(default_factory=dict)  # index → [name, arguments, id]
    finish: str | None = None
    usage: dict[str, int] = field(default_factory=dict)
    model: str = ""

    def __post_init__(self) -> None:
        self.text = TextStream(self.names)

    def take(self, chunk: ChatCompletionChunk) -> str:
        """Take in one chunk; the text that may be shown now."""
        self.model = chunk.model or self.model
        if chunk.usage:
            self.usage = {
                "prompt_tokens": chunk.usage.prompt_tokens or 0,
                "completion_tokens": chunk.usage.completion_tokens or 0,
            }
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self.finish = choice.finish_reason or self.finish
        for part in (choice.delta.tool_calls if choice.delta else None) or ():
            entry = self.tools.setdefault(part.index or 0, ["", "", ""])
            entry[2] = entry[2] or part.id or ""
            if part.function:
                entry[0] += part.function.name or ""
                entry[1] += part.function.arguments or ""
        if sum(len(arguments) for _, arguments, _ in self.tools.values()) > 64_000:
            raise LlmError("The model's tool call did not end and was cut. Please ask again.", code="LLM_BAD_ANSWER")
        return self.text.feed(choice.delta.content or "") if choice.delta else ""

    def calls(self) -> list[IntentCall | ToolCall]:
        """The tool calls, each with an id of its own. Raises LlmError when one cannot be read."""
        written = list(self.tools.values())[:MAX_CALLS]
        ids = [key for _, _, key in written]
        own = len(set(ids)) == len(ids) and all(ids)
        return [
            call_from_arguments(arguments, name, names=self.names, call_id=key if own else self.made_id(number))
            for number, (name, arguments, key) in enumerate(written)
        ]

    def made_id(self, number: int = 0) -> str:
        """The id of a call that came without one."""
        return f"call_{self.step}_{number}"


class OpenAIProvider:
    """A model behind an OpenAI-compatible endpoint. `timeout` is in seconds, for the whole answer with its retries."""

    offline = False

    def __init__(self, *, base_url: str, api_key: str, model: str, timeout: float) -> None:
        self.base_url, self.api_key, self.model, self.timeout = base_url, api_key, model, timeout
        self.label = model or "language model"

    async def stream(self, request: ChatRequest) -> AsyncIterator[StreamPart]:
        """Text as it arrives, then the calls, then Done. Raises LlmError; text already yielded stays valid."""
        if not self.model:
            raise LlmError("No model is chosen: the operator must set LLM_MODEL beside LLM_BASE_URL.")
        deadline = _Deadline(self.timeout)
        chunks = await self._open(request, deadline)
        answer = _Answer(spellings(request.functions), len(request.steps))
        try:
            while (chunk := await deadline.wait(_next(chunks))) is not None:
                if shown := answer.take(chunk):
                    yield TextDelta(shown)
        except (openai.APIError, json.JSONDecodeError) as error:
            raise as_llm_error(error, self.model, streaming=True) from error
        finally:
            await chunks.close()
        for part in _closing_parts(answer):
            yield part
        yield Done(model=answer.model or self.model, usage=answer.usage)

    async def _open(self, request: ChatRequest, deadline: _Deadline) -> openai.AsyncStream[ChatCompletionChunk]:
        """The opened stream: with tools first, and without them where the endpoint refuses those."""
        place = (self.base_url, self.model)
        tools = tools_of(request)
        if tools and place not in _without_tools:
            try:
                return await self._attempts(
                    request, deadline, {"tools": tools, "stream_options": {"include_usage": True}}
                )
            except openai.APIStatusError as error:
                if error.status_code not in _TOOLS_REFUSED:
                    raise as_llm_error(error, self.model) from error
                logger.info("llm_tools_refused", extra={"status": error.status_code, "model": self.model})
            except openai.APIError as error:
                raise as_llm_error(error, self.model) from error
        try:
            opened = await self._attempts(request, deadline, {})
        except openai.APIError as error:
            raise as_llm_error(error, self.model) from error
        if tools:
            _without_tools.add(place)
        return opened

    async def _attempts(
        self, request: ChatRequest, deadline: _Deadline, extra: dict[str, Any]
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        """The opened stream, after at most three attempts while the endpoint is busy or unreachable."""
        messages = messages_of(request, with_tools="tools" in extra)
        create: Any = _client(self.base_url, self.api_key).chat.completions.create  # its overloads want literal types
        pause = _FIRST_PAUSE
        for attempt in range(1, MAX_ATTEMPTS + 1):
            try:
                call = create(model=self.model, messages=messages, stream=True, timeout=self.timeout, **extra)
                opened: openai.AsyncStream[ChatCompletionChunk] = await deadline.wait(call)
                return opened
            except (openai.APIConnectionError, openai.APIStatusError) as error:
                busy = not isinstance(error, openai.APIStatusError) or error.status_code in BUSY
                wait = max(pause, retry_after(error) or 0.0)
                if not busy or attempt == MAX_ATTEMPTS or wait >= deadline.left:
                    raise
                logger.info("llm_retry", extra={"attempt": attempt, "wait": wait, "model": self.model})
                await asyncio.sleep(wait)
                pause *= 2
        raise AssertionError("unreachable")


async def _next(chunks: openai.AsyncStream[ChatCompletionChunk]) -> ChatCompletionChunk | None:
    """The next chunk, None at the end."""
    return await anext(aiter(chunks), None)


def _closing_parts(answer: _Answer) -> list[StreamPart]:
    """What is known only at the end: held text and calls. Raises LlmError for an answer that was cut off."""
    if answer.finish is None:
        raise LlmError(BROKEN_OFF, code="LLM_BAD_ANSWER")
    if answer.finish == "content_filter":
        raise LlmError("The model's provider refused to answer this message.", code="LLM_FAILED")
    text, call = answer.text.finish()
    if isinstance(call, ToolCall):
        call = replace(call, call_id=answer.made_id())
    calls = answer.calls() or ([call] if call else [])
    parts: list[StreamPart] = [TextDelta(text)] if text else []
    return [*parts, *calls]
