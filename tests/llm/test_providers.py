"""Which provider answers, and the offline one's stream."""

from __future__ import annotations

from typing import Any

from tests.llm.panels import DASHBOARD
from widgets_manager.llm.openai_provider import OpenAIProvider
from widgets_manager.llm.providers import get_provider
from widgets_manager.llm.types import ChatRequest, Clarify, Done, IntentCall, StreamPart, TextDelta


async def answer(text: str, options: list[Any] = DASHBOARD) -> list[StreamPart]:
    request = ChatRequest("", [{"role": "user", "content": text}, {"role": "assistant", "content": "Done."}], options)
    return [part async for part in get_provider().stream(request)]


async def test_it_works(settings: Any) -> None:
    settings.LLM_BASE_URL = ""
    assert get_provider().offline
    assert get_provider().label == "offline matcher"
    parts = await answer("add buy milk to board B")
    assert isinstance(parts[0], IntentCall)
    assert parts[1:] == [Done(model="offline matcher")]


async def test_questions_and_help(settings: Any) -> None:
    settings.LLM_BASE_URL = ""
    assert isinstance((await answer("show tasks"))[0], Clarify)
    assert isinstance((await answer("hello"))[0], TextDelta)


async def test_many_options_are_matched_off_the_event_loop(settings: Any) -> None:
    settings.LLM_BASE_URL = ""
    parts = await answer("add buy milk to board B", DASHBOARD * 20)
    assert isinstance(parts[0], IntentCall)


def test_a_configured_endpoint_answers(settings: Any) -> None:
    settings.LLM_BASE_URL, settings.LLM_MODEL = "http://127.0.0.1:1/v1", "some-model"
    provider = get_provider()
    assert isinstance(provider, OpenAIProvider)
    assert not provider.offline
    assert provider.label == "some-model"
