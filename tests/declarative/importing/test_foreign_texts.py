"""Whatever a payload holds is data: it never becomes an expression of ours, and never makes the import fail."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from widgets_manager.declarative.compiler import compile_tree
from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.importing import import_payload
from widgets_manager.declarative.importing.texts import address, literal, piece, plain, wrap

PIECES = ["{", "}", "{{", "}}", "{{x}}", "'", "\\", "a", " ", "|", "${/x}", "é"]
braces = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
WORDS = [
    "AdaptiveCard",
    "TextBlock",
    "Input.Text",
    "Input.ChoiceSet",
    "Container",
    "Column",
    "ColumnSet",
    "FactSet",
    "Table",
    "Carousel",
    "RichTextBlock",
    "ActionSet",
    "Image",
    "Action.Submit",
    "Action.ShowCard",
    "Action.OpenUrl",
    "root",
    "/a",
    "Text",
    "Button",
    "List",
    "Tabs",
    "TextField",
    "ChoicePicker",
    "Slider",
    "Modal",
    "formatString",
    "required",
    "${a}",
]
KEYS = [
    "type",
    "text",
    "items",
    "body",
    "columns",
    "actions",
    "rows",
    "cells",
    "pages",
    "inlines",
    "choices",
    "value",
    "id",
    "url",
    "component",
    "children",
    "child",
    "path",
    "call",
    "args",
    "checks",
    "condition",
    "action",
    "event",
    "context",
    "tabs",
    "label",
    "options",
    "componentId",
    "$data",
    "$when",
    "fallback",
    "selectAction",
    "card",
    "images",
    "sources",
    "facts",
]
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | braces,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=30,
)
objects = st.dictionaries(st.sampled_from(KEYS), values, max_size=6)


@example(" {{")
@example("\n{{{ ")
@given(braces)
def test_it_works(text: str) -> None:
    assert evaluate(literal(text), {"x": "EVALUATED"}) == text


@given(braces, braces)
def test_parts_beside_expressions_stay_texts(before: str, after: str) -> None:
    assert evaluate(f"{piece(before)}{wrap('x')}-{piece(after)}", {"x": 1}) == f"{before}1-{after}"


@given(st.text())
def test_any_text_is_shown_as_it_is(text: str) -> None:
    found = import_payload({"type": "AdaptiveCard", "body": [{"type": "RichTextBlock", "inlines": [text]}]})
    assert found is not None
    assert compile_tree(found.tree).valid
    assert evaluate(literal(text), {}) == plain(text)


@given(objects, objects)
@settings(deadline=None, max_examples=300)
def test_cards_of_any_shape_compile(element: dict[str, Any], data: dict[str, Any]) -> None:
    card = {"type": "AdaptiveCard", "body": [element, {"type": "Container", "items": [element]}], "actions": [element]}
    for payload in (card, {"template": card, "data": data}):
        found = import_payload(payload)
        assert found is not None
        assert [str(error) for error in compile_tree(found.tree).errors] == []


@given(st.lists(objects, max_size=5), values)
@settings(deadline=None, max_examples=300)
def test_surfaces_of_any_shape_compile(components: list[dict[str, Any]], model: Any) -> None:
    named = [{"id": "root" if place == 0 else f"c{place}", **one} for place, one in enumerate(components)]
    found = import_payload(
        [
            {"updateComponents": {"surfaceId": "s", "components": named}},
            {"updateDataModel": {"surfaceId": "s", "path": "/a", "value": model}},
        ]
    )
    assert found is not None
    assert [str(error) for error in compile_tree(found.tree).errors] == []


def test_addresses_are_those_of_links() -> None:
    assert address("https://example.com/a?b={{c}}") == "https://example.com/a?b={{'{{'}}c}}"
    assert address("/api/x") == "/api/x"
    refused = [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "/\\evil.example",
        "file:///etc/passwd",
        7,
        "ftp://x",
    ]
    assert [address(one) for one in refused] == [None] * len(refused)
    assert address("mailto:a@example.com", image=True) is None
