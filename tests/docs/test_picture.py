"""The README's picture, taken anew: a team's dashboard with two task boards, links, and the chat (test-results/)."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PICTURES, Visit, visit  # noqa: F401  (a fixture)
from tests.people import Person
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.actions.workspaces import create_workspace
from widgets_manager.widgets.intents import execute_operation
from widgets_manager.widgets.models import WidgetInstance, Workspace
from widgets_manager.widgets.panels_of import panel_of
from widgets_manager.widgets.samples import sample_manifest

pytestmark = [pytest.mark.e2e, pytest.mark.full]

TASKS_A: Final = (
    ("Write the announcement", "To do"),
    ("Book the big room", "To do"),
    ("Review the pricing page", "Doing"),
    ("Call the printer", "Doing"),
    ("Agree on the date", "Done"),
)
TASKS_B: Final = (("bread", "To do"), ("coffee", "To do"), ("oranges", "Doing"))
LINKS: Final = (
    ("Handbook", "https://handbook.example.com/"),
    ("Design system", "https://design.example.com/"),
    ("Docs", "https://docs.example.com/"),
)


def test_it_works(alice: Person, visit: Visit) -> None:  # noqa: F811  (the fixture)
    workspace = create_workspace(actor=alice.actor, name="Launch", visibility="tenant")
    furnish(alice.actor, workspace)
    visitor = visit(alice)
    visitor.page.set_viewport_size({"width": 1440, "height": 836})
    page = visitor.go(f"/dashboard/{workspace.pk}/")
    page.locator(".dock-toggle").click()
    say(page, "what is in doing on board A?")
    say(page, "add buy milk to board B")
    expect(page.get_by_role("region", name="Task Board B").locator(".kanban-card")).to_have_count(4)
    page.reload()
    expect(page.locator("chat-message")).to_have_count(4)
    page.wait_for_function("() => !document.querySelector('.panel-skeleton')")
    page.mouse.move(700, 30)
    visitor.dress("light")
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / "readme-dashboard.png")
    assert visitor.faults == []


def furnish(actor: Actor, workspace: Workspace) -> None:
    text = sample_manifest("task-board") or ""
    widget, _ = installs.install_widget(actor=actor, source=installs.from_text(text), tenant_wide=True)
    for number, tasks in enumerate((TASKS_A, TASKS_B)):
        cell = {"x": 0, "y": 4 * number, "w": 8, "h": 4}
        board = place_widget(actor=actor, workspace=workspace, widget=widget, layout=cell)
        for title, column in tasks:
            use(actor, board, "add", title=title, column=column)
    links = place_widget(actor=actor, workspace=workspace, builtin_slug="quick-links-a", layout=cell_at(0))
    for name, url in LINKS:
        use(actor, links, "add", name=name, url=url)
    place_widget(actor=actor, workspace=workspace, builtin_slug="recent", layout=cell_at(4))


def cell_at(row: int) -> dict[str, int]:
    return {"x": 8, "y": row, "w": 4, "h": 4}


def use(actor: Actor, instance: WidgetInstance, operation: str, **params: Any) -> None:
    result = execute_operation(actor=actor, panel=panel_of(instance), operation_name=operation, params=params)
    assert result.success, result


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Message").fill(text)
    page.keyboard.press("Enter")
    answer = page.locator("chat-message[data-from=assistant]").last
    expect(page.locator("chat-message", has_text=text)).to_be_visible()
    expect(answer).to_have_attribute("data-status", re.compile("complete"))
