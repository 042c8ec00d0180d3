"""Plugins in the Widget Manager: looked at before they are installed; with a page of their own they make panels."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_apps import choose_file, confirm, look, manager, paste
from tests.people import Person
from tests.plugins.packages import FIXTURES, SAMPLES, pie, skill
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.e2e


def test_it_works(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = manager(visitor)
    choose_file(page, "slide-deck.pie", (SAMPLES / "slide-deck.pie").read_bytes())
    drawer = look(page)
    expect(drawer).not_to_contain_text("not active on this server")
    expect(drawer).to_contain_text("slide_deck(action, title, points, comment, deck_id, slide_id)")
    expect(drawer).to_contain_text("each sees their own rows")
    drawer.get_by_text("3 files").click()
    drawer.get_by_text("handler.js", exact=True).click()
    code = drawer.get_by_role("group", name="Text of handler.js")
    expect(code).to_contain_text("async function handler(input, context)")
    expect(code.locator(".line-numbers")).to_contain_text("100")
    code.scroll_into_view_if_needed()
    visitor.photograph("plugin-look", (1280, 360))
    visitor.check_accessibility("dialog[open]")
    assert not InstalledWidget.objects.exists()
    confirm(page)
    row = page.locator("manager-row", has_text="Slide Deck")
    expect(row).to_contain_text("Plugin")
    row.get_by_role("button", name="Actions of Slide Deck").click()
    expect(page.get_by_role("menuitem", name="Settings")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Add to dashboard")).to_be_visible()
    page.keyboard.press("Escape")
    choose_file(page, "shop.pie", pie({"name": "shop"}, pricing={"installPriceCents": 1}).encode())
    expect(look(page)).to_contain_text("One part of it is not active on this server:")
    expect(look(page)).to_contain_text("nothing is charged")
    confirm(page)
    page.get_by_role("button", name="Actions of shop").click()
    expect(page.get_by_role("menuitem", name="Settings")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Add to dashboard")).to_have_count(0)
    assert visitor.faults == []


def test_a_skill_is_active_and_faults_have_their_lines(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = manager(visitor)
    paste(page, (FIXTURES / "invalid" / "many.pie").read_text())
    fault = page.locator("#fault-text")
    expect(fault).to_contain_text("line 7")
    expect(fault).to_contain_text("did you mean 'tool'?")
    page.locator("#install-text").fill(skill())
    page.locator("#paste").get_by_role("button", name="Install").click()
    drawer = look(page)
    expect(drawer).to_contain_text("In every conversation.")
    expect(drawer).not_to_contain_text("not active on this server")
    confirm(page)
    expect(page.locator("manager-row", has_text="Rhymer")).to_be_visible()
    assert visitor.faults == []
