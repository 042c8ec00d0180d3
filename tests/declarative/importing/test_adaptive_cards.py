"""Adaptive Cards become trees of ours that compile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from widgets_manager.declarative.compiler import compile_tree
from widgets_manager.declarative.importing import Imported, import_payload

CHOICES = [{"title": "A", "value": "a"}]
FIXTURES = Path(__file__).parents[2] / "fixtures" / "imports"


def imported(value: Any) -> Imported:
    found = import_payload(value)
    assert found is not None
    assert compile_tree(found.tree).errors == ()
    return found


def card(*body: dict[str, Any], **more: Any) -> Imported:
    return imported({"type": "AdaptiveCard", "version": "1.5", "body": list(body), **more})


def nodes(value: Any) -> list[dict[str, Any]]:
    """Every node, from the outside in."""
    if isinstance(value, list):
        return [found for one in value for found in nodes(one)]
    if not isinstance(value, dict):
        return []
    return [*([value] if "type" in value else []), *(found for one in value.values() for found in nodes(one))]


def first(value: Imported, kind: str) -> dict[str, Any]:
    return next(node for node in nodes(value.tree) if node["type"] == kind)


def test_it_works() -> None:
    found = imported(json.loads((FIXTURES / "expense.json").read_text()))
    assert (found.kind, found.fallbacks) == ("adaptive_card", ())
    assert found.tree["type"] == "form"
    assert first(found, "radio")["default"] == "yes"
    assert first(found, "textarea")["validation"] == {"max": 200}
    assert first(found, "table")["rows"] == [{"c0": "Train", "c1": "120.00"}]
    assert first(found, "markdown")["text"] == "Handed in {{'2026-03-02T08:00:00Z' | date('medium')}} by **Ada**"
    assert found.tree["submit"]["label"] == "Send"
    assert found.tree["submit"]["action"]["template"] == "Send\n- report: r-17\n{{form | json}}"


def test_templates_are_filled_in() -> None:
    found = imported(json.loads((FIXTURES / "weather_template.json").read_text()))
    said = [node["text"] for node in nodes(found.tree) if node["type"] == "text"]
    assert said == ["Oslo", "Calm", "Mon: 4° of Oslo", "Tue: 7° of Oslo"]


def test_what_has_no_equivalent_is_seen_and_listed() -> None:
    found = imported(json.loads((FIXTURES / "unusual.json").read_text()))
    listed = {fallback["path"]: fallback["element"] for fallback in found.fallbacks}
    assert listed == {
        "version": "AdaptiveCard",
        "backgroundImage": "AdaptiveCard",
        "body[0]": "Carousel",
        "body[1]": "Media",
        "body[2]": "Chart.Donut",
        "body[3]": "Chart.Line",
        "body[4]": "Chart.Bar",
        "body[5]": "TextBlock",
        "body[6]": "Image",
        "actions[1]": "Action.OpenUrl",
        "actions[2]": "Action.Popover",
    }
    notices = [node["text"].partition(":")[0] for node in nodes(found.tree) if node["type"] == "alert"]
    assert notices == ["Chart.Donut", "TextBlock", "Image"]
    assert "No chart here" in json.dumps(found.tree)
    assert "javascript:" not in json.dumps(found.tree)


def test_what_is_toggled_has_a_place_in_the_state() -> None:
    found = imported(json.loads((FIXTURES / "unusual.json").read_text()))
    [(scope, shown)] = found.state.items()
    assert shown == {"shown_more": False}
    more = next(node for node in nodes(found.tree) if node.get("text") == "More")
    assert more["visible_if"] == f"{{{{state.{scope}.shown_more}}}}"
    button = next(node for node in nodes(found.tree) if node.get("label") == "More")
    assert button["action"]["set"] == {f"{scope}.shown_more": f"{{{{!state.{scope}.shown_more}}}}"}


def test_data_that_name_a_tool_call_it() -> None:
    action = {"type": "Action.Submit", "title": "Go", "data": {"tool": "create_meeting", "topic": "{{secret}}"}}
    found = card({"type": "TextBlock", "text": "x"}, actions=[action])
    assert first(found, "button")["action"] == {
        "action": "tool",
        "tool": "create_meeting",
        "args": {"topic": "{{'{{'}}secret}}"},
    }


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (
            {"type": "Input.Text", "id": "m", "style": "email"},
            {"type": "text_input", "validation": {"type_hint": "email"}},
        ),
        ({"type": "Input.Text", "id": "m", "style": "password"}, {"type": "text_input", "secret": True}),
        ({"type": "Input.Number", "id": "m", "min": 1, "max": 3, "value": 2}, {"type": "text_input", "default": 2}),
        ({"type": "Input.Time", "id": "m", "value": "09:30"}, {"type": "time", "default": "09:30"}),
        ({"type": "Input.Text", "id": "valid"}, {"name": "_valid"}),
        ({"type": "Input.Text", "id": "a b.c"}, {"name": "a_b_c"}),
        ({"type": "Input.Text", "id": "9"}, {"name": "_9"}),
        (
            {
                "type": "Input.ChoiceSet",
                "id": "m",
                "isMultiSelect": True,
                "value": "a,b",
                "choices": [{"title": "A", "value": "a"}],
            },
            {"type": "multi_select", "default": ["a", "b"]},
        ),
        ({"type": "Input.ChoiceSet", "id": "m", "choices": CHOICES}, {"type": "select"}),
    ],
)
def test_inputs(element: dict[str, Any], expected: dict[str, Any]) -> None:
    node = next(node for node in nodes(card(element).tree) if "name" in node)
    assert expected.items() <= node.items()


def test_inputs_with_one_id_have_names_of_their_own() -> None:
    found = card({"type": "Input.Text", "id": "a.b"}, {"type": "Input.Text", "id": "a b"})
    assert [node["name"] for node in nodes(found.tree) if "name" in node] == ["a_b", "a_b_2"]


def test_several_that_send_are_buttons_that_wait_for_valid_values() -> None:
    actions = [{"type": "Action.Submit", "title": "Yes"}, {"type": "Action.Execute", "title": "No", "verb": "refuse"}]
    found = card({"type": "Input.Text", "id": "a", "isRequired": True}, actions=actions)
    buttons = [node for node in nodes(found.tree) if node["type"] == "button"]
    assert [button["disabled"] for button in buttons] == ["{{!form.valid}}"] * 2
    assert buttons[1]["action"]["template"].startswith("refuse\n")


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, {"type": "card"}, {"type": "AdaptiveCards"}, {"template": {}}])
def test_other_values_are_none(value: object) -> None:
    assert import_payload(value) is None


def test_an_empty_card_says_so() -> None:
    assert card().fallbacks[0]["message"] == "is empty"
    assert imported({"type": "AdaptiveCard", "fallbackText": "Sorry"}).tree["text"] == "Sorry"


def test_a_card_that_does_not_end_is_cut() -> None:
    inner: dict[str, Any] = {"type": "TextBlock", "text": "deep"}
    for _ in range(40):
        inner = {"type": "Container", "items": [inner]}
    assert "left out" in card(inner).fallbacks[0]["message"]
    many = card(*({"type": "TextBlock", "text": "x"} for _ in range(3_000)))
    assert "left out" in many.fallbacks[0]["message"]


def test_a_template_that_multiplies_is_cut() -> None:
    inner: dict[str, Any] = {"type": "TextBlock", "text": "${$data}"}
    for _ in range(6):
        inner = {"type": "Container", "$data": "${$root.list}", "items": [inner]}
    found = imported({"template": {"type": "AdaptiveCard", "body": [inner]}, "data": {"list": list(range(50))}})
    assert "too large" in found.fallbacks[0]["message"]
