"""A small dashboard for the tests of the providers: two boards, links and a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from widgets_manager.llm.types import IntentOption, ParamSpec, Permission

TITLE = {"title": ParamSpec("string", required=True, description="Title of the task"), "column": ParamSpec("string")}
TASK = {"title": ParamSpec("string"), "position": ParamSpec("number", description="Its place, from 1")}
LINK = {"name": ParamSpec("string"), "position": ParamSpec("number", description="Its place, from 1")}
URL = {"url": ParamSpec("string", required=True, description="Web address"), "name": ParamSpec("string")}
VALUE = {"value": ParamSpec("number", required=True)}


def option(
    panel_id: str,
    title: str,
    name: str,
    examples: Sequence[str],
    params: Mapping[str, ParamSpec] | None = None,
    permission: Permission = "write",
    **rest: Any,
) -> IntentOption:
    """An intent of a panel; label, widget name and focus by keyword."""
    given = {"label": None, "widget_name": title, "focused": False, "description": "", **rest}
    return IntentOption(
        panel_id, title, name=name, examples=examples, params=params or {}, permission=permission, **given
    )


def board(letter: str) -> list[IntentOption]:
    """A task board."""
    place: dict[str, Any] = {"panel_id": f"board-{letter.lower()}", "title": "Task Board", "label": letter}
    return [
        option(**place, name="list_tasks", examples=["show tasks"], permission="read"),
        option(**place, name="add_task", examples=["add buy milk to board B"], params=TITLE),
        option(
            **place,
            name="move_task",
            examples=["move write report to done"],
            params={**TASK, "column": ParamSpec("string", required=True)},
        ),
        option(**place, name="complete_task", examples=["mark buy milk as done"], params=TASK),
        option(**place, name="remove_task", examples=["remove the second task"], params=TASK),
        option(**place, name="clear_tasks", examples=["clear the board"]),
    ]


def links(letter: str) -> list[IntentOption]:
    """Quick links, whose title ends with their letter."""
    panel, title = f"quick-links-{letter}", f"Quick Links {letter.upper()}"
    return [
        option(panel, title, "show_links", ["show quick links"], permission="read"),
        option(panel, title, "open_link", ["open link docs"], LINK, "read"),
        option(panel, title, "add_link", ["add link https://example.com"], URL),
        option(panel, title, "remove_link", ["remove the second link"], LINK),
    ]


REVENUE = [
    option("revenue", "Revenue", "show_revenue", ["show revenue"], permission="read"),
    option("revenue", "Revenue", "set_revenue", ["set revenue to 1000"], VALUE),
    option("revenue", "Revenue", "add_revenue", ["add 5 to revenue"], VALUE),
]
DASHBOARD = [*board("A"), *board("B"), *links("a"), *links("b"), *REVENUE]


def focused(panel_id: str, options: Sequence[IntentOption] = DASHBOARD) -> list[IntentOption]:
    """The options with one panel in focus."""
    return [replace(each, focused=each.panel_id == panel_id) for each in options]
