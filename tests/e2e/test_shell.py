"""The shell around every page, by keyboard and on phones; axe on whole pages; signing in; long lists of settings."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Visit, Visitor
from tests.people import Person
from widgets_manager.core.models import Membership, Role, User

pytestmark = pytest.mark.e2e

PATHS = ("/dashboard/", "/widgets/", "/settings/", "/account/password/", "/chat/")
TEXT_COLOUR = "() => getComputedStyle(document.querySelector('h1')).color"
LONG = "Internationale Gesellschaft für Donaudampfschifffahrt und Küstenlogistik mbH & Co. KG"


def focused(page: Page) -> str:
    """The name of what has the focus."""
    name = page.evaluate("() => document.activeElement.ariaLabel || document.activeElement.textContent")
    return " ".join(str(name).split())


def press(page: Page, *keys: str) -> str:
    """Press the keys one after the other; what has the focus then."""
    for key in keys:
        page.keyboard.press(key)
    return focused(page)


def loaded(visitor: Visitor, path: str) -> Page:
    page = visitor.go(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main .skeleton")).to_have_count(0)
    return page


def test_it_works(visit: Visit, alice: Person) -> None:
    visitor = visit(alice)
    page = loaded(visitor, "/settings/")
    assert press(page, "Tab") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Widgets", exact=True).click()
    expect(page).to_have_url(re.compile("/widgets/$"))
    assert visitor.faults == []


@pytest.mark.parametrize("path", PATHS)
def test_whole_pages_are_accessible_and_never_scroll_sideways(visit: Visit, alice: Person, path: str) -> None:
    visitor = visit(alice)
    alice.tenant.name = LONG
    alice.tenant.save()
    loaded(visitor, path)
    visitor.check_accessibility("html")
    assert not visitor.overflows()
    visitor.photograph(f"shell-{path.strip('/').replace('/', '-')}", widths=(360,), themes=("light",))
    assert visitor.faults == []


def test_menus_by_keyboard(visit: Visit, alice: Person) -> None:
    page = loaded(visit(alice), "/settings/")
    page.get_by_role("button", name="Account of").focus()
    assert press(page, "ArrowDown") == "Settings"
    assert press(page, "End") == "Sign out"
    assert press(page, "ArrowDown") == "Settings"
    assert press(page, "Escape").startswith("Account of")
    expect(page.get_by_role("button", name="Account of")).to_have_attribute("aria-expanded", "false")
    press(page, "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "Enter")  # Sign out, Like the system, Dark, Light
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.get_by_role("button", name="Light", exact=True)).to_have_attribute("aria-pressed", "true")


def test_the_palette_finds_pages_widgets_and_words_for_the_chat(visit: Visit, alice: Person) -> None:
    visitor = visit(alice)
    page = loaded(visitor, "/settings/")
    page.keyboard.press("Control+k")
    options = page.get_by_role("dialog", name="Search").get_by_role("option")
    expect(options.filter(has_text="Dashboard")).to_be_visible()
    page.keyboard.type("demo")
    expect(options.filter(has_text="Widget").filter(has_text="Demo")).to_be_visible()
    visitor.check_accessibility("html")
    page.get_by_role("combobox", name="Search").fill("widgets")
    expect(options.first).to_contain_text("Widgets")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/widgets/$"))
    assert visitor.faults == []


def test_the_dock_opens_and_closes_by_keyboard(visit: Visit, alice: Person) -> None:
    page = loaded(visit(alice), "/settings/")
    page.keyboard.press("Control+j")
    expect(page.get_by_role("complementary", name="Chat")).to_be_visible()
    expect(page.locator("chat-dock textarea")).to_be_focused()
    page.keyboard.press("Control+j")
    expect(page.get_by_role("complementary", name="Chat")).to_be_hidden()
    assert focused(page) == "Chat"


def test_the_collapsed_rail_stays_so(visit: Visit, alice: Person) -> None:
    page = loaded(visit(alice), "/settings/")
    page.get_by_role("button", name="Collapse").click()
    page.reload()
    expect(page.get_by_role("button", name="Collapse")).to_have_attribute("aria-expanded", "false")
    box = page.locator(".rail").bounding_box()
    assert box is not None
    assert box["width"] < 60
    expect(page.get_by_role("link", name="Dashboard")).to_be_visible()


@pytest.mark.parametrize("path", ["/chat/", "/settings/"])
def test_every_page_is_reached_from_the_narrowest_phone(visit: Visit, alice: Person, path: str) -> None:
    visitor = visit(alice)
    page = loaded(visitor, path)
    rail = page.get_by_role("navigation", name="Main")
    wanted = {link.get_attribute("href") for link in page.locator("a.rail-link").all()}
    assert len(wanted) > 5
    page.set_viewport_size({"width": 320, "height": 640})
    below = rail.get_by_role("link").all()
    more = rail.get_by_role("button", name="More")
    for part in (*below, more):
        assert within(part, 320, 640)
    assert len(below) == 4
    more.click()
    menu = page.get_by_role("group", name="More pages")
    for link in menu.get_by_role("link").all():
        assert within(link, 320, 640)
    assert {link.get_attribute("href") for link in rail.get_by_role("link").all()} == wanted
    visitor.check_accessibility("html")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    more.focus()
    assert press(page, "ArrowUp") == "Settings"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/settings/$"))
    expect(page.get_by_role("button", name="More")).to_have_css("color", str(page.evaluate(TEXT_COLOUR)))
    assert visitor.faults == []


def within(part: Locator, width: int, height: int) -> bool:
    """Whether all of it can be seen and pressed."""
    box = part.bounding_box()
    assert box is not None
    inside = box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= width and box["y"] + box["height"] <= height
    part.click(trial=True)
    return inside and box["width"] >= 44


def test_many_members_are_searched(visit: Visit, alice: Person) -> None:
    for number in range(30):
        user = User.objects.create(
            username=f"user{number}", first_name=LONG[:60] if number == 7 else f"Person {number}"
        )
        Membership.objects.create(user=user, tenant=alice.tenant, role=Role.MEMBER)
    visitor = visit(alice)
    page = loaded(visitor, "/settings/")
    rows = page.locator("settings-members li")
    expect(rows).to_have_count(31)
    assert not visitor.overflows()
    page.get_by_label("Search members").fill("internationale")
    expect(rows).to_have_count(1)
    page.get_by_label("Search members").fill("nobody of this name")
    expect(page.get_by_text("Nobody has this name.")).to_be_visible()
    visitor.check_accessibility("html")


def test_signing_in_is_accessible(browser: Browser, live_url: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    visitor = Visitor(context, live_url)
    page = visitor.go("/sign-in/")
    expect(page.get_by_label("Username")).to_be_focused()
    visitor.check_accessibility("html")
    visitor.photograph("shell-sign-in", widths=(360,))
    context.close()
