"""The Notes of a dashboard in real browsers: opening one counts, two places and two people see the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_dashboard import opened, panel, place
from tests.people import Person
from widgets_manager.panels.actions.items import edit_items
from widgets_manager.panels.models import RecentItem
from widgets_manager.widgets.actions.workspaces import create_workspace
from widgets_manager.widgets.panels_of import panel_of

pytestmark = pytest.mark.e2e


def test_it_works(alice: Person, bob: Person, visit: Visit) -> None:
    team = create_workspace(actor=alice.actor, name="Team", visibility="tenant")
    notes = place(alice, team, "workspace-notes", x=0, y=0, w=6, h=6)
    with edit_items(actor=alice.actor, panel=panel_of(notes)) as editor:
        editor.add(title="Standup", data={"text": "\n\n".join(f"point {number}" for number in range(9))})
    visitor = visit(alice)
    page, theirs = opened(visitor, team), opened(visit(bob), team)
    panel(page, "Notes").get_by_role("button", name="Show all of Standup").click()
    expect(panel(page, "Notes").get_by_role("button", name="Show less of Standup")).to_be_visible()
    expect(panel(page, "Notes").get_by_text("point 8")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('.panel-progress')")
    expect(page.locator(".toast")).to_have_count(0)  # a note that is opened is not told a second time
    assert RecentItem.objects.get(user=alice.user, kind="item").title == "Standup"
    panel(page, "Notes").get_by_role("button", name="Edit Standup").click()
    panel(page, "Notes").get_by_label("Note", exact=True).last.fill("Shipped")
    panel(page, "Notes").get_by_role("button", name="Save").click()
    expect(panel(theirs, "Notes").get_by_text("Shipped")).to_be_visible()
    visitor.check_accessibility()
    assert visitor.faults == []
