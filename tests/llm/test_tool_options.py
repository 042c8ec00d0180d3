"""Functions that the offline matcher calls: by their examples, by name, and with simple arguments."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import yaml

from tests.llm.panels import board
from tests.plugins.packages import SAMPLES
from widgets_manager.llm.offline_provider import OfflineProvider
from widgets_manager.llm.results import said
from widgets_manager.llm.types import (
    ChatRequest,
    Clarify,
    Done,
    FunctionOption,
    IntentCall,
    Step,
    StreamPart,
    TextDelta,
    ToolCall,
)


def tool(name: str, properties: dict[str, Any], owner: str = "", **rest: Any) -> FunctionOption:
    parameters = {"type": "object", "properties": properties, "required": rest.pop("required", list(properties))}
    return FunctionOption(name, name, rest.pop("description", "Does it."), parameters, owner=owner or name, **rest)


def sample(name: str) -> FunctionOption:
    front = yaml.safe_load((SAMPLES / f"{name}.pie").read_text().split("\n---\n")[0])
    asked = front["manifest"]["tool"]
    return FunctionOption(
        asked["name"],
        asked["name"],
        asked["description"],
        asked["parameters"],
        owner=front["displayName"],
        examples=asked["examples"],
        permission=asked.get("permission", "write"),
    )


NOTE = tool("add_note", {"text": {"type": "string"}}, "Quick Notes", examples=["note that the meeting is on Monday"])
WEATHER = tool(
    "get_weather",
    {"city": {"type": "string"}, "days": {"type": "integer"}},
    "Weather",
    required=["city"],
    examples=["what is the weather in Oslo", "weather in Rome for 3 days"],
    permission="read",
)
ECHO = tool("echo", {"text": {"type": "string"}}, "Echo")
TOOLS = [sample("unit-converter"), sample("slide-deck"), NOTE, WEATHER, ECHO]


def parts(text: str, tools: list[FunctionOption] | None = None, **rest: Any) -> list[StreamPart]:
    request = ChatRequest("", [{"role": "user", "content": text}], functions=TOOLS if tools is None else tools, **rest)

    async def collect() -> list[StreamPart]:
        return [part async for part in OfflineProvider().stream(request)]

    *found, end = asyncio.run(collect())
    assert isinstance(end, Done)
    return found


def called(text: str, **rest: Any) -> tuple[str, dict[str, Any]] | None:
    [part] = parts(text, **rest)
    return (part.name, part.arguments) if isinstance(part, ToolCall) else None


def test_it_works() -> None:
    assert called("convert 5 miles to km") == ("convert_unit", {"amount": 5, "from": "mi", "to": "km"})


@pytest.mark.parametrize(
    ("text", "amount", "unit", "wanted"),
    [
        ("how many pounds are 80 kg", 80, "kg", "lb"),
        ("what is 100 F in C", 100, "F", "C"),
        ("how many meters are 7 yards?", 7, "yd", "m"),
        ("convert 10 in to cm", 10, "in", "cm"),
        ("can you convert 5.5 lb to g please", 5.5, "lb", "g"),
        ("unit converter 5 km mi", 5, "km", "mi"),
    ],
)
def test_two_values_of_one_list(text: str, amount: float, unit: str, wanted: str) -> None:
    assert called(text) == ("convert_unit", {"amount": amount, "from": unit, "to": wanted})


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("make a deck called Quarterly review", {"action": "create_deck", "title": "Quarterly review"}),
        ("create a new deck named Roadmap", {"action": "create_deck", "title": "Roadmap"}),
        ("add a slide called Costs", {"action": "add_slide", "title": "Costs"}),
        ("add a slide about costs", {"action": "add_slide", "title": "costs"}),
        ("edit slide 2: add: Costs fell", {"action": "edit_slide", "slide_id": "2", "comment": "add: Costs fell"}),
        ("show my slide deck", {"action": "show_deck"}),
    ],
)
def test_one_that_does_several_things(text: str, arguments: dict[str, Any]) -> None:
    assert called(text) == ("slide_deck", arguments)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("note that the meeting is on Monday", ("add_note", {"text": "the meeting is on Monday"})),
        ("keep a note: buy milk", ("add_note", {"text": "buy milk"})),
        ("what's the weather in Bergen", ("get_weather", {"city": "Bergen"})),
        ("weather in Paris for 5 days", ("get_weather", {"city": "Paris", "days": 5})),
        ("run echo with hello", ("echo", {"text": "hello"})),
        ("don't run echo with hello", None),
        ("if I convert 5 miles to km what happens", None),
        ("hello there", None),
    ],
)
def test_sentences(text: str, call: tuple[str, dict[str, Any]] | None) -> None:
    assert called(text) == call


def test_what_is_missing_is_asked_for() -> None:
    [part] = parts("convert miles to km")
    assert isinstance(part, Clarify)
    assert "amount" in part.question
    [part] = parts("echo")
    assert isinstance(part, Clarify)
    assert "text" in part.question


def test_panels_stay_panels() -> None:
    [part] = parts("add buy milk to board B", options=[*board("A"), *board("B")])
    assert isinstance(part, IntentCall)
    assert part.panel_id == "board-b"


def test_functions_without_an_owner_are_not_for_the_matcher() -> None:
    bare = FunctionOption("echo", "echo", "Echoes.", ECHO.parameters)
    [part] = parts("run echo with hello", [bare])
    assert isinstance(part, TextDelta)


def test_two_that_fit_are_told_apart_in_words() -> None:
    twins = [tool("find", {}, f"Finder {letter}", examples=["find my keys"], permission="read") for letter in "XY"]
    twins = [FunctionOption(f"find_{n}", t.title, t.description, t.parameters, t.owner, t.examples, t.permission)
             for n, t in enumerate(twins)]  # fmt: skip
    [part] = parts("find my keys", twins)
    assert isinstance(part, Clarify)
    assert not part.choices


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"success": True, "value": 8.05, "unit": "km"}, "value: 8.05, unit: km"),
        ({"message": "Done."}, "Done."),
        ({"started": True, "_triggerToolCall": {"action": "go"}}, "started: yes"),
        ({"slide": {"title": "Costs"}, "slides": [1, 2], "open": True}, "slide: Costs, 2 slides, open: yes"),
        ([1, 2], "2 items"),
        ("plain", "plain"),
        (None, "Here it is."),
        ({"success": True}, "Here it is."),
    ],
)
def test_how_a_result_is_told(data: Any, words: str) -> None:
    call = ToolCall("echo", {}, "matched")
    step = Step("", [call], [json.dumps({"success": True, "data": data})])
    assert parts("x", steps=[step]) == [TextDelta(words)]
    assert said(data) in (words, "")


def test_a_failure_is_told() -> None:
    step = Step("", [ToolCall("echo", {})], [json.dumps({"success": False, "error": {"message": "No ink."}})])
    assert parts("x", steps=[step]) == [TextDelta("That did not work: No ink.")]
