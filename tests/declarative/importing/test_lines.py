"""What is wrong with a payload that came as a text has the line in which it was written."""

from __future__ import annotations

from typing import Any

from widgets_manager.declarative.documents import Document, check, check_texts

CARD = """\
{
  "type": "AdaptiveCard",
  "version": "9.9",
  "body": [
    {"type": "TextBlock", "text": "Hello"},
    {
      "type": "Chart.Donut"
    },
    {"type": "Container", "items": [
      {"type": "TextBlock", "text": "In"},
      {"type": "Hologram"}
    ]}
  ],
  "actions": [
    {"type": "Action.Execute", "title": "Go"},
    {"type": "Action.OpenUrl", "title": "Open", "url": "ftp://x"}
  ]
}
"""
SURFACE = """\
{"messages": [
  {"version": "v0.9", "createSurface": {"surfaceId": "s", "catalogId": "c"}},
  {"version": "v0.9", "updateComponents": {"surfaceId": "s", "components": [
    {"id": "root", "component": "Column", "children": ["video", "lost", "icon", "email"]},
    {"id": "video", "component": "Hologram"},
    {"id": "icon",
     "component": "Icon", "name": "noSuchIcon"},
    {"id": "email", "component": "TextField", "label": "Mail", "value": {"path": "/email"},
     "checks": [
       {"call": "nothingOfTheKind", "message": "No"}
     ]}
  ]}},
  {"version": "v0.9", "updateDataModel": 7}
]}
"""


def lines(text: str) -> dict[str, int | None]:
    return {one["path"]: one.get("line") for one in check_texts(text).fallbacks}


def test_it_works() -> None:
    assert lines(CARD) == {"version": 3, "body[1]": 6, "body[2].items[1]": 11, "actions[1]": 16}


def test_a_card_beside_its_data() -> None:
    inner = CARD.replace("\n", "\n  ")
    assert lines(f'{{\n  "card": {inner}}}') == {"version": 4, "body[1]": 7, "body[2].items[1]": 12, "actions[1]": 17}


def test_lists_that_were_filled_in_are_found_as_a_whole() -> None:
    text = (
        '{"template": {"type": "AdaptiveCard", "version": "1.5",\n'
        '"body": [\n'
        '{"type": "TextBlock", "$data": "${days}", "text": "${name}"},\n'
        '{"type": "Hologram"}]},\n'
        '"data": {"days": [{"name": "Mon"}, {"name": "Tue"}]}}'
    )
    assert lines(text) == {"body[2]": 2}


def test_messages_and_components_of_a2ui() -> None:
    assert lines(SURFACE) == {
        "messages[2].updateDataModel": 13,
        "root.video": 5,
        "root.lost": 4,
        "email.checks[0]": 10,
    }


def test_messages_a_line_each() -> None:
    message = '{"version": "v0.9", "updateComponents": {"surfaceId": "s", "components": [%s]}}\n'
    root, odd = '{"id": "root", "component": "Card", "child": "a"}', '{"id": "a", "component": "Odd"}'
    text = message % root + message % odd
    assert list(lines(text).values()) == [2]


def test_a_single_message() -> None:
    text = '{"updateComponents":\n{"surfaceId": "s", "components": [\n{"id": "root", "component": "Odd"}]}}'
    assert list(lines(text).values()) == [3]


def test_warnings_of_the_tree_have_the_line_of_its_element() -> None:
    [warning] = check_texts(SURFACE).warnings
    assert "no_such_icon" in warning.message
    assert warning.line == 6


def test_values_have_no_lines() -> None:
    value: dict[str, Any] = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "Hologram"}]}
    checked = check(Document(value))
    assert [set(fallback) for fallback in checked.fallbacks] == [{"path", "element", "message"}]
    assert "\0" not in str(checked.config)
