"""Stage: request. What models are given to call: as OpenAI tools, or in words where an endpoint has no tools.

Panels are asked by the one tool `panel_intent`, which ends the turn; functions are tools of their own, whose results
go back to the model for its next step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from widgets_manager.llm.types import TOOL_NAME, ChatRequest, FunctionOption, IntentOption, Step, ToolCall

TEXT_INTENT: Final = "tool_call"
_PROTOCOL: Final = """\
## How to call tools
To call a tool, answer with exactly this JSON and nothing else, one call at a time; its result is told to you, and you \
go on:
{"intent": "tool_call", "args": {"tool": "<tool>", "args": {}}}
The tools, each with the JSON Schema of its args:"""
_GO_ON: Final = "Go on: call the next tool, or answer the person in plain words."


def tools_of(request: ChatRequest) -> list[dict[str, Any]]:
    """Everything that the request offers, as OpenAI tool schemas."""
    panels = [panel_intent_tool(request.options)] if request.options else []
    return [*panels, *map(function_tool, request.functions)]


def function_tool(option: FunctionOption) -> dict[str, Any]:
    """A function as an OpenAI tool schema."""
    function = {"name": option.name, "description": option.description, "parameters": dict(option.parameters)}
    return {"type": "function", "function": function}


def text_protocol(functions: Sequence[FunctionOption]) -> str:
    """How a model without tool calling calls the functions; empty without any."""
    if not functions:
        return ""
    lines = [
        f"- {option.title}: {' '.join(option.description.split())} args: {json.dumps(option.parameters)}"
        for option in functions
    ]
    return "\n".join([_PROTOCOL, *lines])


def messages_of(request: ChatRequest, *, with_tools: bool) -> list[dict[str, Any]]:
    """The whole exchange as an endpoint takes it, the turn's earlier steps at its end."""
    protocol = "" if with_tools else text_protocol(request.functions)
    system = "\n\n".join(filter(None, [request.system_prompt, protocol]))
    shown = _tool_messages if with_tools else _text_messages
    steps = [message for step in request.steps for message in shown(step, request.functions)]
    return [{"role": "system", "content": system}, *({**message} for message in request.messages), *steps]


def _tool_messages(step: Step, functions: Sequence[FunctionOption]) -> Iterator[dict[str, Any]]:
    calls = [
        {
            "id": call.call_id,
            "type": "function",
            "function": {"name": call.name, "arguments": json.dumps(call.arguments)},
        }
        for call in step.calls
    ]
    yield {"role": "assistant", "content": step.text or None, "tool_calls": calls}
    for call, result in zip(step.calls, step.results, strict=True):
        yield {"role": "tool", "tool_call_id": call.call_id, "content": result}


def _text_messages(step: Step, functions: Sequence[FunctionOption]) -> Iterator[dict[str, Any]]:
    titles = {option.name: option.title for option in functions}
    calls = [_written(call, titles) for call in step.calls]
    yield {"role": "assistant", "content": "\n".join(filter(None, [step.text, *calls]))}
    results = [
        f"Result of {titles.get(call.name, call.name)}: {result}"
        for call, result in zip(step.calls, step.results, strict=True)
    ]
    yield {"role": "user", "content": "\n".join([*results, _GO_ON])}


def _written(call: ToolCall, titles: dict[str, str]) -> str:
    args = {"tool": titles.get(call.name, call.name), "args": call.arguments}
    return json.dumps({"intent": TEXT_INTENT, "args": args})


def panel_intent_tool(options: Sequence[IntentOption]) -> dict[str, Any]:
    """The `panel_intent` tool as an OpenAI tool schema, its panels and intents limited to the visible ones."""
    panels = list(dict.fromkeys(option.panel_id for option in options))
    intents = list(dict.fromkeys(option.name for option in options))
    return {
        "type": "function",
        "function": {
            "name": TOOL_NAME,
            "description": "Ask one visible panel to do one of its intents.",
            "parameters": {
                "type": "object",
                "properties": {
                    "panelId": {"type": "string", "enum": panels, "description": "The panel that is asked."},
                    "intentName": {"type": "string", "enum": intents, "description": "An intent of that panel."},
                    "params": {"type": "object", "description": "The intent's parameters by name; {} for none."},
                },
                "required": ["panelId", "intentName", "params"],
            },
        },
    }
