"""Functions beside `panel_intent`: offered as tools or in words, their calls read, their results sent back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.llm.fake_openai import FakeOpenAI, Reply, asks_for, calls, calls_tools, says
from tests.llm.test_openai_provider import ADD, calls_of, collect, provider, text_of
from widgets_manager.llm import openai_provider
from widgets_manager.llm.exceptions import LlmError
from widgets_manager.llm.types import ChatRequest, FunctionOption, Step, StreamPart, ToolCall

SCHEMA = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
RAG = FunctionOption("rag_query", "rag.query", "Search the\ndocuments.", SCHEMA)
CLOSE = FunctionOption("widget_close", "widget.close", "Close a widget.", {"type": "object", "properties": {}})
REQUEST = ChatRequest("You help.", [{"role": "user", "content": "what is it?"}], [ADD], [RAG, CLOSE])
AFTER = ChatRequest(
    "You help.",
    REQUEST.messages,
    [ADD],
    [RAG, CLOSE],
    [Step("Let me look.", [ToolCall("rag_query", {"query": "it"}, "t0")], ['{"success": true}'])],
)


@pytest.fixture
def endpoint() -> Iterator[FakeOpenAI]:
    openai_provider._without_tools.clear()
    with FakeOpenAI() as server:
        yield server


def tools_in(parts: list[StreamPart]) -> list[tuple[str, dict[str, Any]]]:
    return [(part.name, part.arguments) for part in parts if isinstance(part, ToolCall)]


async def test_it_works(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [calls_tools(("rag_query", {"query": "it"}), ("widget_close", {}), text="Let me look.")]
    parts = await collect(provider(endpoint), REQUEST)
    assert text_of(parts) == "Let me look."
    assert tools_in(parts) == [("rag_query", {"query": "it"}), ("widget_close", {})]
    offered = [tool["function"]["name"] for tool in endpoint.requests[0]["tools"]]
    assert offered == ["panel_intent", "rag_query", "widget_close"]
    assert endpoint.requests[0]["tools"][1]["function"]["parameters"] == SCHEMA
    assert "tool_call" not in endpoint.requests[0]["messages"][0]["content"]


async def test_results_go_back_as_tool_messages(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [says("It is this.")]
    assert text_of(await collect(provider(endpoint), AFTER)) == "It is this."
    asked, told = endpoint.requests[0]["messages"][-2:]
    assert (asked["role"], asked["content"]) == ("assistant", "Let me look.")
    assert asked["tool_calls"] == [
        {"id": "t0", "type": "function", "function": {"name": "rag_query", "arguments": '{"query": "it"}'}}
    ]
    assert told == {"role": "tool", "tool_call_id": "t0", "content": '{"success": true}'}


async def test_without_tools_everything_goes_in_words(endpoint: FakeOpenAI) -> None:
    endpoint.refuses_tools = True
    endpoint.replies = [asks_for("rag.query", {"query": "it"})]
    parts = await collect(provider(endpoint), AFTER)
    assert tools_in(parts) == [("rag_query", {"query": "it"})]
    assert "{" not in text_of(parts)
    system, *_, asked, told = endpoint.requests[-1]["messages"]
    assert "- rag.query: Search the documents. args: " + json.dumps(SCHEMA) in system["content"]
    assert asked["role"] == "assistant"
    assert '"tool": "rag.query"' in asked["content"]
    assert told["role"] == "user"
    assert told["content"].startswith('Result of rag.query: {"success": true}')


@pytest.mark.parametrize(
    "written",
    [
        {"intent": "tool_call", "args": {"tool": "rag.query", "args": {"query": "x"}}},
        {"intent": "tool_call", "args": {"tool": "rag_query", "args": '{"query": "x"}'}},
        {"tool": "rag.query", "args": {"query": "x"}},
        {"name": "rag_query", "arguments": {"query": "x"}},
        {"name": "rag_query", "arguments": '{"query": "x"}'},
    ],
)
@pytest.mark.parametrize("wrapped", ["%s", "```json\n%s\n```", "I will look.\n%s"])
async def test_calls_in_words(endpoint: FakeOpenAI, written: dict[str, Any], wrapped: str) -> None:
    endpoint.replies = [says(wrapped % json.dumps(written))]
    parts = await collect(provider(endpoint), REQUEST)
    assert tools_in(parts) == [("rag_query", {"query": "x"})]
    assert "{" not in text_of(parts)
    assert next(part.call_id for part in parts if isinstance(part, ToolCall))


@pytest.mark.parametrize(
    "text",
    ['{"name": "Bob", "arguments": []}', '{"tool": "hammer", "args": {}}', '{"args": {"tool": "rag.query"}}'],
)
async def test_other_json_is_text(endpoint: FakeOpenAI, text: str) -> None:
    endpoint.replies = [says(text)]
    parts = await collect(provider(endpoint), REQUEST)
    assert (text_of(parts), tools_in(parts)) == (text, [])


async def test_a_call_in_words_is_a_bad_answer_where_nothing_was_offered(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [asks_for("rag.query")]
    with pytest.raises(LlmError) as caught:
        await collect(provider(endpoint), ChatRequest("You help.", REQUEST.messages, [ADD]))
    assert caught.value.code == "LLM_BAD_ANSWER"


@pytest.mark.parametrize("arguments", ['{"query": ', "[1]", "no", '{"query": NaN}', '{"a":' * 9000])
async def test_arguments_that_cannot_be_read_are_the_models_to_mend(endpoint: FakeOpenAI, arguments: str) -> None:
    endpoint.replies = [calls_tools(("rag_query", arguments))]
    call = next(part for part in await collect(provider(endpoint), REQUEST) if isinstance(part, ToolCall))
    assert (call.name, call.arguments) == ("rag_query", {})
    assert "JSON object" in call.problem


async def test_no_arguments_are_none(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [calls_tools(("widget_close", ""))]
    call = next(part for part in await collect(provider(endpoint), REQUEST) if isinstance(part, ToolCall))
    assert (call.arguments, call.problem) == ({}, "")


async def test_unknown_functions_are_calls_too(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [calls_tools(("drop table;", {"x": 1}))]
    assert tools_in(await collect(provider(endpoint), REQUEST)) == [("drop_table_", {"x": 1})]
    endpoint.replies = [asks_for("files.delete", {})]
    assert tools_in(await collect(provider(endpoint), REQUEST)) == [("files_delete", {})]


async def test_panels_are_still_asked_by_their_own_tool(endpoint: FakeOpenAI) -> None:
    endpoint.replies = [calls("task-board-1", "add_task", {"title": "x"})]
    parts = await collect(provider(endpoint), REQUEST)
    assert calls_of(parts) == [("task-board-1", "add_task", {"title": "x"})]
    assert tools_in(parts) == []


@pytest.mark.parametrize("ids", [["", ""], ["a", "a"]])
async def test_calls_without_ids_of_their_own_get_some(endpoint: FakeOpenAI, ids: list[str]) -> None:
    endpoint.replies = [calls_tools(("rag_query", {}), ("widget_close", {}), ids=ids)]
    parts = await collect(provider(endpoint), AFTER)
    assert [part.call_id for part in parts if isinstance(part, ToolCall)] == ["call_1_0", "call_1_1"]


async def test_a_call_that_is_cut_off_is_none(endpoint: FakeOpenAI) -> None:
    whole = calls_tools(("rag_query", {"query": "x"}))
    endpoint.replies = [Reply(events=whole.events[:2], done=False)]
    with pytest.raises(LlmError):
        await collect(provider(endpoint), REQUEST)
