"""The offline matcher: panels, parameters, questions back, and what must never be written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.llm.panels import DASHBOARD, board, focused, links, option
from widgets_manager.llm.matcher import NoMatch, decide
from widgets_manager.llm.matcher.wordlist import word_row
from widgets_manager.llm.types import Clarify, IntentCall, IntentOption, ParamSpec

Call = tuple[str, str, dict[str, Any]]


def call(message: str, options: list[IntentOption] = DASHBOARD, last: str | None = None) -> Call:
    decision = decide(message, options, last)
    assert isinstance(decision, IntentCall), decision
    return decision.panel_id, decision.intent_name, decision.params


def asked(message: str, options: list[IntentOption] = DASHBOARD, last: str | None = None) -> Clarify:
    decision = decide(message, options, last)
    assert isinstance(decision, Clarify), decision
    return decision


def writes(message: str, options: list[IntentOption]) -> bool:
    decision = decide(message, options)
    written = {(each.panel_id, each.name) for each in options if each.permission == "write"}
    return isinstance(decision, IntentCall) and (decision.panel_id, decision.intent_name) in written


def test_it_works() -> None:
    assert call("add buy milk to board B") == ("board-b", "add_task", {"title": "buy milk"})


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Could you please put “Buy Milk” on board b?", ("board-b", "add_task", {"title": "Buy Milk"})),
        ("hey, new task on board A: call Ann, please", ("board-a", "add_task", {"title": "call Ann"})),
        ("move write report to done on board B", ("board-b", "move_task", {"title": "write report", "column": "done"})),
        ("move #3 to in progress on board A", ("board-a", "move_task", {"position": 3, "column": "in progress"})),
        ("tick off buy milk on board A", ("board-a", "complete_task", {"title": "buy milk"})),
        ("task 2 is done on board A", ("board-a", "complete_task", {"position": 2})),
        ("get rid of the last task on board A", ("board-a", "remove_task", {"position": -1})),
        ("delet teh task call Ann on board A", ("board-a", "remove_task", {"title": "call Ann"})),
        ("WHAT'S ON BOARD B?", ("board-b", "list_tasks", {})),
        ("remove the second link from links a", ("quick-links-a", "remove_link", {"position": 2})),
        ("open link docs from links a", ("quick-links-a", "open_link", {"name": "docs"})),
        ("quick links b: open Docs", ("quick-links-b", "open_link", {"name": "Docs"})),
        (
            "save example.org/x as Example in links b",
            ("quick-links-b", "add_link", {"url": "https://example.org/x", "name": "Example"}),
        ),
        ("set revenue to 1,200", ("revenue", "set_revenue", {"value": 1200})),
        ("increase revenue by twenty-five", ("revenue", "add_revenue", {"value": 25})),
        ("revenue is now 2.5k", ("revenue", "set_revenue", {"value": 2500})),
    ],
)
def test_plain_sentences(message: str, expected: Call) -> None:
    assert call(message) == expected


def test_a_named_panel_wins_over_the_focused_one() -> None:
    assert call("add buy milk to board B", focused("board-a"))[0] == "board-b"


def test_else_the_focused_panel_is_meant() -> None:
    assert call("add buy milk", focused("board-a")) == ("board-a", "add_task", {"title": "buy milk"})
    assert call("remove the second one", focused("quick-links-b")) == ("quick-links-b", "remove_link", {"position": 2})


def test_the_focused_panel_does_not_take_what_is_about_another() -> None:
    assert isinstance(asked("show my tasks", focused("revenue")), Clarify)


def test_else_the_person_is_asked_and_both_candidates_can_run() -> None:
    question = asked("add a task: buy milk")
    assert [(c.panel_id, c.params) for c in question.choices] == [
        ("board-a", {"title": "buy milk"}),
        ("board-b", {"title": "buy milk"}),
    ]
    assert "Task Board A" in question.question
    assert question.choices[1].summary == "Add task “buy milk” – Task Board B"


def test_the_panel_used_last_settles_reads_but_not_writes() -> None:
    assert call("show tasks", last="board-b")[0] == "board-b"
    assert asked("add a task: buy milk", last="board-b").choices
    assert call("add a task there: buy milk", last="board-b")[0] == "board-b"


def test_a_letter_that_no_panel_has_is_never_another_panel() -> None:
    question = asked("add buy milk to board C", focused("board-a"))
    assert "board C" in question.question
    assert not question.choices


def test_a_missing_parameter_is_asked_for() -> None:
    question = asked("add a task to board B")
    assert "title" in question.question
    assert not question.choices


def test_one_of_two_panels_alone_needs_no_question() -> None:
    assert call("add a task: buy milk", board("A"))[0] == "board-a"


@pytest.mark.parametrize(
    "message",
    [
        "don't delete buy milk from board B",
        "please never clear board A",
        "no, don't add anything to board A",
        "don't forget to add milk to board B",
        "how do I clear board A?",
        "what happens if I clear board A",
        "should I remove the first link from links a?",
        "did you add milk to board B?",
        "I already removed the second link from links a",
        "is clearing board B a good idea?",
        "task 4 is not done on board B",
        "“clear board B” is what he said",
        "explain how to clear board B",
        "if it rains tomorrow, clear board A",
        "never ever, clear board A",
        "what happens when I say: clear board A",
        "I would not, clear board A",
        "clear",
        "remove links from links a",
        "remove all tasks but the first on board B",
        "delete task 2 and 3 on board B",
        "delete task 2 unless it is open on board B",
        "add milk and clear board B",
        "move buy milk from board A to board B",
        "delete board B",
        "set revenue to a lot",
        "set revenue",
        "reduce revenue by 5",
    ],
)
def test_nothing_is_written(message: str) -> None:
    for options in (DASHBOARD, focused("board-a"), focused("revenue")):
        assert not writes(message, options)


@pytest.mark.parametrize(
    "message",
    ["hello", "how are you?", "what's the weather in Paris?", "今日の天気は？", "🙂", "", "   ", "tell me a joke"],
)
def test_small_talk_gets_help_and_no_call(message: str) -> None:
    for options in (DASHBOARD, focused("board-a")):
        decision = decide(message, options)
        assert isinstance(decision, NoMatch)
        assert "show tasks" in decision.text


def test_without_panels_the_help_says_so() -> None:
    decision = decide("show tasks", [])
    assert isinstance(decision, NoMatch)
    assert "No panel" in decision.text


def test_a_name_inside_quotes_is_no_panel() -> None:
    assert call('add "tidy board A" to board B') == ("board-b", "add_task", {"title": "tidy board A"})


def test_a_renamed_instance_is_found_by_its_new_title() -> None:
    groceries = [
        option("g", "Groceries", each.name, each.examples, each.params, each.permission) for each in board("A")
    ]
    assert call("add eggs to groceries", [*DASHBOARD, *groceries]) == ("g", "add_task", {"title": "eggs"})


def test_examples_teach_a_widgets_own_verbs_and_places() -> None:
    city, two = {"city": ParamSpec("string", required=True)}, {
        "title": ParamSpec("string", required=True),
        "assignee": ParamSpec("string", required=True),
    }  # fmt: skip
    minutes = {"minutes": ParamSpec("number", required=True)}
    own = [
        option("w", "Weather", "show_weather", ["weather in Paris", "what is the weather in Rome"], city, "read"),
        option("t", "Tickets", "assign_ticket", ["assign login bug to Alice"], two),
        option("c", "Timer", "start_timer", ["start a timer for 10 minutes"], minutes),
    ]
    everything = [*own, *links("a")]
    assert call("what's the weather like in New York?", everything) == ("w", "show_weather", {"city": "New York"})
    assert call("please assign the payment bug to Bob", everything)[2] == {"title": "payment bug", "assignee": "Bob"}
    assert call("set a timer for half an hour", everything) == ("c", "start_timer", {"minutes": 30})


def test_listed_values_and_switches() -> None:
    room = {
        "room": ParamSpec("string", description="one of kitchen, bedroom"),
        "on": ParamSpec("boolean", required=True),
    }
    lamp = [option("l", "Lamps", "switch_lamp", ["switch the kitchen lamp on", "turn the bedroom lamp off"], room)]
    assert call("turn the kitchen lamp off please", lamp)[2] == {"room": "kitchen", "on": False}


def test_every_own_example_is_understood_in_focus() -> None:
    for each in DASHBOARD:
        for example in each.examples:
            assert call(example, focused(each.panel_id))[1] == each.name


def test_control_and_direction_characters_are_dropped() -> None:
    assert call("add buy\u202e milk\x00\U000e0041 to board B")[2] == {"title": "buy milk"}


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_answered(message: str) -> None:
    assert isinstance(decide(message, focused("board-a")), IntentCall | Clarify | NoMatch)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            word_row(
                "don't not never add remove clear the second and to from board A B links a : , ' 5 #2 first done all"
                " task link https://a.org called move set revenue is are how why please"
            )
        ),
        max_size=12,
    )
)
def test_any_order_of_its_own_words_is_answered(words: list[str]) -> None:
    message = " ".join(words)
    decision = decide(message, DASHBOARD)
    assert isinstance(decision, IntentCall | Clarify | NoMatch)
    if words[:1] in (["don't"], ["never"], ["how"], ["why"]):
        assert not writes(message, DASHBOARD)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4), st.text(max_size=40))
def test_any_manifest_is_bearable(title: str, description: str, examples: list[str], param: str) -> None:
    wild = option(
        "x", title, title, examples, {param: ParamSpec("string", description=description)}, description=description
    )
    for message in ("add buy milk to board B", *examples):
        decide(message, [wild, *DASHBOARD])


def test_long_messages_are_cut() -> None:
    assert len(call("add " + "milk " * 5000, focused("board-a"))[2]["title"]) <= 1000


@pytest.mark.parametrize(
    "message",
    ["please don't show board B", "never mind, clear board A", "if it rains, clear board A", "why is it on board B?"],
)
def test_what_is_not_wanted_is_neither_done_nor_asked_about(message: str) -> None:
    decision = decide(message, DASHBOARD)
    assert isinstance(decision, NoMatch)
    assert "not changed anything" in decision.text
