"""The provider for OpenAI-compatible endpoints, against a local server that speaks the protocol."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator

import pytest

from tests.llm.fake_openai import FakeOpenAI, Reply, calls, calls_raw, chunk, fails, says
from widgets_manager.llm import openai_provider
from widgets_manager.llm.exceptions import LlmError
from widgets_manager.llm.openai_provider import OpenAIProvider
from widgets_manager.llm.types import ChatRequest, Done, IntentCall, IntentOption, ParamSpec, StreamPart, TextDelta

ADD = IntentOption(
    "task-board-1", "Task Board", "A", "Task Board", False, "add_task", "Add a task", ["add buy milk"],
    {"title": ParamSpec("string", required=True)}, "write",
)  # fmt: skip
REQUEST = ChatRequest("You help.", [{"role": "user", "content": "add buy milk"}], [ADD])
ANSWER = {
    "intent": "panel_intent",
    "args": {"panelId": "task-board-1", "intentName": "add_task", "params": {"title": "x"}},
}


@pytest.fixture
def endpoint() -> Iterator[FakeOpenAI]:
    openai_provider._without_tools.clear()
    with FakeOpenAI() as server:
        yield server


def provider(endpoint: FakeOpenAI, timeout: float = 5) -> OpenAIProvider:
    return OpenAIProvider(base_url=endpoint.base_url, api_key="key-1", model="fake-model", timeout=timeout)


async def collect(source: OpenAIProvider, request: ChatRequest = REQUEST) -> list[StreamPart]:
    return [part async for part in source.stream(request)]


async def refused(source: OpenAIProvider, code: str) -> LlmError:
    with pytest.raises(LlmError) as caught:
        await collect(source)
    assert caught.value.code == code
    assert "secret" not in caught.value.message
    return caught.value


def text_of(parts: list[StreamPart]) -> str:
    return "".join(part.text for part in parts if isinstance(part, TextDelta))


def calls_of(parts: list[StreamPart]) -> list[tuple[str, str, dict[str, object]]]:
    return [(part.panel_id, part.intent_name, part.params) for part in parts if isinstance(part, IntentCall)]


async def test_it_works(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [calls("task-board-1", "add_task", {"title": "buy milk"})]
    parts = await collect(provider(endpoint))
    assert calls_of(parts) == [("task-board-1", "add_task", {"title": "buy milk"})]
    assert parts[-1] == Done(model="fake-model", usage={"prompt_tokens": 11, "completion_tokens": 7})


async def test_what_is_asked(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says("Hello.")]
    await collect(provider(endpoint))
    sent = endpoint.requests[0]
    assert sent["messages"] == [
        {"role": "system", "content": "You help."},
        {"role": "user", "content": "add buy milk"},
    ]
    assert sent["model"] == "fake-model"
    assert sent["stream"] is True
    schema = sent["tools"][0]["function"]
    assert schema["name"] == "panel_intent"
    assert schema["parameters"]["properties"]["panelId"]["enum"] == ["task-board-1"]
    assert endpoint.keys == ["Bearer key-1"]


async def test_text_arrives_in_pieces(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says("There is nothing to do.")]
    parts = await collect(provider(endpoint))
    assert text_of(parts) == "There is nothing to do."
    assert len(parts) > 3


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ANSWER),
        f"```json\n{json.dumps(ANSWER, indent=2)}\n```",
        f"Sure, I will add it.\n```\n{json.dumps(ANSWER)}\n```\nDone!",
        json.dumps(ANSWER["args"]),
        f"<think>Perhaps {{\"intent\": 1}}?</think>{json.dumps(ANSWER)}",
        json.dumps({"name": "panel_intent", "arguments": json.dumps(ANSWER["args"])}),
    ],
    ids=["bare", "fenced", "with words", "only args", "after a thought", "as a function"],
)  # fmt: skip
async def test_json_in_text_is_a_call_and_is_not_shown(endpoint: FakeOpenAI, text: str) -> None:
    endpoint.replies = [says(text)]
    parts = await collect(provider(endpoint))
    assert calls_of(parts) == [("task-board-1", "add_task", {"title": "x"})]
    assert "{" not in text_of(parts)
    assert "think" not in text_of(parts)


@pytest.mark.parametrize("text", ["Use {braces} freely.", "```python\nprint({'a': 1})\n```", "1 < 2 and {", "a `b` c"])
async def test_other_text_is_shown_whole(endpoint: FakeOpenAI, text: str) -> None:
    endpoint.replies = [says(text, size=1)]
    parts = await collect(provider(endpoint))
    assert text_of(parts) == text
    assert calls_of(parts) == []


async def test_a_model_without_tools_is_asked_in_words_and_remembered(endpoint: FakeOpenAI) -> None:
    endpoint.refuses_tools = True
    endpoint.replies = [says(json.dumps(ANSWER))]
    for _ in range(2):
        assert calls_of(await collect(provider(endpoint)))
    assert [("tools" in request) for request in endpoint.requests] == [True, False, False]


@pytest.mark.parametrize(
    "arguments",
    ['{"panelId": "task-board-1", "intentName"', "not json", "[]", '{"panelId": 1, "intentName": "a"}',
     '{"panelId":"p","intentName":"i","params":[1]}', "", '{"panelId":"p","intentName":"i","params":{"v":NaN}}'],
)  # fmt: skip
async def test_malformed_arguments_are_a_bad_answer(endpoint: FakeOpenAI, arguments: str) -> None:
    endpoint.replies = [calls_raw(arguments)]
    error = await refused(provider(endpoint), "LLM_BAD_ANSWER")
    assert "panel_intent" in error.message


async def test_deeply_nested_arguments_are_a_bad_answer(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [calls_raw('{"a":' * 9000)]
    await refused(provider(endpoint), "LLM_BAD_ANSWER")


@pytest.mark.parametrize("wrapped", ["```json\n%s\n```", "%s", "%s trailing"])
async def test_slightly_wrong_arguments_are_read(endpoint: FakeOpenAI, wrapped: str) -> None:
    endpoint.replies = [calls_raw(wrapped % json.dumps({**ANSWER["args"], "params": '{"title": "x"}'}))]  # type: ignore[dict-item]
    assert calls_of(await collect(provider(endpoint))) == [("task-board-1", "add_task", {"title": "x"})]


async def test_missing_params_are_none(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [calls_raw('{"panelId": "p", "intentName": "i"}')]
    assert calls_of(await collect(provider(endpoint))) == [("p", "i", {})]


async def test_cut_off_text_is_an_error_after_what_came(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says("Half an answ", finish=None, done=False)]
    shown: list[StreamPart] = []

    async def watch() -> None:
        async for part in provider(endpoint).stream(REQUEST):
            shown.append(part)

    with pytest.raises(LlmError) as caught:
        await watch()
    assert caught.value.code == "LLM_BAD_ANSWER"
    assert text_of(shown) == "Half an answ"


async def test_a_lost_connection_is_an_error(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says("Half", finish=None, done=False, headers={"Content-Length": "100000"})]
    error = await refused(provider(endpoint), "LLM_BAD_ANSWER")
    assert "broke off" in error.message


async def test_cut_off_call_is_never_a_call(endpoint: FakeOpenAI) -> None:
    whole = calls("task-board-1", "add_task", {"title": "x"})
    endpoint.replies = [Reply(events=whole.events[:2], done=False)]
    await refused(provider(endpoint), "LLM_BAD_ANSWER")


async def test_json_cut_by_the_token_limit_is_a_bad_answer(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says(json.dumps(ANSWER)[:40], finish="length")]
    await refused(provider(endpoint), "LLM_BAD_ANSWER")


async def test_garbage_in_the_stream_is_a_bad_answer(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [Reply(events=[chunk({"content": "Hi"}), "{not json"])]
    await refused(provider(endpoint), "LLM_BAD_ANSWER")


async def test_an_error_in_the_stream(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [Reply(events=[chunk({"content": "Hi"}), json.dumps({"error": {"message": "secret"}})])]
    await refused(provider(endpoint), "LLM_FAILED")


@pytest.mark.parametrize(
    ("status", "says_what"),
    [(401, "LLM_API_KEY"), (403, "LLM_API_KEY"), (404, "LLM_MODEL"), (400, "refused"), (302, "HTTP 302")],
)
async def test_refusals_are_not_retried(endpoint: FakeOpenAI, status: int, says_what: str) -> None:
    endpoint.replies = [fails(status)]
    error = await refused(provider(endpoint), "LLM_FAILED")
    assert says_what in error.message
    assert error.status == 502
    assert sum("tools" in request for request in endpoint.requests) == 1


async def test_a_busy_endpoint_is_asked_again_as_late_as_it_wants(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [fails(429, retry_after="0.4"), says("Hello.")]
    started = asyncio.get_running_loop().time()
    assert text_of(await collect(provider(endpoint))) == "Hello."
    assert asyncio.get_running_loop().time() - started >= 0.4


async def test_a_long_wait_is_not_waited_for(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [fails(429, retry_after="3600")]
    error = await refused(provider(endpoint), "LLM_FAILED")
    assert "busy" in error.message
    assert len(endpoint.requests) == 1


async def test_a_broken_endpoint_is_asked_three_times(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [fails(500)]
    await refused(provider(endpoint), "LLM_FAILED")
    assert len(endpoint.requests) == openai_provider.MAX_ATTEMPTS


async def test_an_unreachable_endpoint() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    error = await refused(OpenAIProvider(base_url=address, api_key="", model="m", timeout=5), "LLM_FAILED")
    assert "LLM_BASE_URL" in error.message


async def test_a_slow_endpoint_times_out(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says("a long answer that drips", pause=0.3)]
    error = await refused(provider(endpoint, timeout=0.8), "LLM_TIMEOUT")
    assert error.status == 504
    assert "0.8 seconds" in error.message


async def test_an_endless_answer_is_cut(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [Reply(events=[chunk({"content": "word " * 200})], endless=True)]
    await refused(provider(endpoint), "LLM_BAD_ANSWER")


async def test_an_endless_tool_call_is_cut(endpoint: FakeOpenAI) -> None:
    piece = {"index": 0, "function": {"name": "", "arguments": "x" * 4000}}
    endpoint.replies = [Reply(events=[chunk({"tool_calls": [piece]})], endless=True)]
    await refused(provider(endpoint), "LLM_BAD_ANSWER")


async def test_a_filtered_answer(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says("", finish="content_filter")]
    await refused(provider(endpoint), "LLM_FAILED")


async def test_without_a_model_the_operator_is_told(endpoint: FakeOpenAI) -> None:
    source = OpenAIProvider(base_url=endpoint.base_url, api_key="", model="", timeout=5)
    assert "LLM_MODEL" in (await refused(source, "LLM_FAILED")).message
    assert endpoint.requests == []


async def test_proxies_of_the_environment_are_ignored(endpoint: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    endpoint.replies = [says("Hello.")]
    assert text_of(await collect(provider(endpoint))) == "Hello."


def test_a_second_event_loop_gets_its_own_client(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says("Hello.")]
    for _ in range(2):
        assert text_of(asyncio.run(collect(provider(endpoint)))) == "Hello."


async def test_a_client_that_leaves_closes_the_connection(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [Reply(events=[chunk({"content": "word "})], endless=True, pause=0.01)]
    stream = provider(endpoint).stream(REQUEST)
    assert isinstance(await anext(stream), TextDelta)
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
