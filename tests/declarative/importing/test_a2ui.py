"""A2UI v0.9 becomes trees of ours that compile; values of the data model are read where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.declarative.importing.test_adaptive_cards import FIXTURES, first, imported, nodes
from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.importing import Imported

CATALOG = "https://a2ui.org/specification/v0_9/catalogs/basic/catalog.json"
PUBLISHED = sorted(
    (Path(__file__).parents[3] / "node_modules/@a2ui/web_core/src/v0_9/schemas/catalogs").glob("*/examples/*.json")
)


def surface(*components: dict[str, Any], model: Any = None) -> Imported:
    messages: list[dict[str, Any]] = [{"version": "v0.9", "createSurface": {"surfaceId": "s", "catalogId": CATALOG}}]
    messages.append({"version": "v0.9", "updateComponents": {"surfaceId": "s", "components": list(components)}})
    if model is not None:
        messages.append({"version": "v0.9", "updateDataModel": {"surfaceId": "s", "value": model}})
    return imported(messages)


def test_it_works() -> None:
    found = imported(json.loads((FIXTURES / "table_booking.a2ui.json").read_text()))
    assert (found.kind, found.fallbacks) == ("a2ui", ())
    scope = {"ctx": found.ctx, "form": {"guest_name": "Ada"}}
    said = [evaluate(str(node["text"]), scope) for node in nodes(found.tree) if node["type"] == "text"]
    assert said[:2] == ["Trattoria", "From €24.50 a head, {{not ours}}"]
    assert said[-1] == "Welcome, Ada"
    assert first(found, "list")["items"] == "{{ctx.dishes}}"
    assert first(found, "slider")["name"] == "party"
    assert first(found, "datetime")["name"] == "when"
    assert first(found, "radio")["default"] == "{{ctx.seat | first}}"
    assert first(found, "text_input")["required"] is True
    send = first(found, "button")
    assert send["action"]["template"] == "book\n- name: {{form.guest_name}}\n- kind: dinner"
    assert evaluate(send["disabled"], {"form": {"valid": True, "when": ""}}) is True
    assert evaluate(send["disabled"], {"form": {"valid": True, "when": "2026-03-02T20:00"}}) is False


@pytest.mark.skipif(not PUBLISHED, reason="the package with the examples is installed by npm ci")
@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_the_published_examples_are_shown(path: Path) -> None:
    found = imported(json.loads(path.read_text()))
    assert [node for node in nodes(found.tree) if node["type"] == "alert"] == []


def test_the_last_state_of_the_messages_counts() -> None:
    text = {"id": "root", "component": "Text", "text": {"path": "/a/b"}}
    messages: list[dict[str, Any]] = [
        {"updateComponents": {"surfaceId": "s", "components": [{"id": "root", "component": "Text", "text": "old"}]}},
        {"updateComponents": {"surfaceId": "s", "components": [text]}},
        {"updateDataModel": {"surfaceId": "s", "value": {"a": {"b": "first", "c": 1}}}},
        {"updateDataModel": {"surfaceId": "s", "path": "/a/b", "value": "second"}},
        {"updateDataModel": {"surfaceId": "s", "path": "/a/c"}},
        {"updateComponents": {"surfaceId": "gone", "components": [text]}},
        {"deleteSurface": {"surfaceId": "gone"}},
    ]
    found = imported([{"version": "v0.9", **message} for message in messages])
    assert found.ctx == {"a": {"b": "second"}}
    assert evaluate(found.tree["text"], {"ctx": found.ctx}) == "second"


def test_two_surfaces_keep_their_values_apart() -> None:
    field = {"id": "root", "component": "TextField", "label": "Name", "value": {"path": "/name"}}
    messages: list[dict[str, Any]] = []
    for name in ("one", "two"):
        messages.append({"updateComponents": {"surfaceId": name, "components": [field]}})
        messages.append({"updateDataModel": {"surfaceId": name, "value": {"name": name}}})
    found = imported(messages)
    inputs = [node for node in nodes(found.tree) if node["type"] == "text_input"]
    assert [evaluate(node["default"], {"ctx": found.ctx}) for node in inputs] == ["one", "two"]
    assert len({node["name"] for node in inputs}) == 2


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ({"call": "formatNumber", "args": {"value": 1234.5, "decimals": 1}}, "1,234.5"),
        ({"call": "formatNumber", "args": {"value": 1234.5, "grouping": False}}, 1234.5),
        ({"call": "pluralize", "args": {"value": {"path": "/n"}, "one": "dog", "other": "dogs"}}, "dogs"),
        ({"call": "formatDate", "args": {"value": "2026-03-02T09:30:00Z", "format": "HH:mm"}}, "09:30"),
        ({"call": "and", "args": {"values": [True, {"path": "/n"}]}}, 3),
        ({"call": "not", "args": {"value": {"path": "/n"}}}, False),
        (
            {
                "call": "formatString",
                "args": {"value": "a \\${b} ${/n} ${pluralize(value: ${/n}, one: 'x', other: 'y, z')}"},
            },
            "a ${b} 3 y, z",
        ),
        ({"path": "/deep/a~1b/0"}, "found"),
    ],
)
def test_values(call: dict[str, Any], expected: object) -> None:
    found = surface({"id": "root", "component": "Text", "text": call}, model={"n": 3, "deep": {"a/b": ["found"]}})
    assert evaluate(found.tree["text"], {"ctx": found.ctx}) == expected


def test_inputs_of_a_list_have_forms_of_their_own() -> None:
    found = surface(
        {"id": "root", "component": "List", "children": {"componentId": "one", "path": "/people"}},
        {"id": "one", "component": "TextField", "label": "Name", "value": {"path": "name"}},
        model={"people": [{"name": "Ada"}]},
    )
    assert found.tree["item"]["type"] == "form"
    assert first(found, "text_input")["default"] == "{{item.name}}"


@pytest.mark.parametrize(
    ("component", "message"),
    [
        ({"component": "Hologram"}, "no equivalent"),
        ({"component": "Column", "children": ["root"]}, "stands in itself"),
        ({"component": "Card", "child": "nobody"}, "no component with this id"),
        ({"component": "Text", "text": {"call": "eval"}}, "no function 'eval'"),
        ({"component": "Image", "url": "javascript:alert(1)"}, "https"),
        ({"component": "ChoicePicker", "options": [], "value": []}, "nothing to choose"),
    ],
)
def test_what_cannot_be_shown_is_seen_and_listed(component: dict[str, Any], message: str) -> None:
    found = surface({"id": "root", **component})
    assert message in found.fallbacks[0]["message"]
    assert message in first(found, "alert")["text"]
