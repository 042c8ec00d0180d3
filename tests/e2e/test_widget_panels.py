"""Around widgets with scripts of their own, in real browsers: their panels, permissions, network log, settings."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FrameLocator, Locator, Page, Route, expect

from chat.conversations.actions import create_conversation
from sandbox.frames.models import Grant, NetworkRequest
from sandbox.frames.scripts import SCRIPT_PATH
from tests.e2e.conftest import Visit
from tests.e2e.test_dashboard import choose, drag, opened, panel, place, refuse, shown_at, stands
from tests.people import Person
from tests.sandbox.places import another_version, answer, ask_with, scripted
from widgets_manager.packages.parsers import Source, parse_package
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.actions.versions import replace_version
from widgets_manager.widgets.actions.workspaces import arrange_workspace, create_workspace
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace
from widgets_manager.widgets.samples import sample_script

pytestmark = pytest.mark.e2e
LONG = "A gadget with a name that goes on and on " + "and on " * 20


@pytest.fixture
def team(alice: Person) -> Workspace:
    return create_workspace(actor=alice.actor, name="Team", visibility="tenant")


@pytest.fixture
def gadget(alice: Person, live_url: str, settings: Any, tmp_path: Any) -> InstalledWidget:
    """A clock that asks for everything, for everybody; at least four columns wide."""
    settings.FILES_ROOT = tmp_path
    sandbox = {
        "networkAllowlist": ["https://api.example.com", "https://tiles.example.org:8443"],
        "minSize": {"width": 350, "height": 180},
        "preferredSize": {"width": 480, "height": 280},
    }
    return install(alice, scripted(sandbox=sandbox))


def install(person: Person, document: dict[str, Any]) -> InstalledWidget:
    source = installs.from_text(json.dumps(document))
    return installs.install_widget(actor=person.actor, source=source, tenant_wide=True)[0]


def frame_of(page: Page, title: str) -> Locator:
    """The element that shows the widget."""
    return panel(page, title).locator("sandbox-frame")


def permissions(page: Page, title: str) -> Locator:
    """The drawer with what the widget may do, opened from its panel's menu."""
    choose(page, title, "Permissions and network")
    drawer = page.get_by_role("dialog", name=f"Permissions of {title}")
    expect(drawer.get_by_text("Read the notes of this dashboard")).to_be_visible()
    return drawer


def right(drawer: Locator, words: str) -> Locator:
    return drawer.get_by_role("listitem").filter(has_text=words).first


def fetched(instance: WidgetInstance, person: Person, **what: Any) -> None:
    fields: dict[str, Any] = {"method": "GET", "url": "https://api.example.com/v1?city=Bern", "status": 200}
    fields |= {"size": 3_200, "milliseconds": 120, "tenant": person.tenant, "user": person.user} | what
    NetworkRequest.objects.create(instance=instance, **fields)


def test_it_works(alice: Person, bob: Person, team: Workspace, gadget: InstalledWidget, visit: Visit) -> None:
    first, second = place(alice, team, gadget), place(alice, team, gadget)
    fetched(first, bob)
    fetched(
        first, alice, url="https://evil.example/" + "x" * 400, status=None, size=0, error="evil.example is not listed"
    )
    answer(bob, first, "write:notes", "always")
    visitor = visit(alice)
    page = opened(visitor, team)
    expect(frame_of(page, "Gadget A")).to_be_visible()
    expect(frame_of(page, "Gadget B")).to_be_visible()
    assert shown_at(page, "Gadget A") == {"x": 0, "y": 0, "w": 5, "h": 4}
    drawer = permissions(page, "Gadget A")
    expect(right(drawer, "Change the notes")).to_contain_text("Asks you each time.")
    expect(right(drawer, "Fetch from")).to_contain_text("https://tiles.example.org:8443")
    expect(drawer.get_by_role("listitem").filter(has_text="evil.example is not listed")).to_be_visible()
    answer(alice, first, "write:notes", "always")
    answer(alice, first, "write:chat", "never")
    answer(alice, second, "write:notes", "never")
    expect(right(drawer, "Change the notes")).to_contain_text("Always allowed")
    expect(right(drawer, "Send messages")).to_contain_text("Never allowed")
    visitor.check_accessibility("html")
    visitor.photograph("permissions")
    assert not visitor.overflows()
    drawer.get_by_role("button", name="Ask again: Change the notes").click()
    expect(right(drawer, "Change the notes")).to_contain_text("Asks you each time.")
    page.get_by_role("button", name="Undo").click()
    expect(right(drawer, "Change the notes")).to_contain_text("Always allowed")
    assert Grant.objects.filter(instance=first, level="always").count() == 2, "his answer and hers"
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    assert visitor.faults == []


def test_another_version_asks_again(alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit) -> None:
    first = place(alice, team, gadget)
    answer(alice, first, "write:notes", "always")
    another_version(alice, first)
    page = opened(visit(alice), team)
    drawer = permissions(page, "Gadget A")
    expect(right(drawer, "Change the notes")).to_contain_text("Counts no longer")
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        drawer.get_by_role("button", name="Forget: Change the notes").click()
    expect(right(drawer, "Change the notes")).to_contain_text("Asks you each time.")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert not Grant.objects.exists()


def test_a_network_log_is_read_again_and_survives_faults(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    first = place(alice, team, gadget)
    visitor = visit(alice)
    page = opened(visitor, team)
    page.route("**/api/widgets/network-log*", lambda route: refuse(route, "The log is away."), times=1)
    drawer = permissions(page, "Gadget A")
    expect(drawer.get_by_role("alert")).to_contain_text("The log is away.")
    drawer.get_by_role("button", name="Refresh").click()
    expect(drawer.get_by_text("It has fetched nothing in the last seven days.")).to_be_visible()
    fetched(first, alice)
    drawer.get_by_role("button", name="Refresh").click()
    expect(drawer.get_by_text("3.2 kB · 120 ms")).to_be_visible()


def test_an_answer_that_cannot_be_taken_back_stands(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    first = place(alice, team, gadget)
    answer(alice, first, "write:notes", "always")
    page = opened(visit(alice), team)
    drawer = permissions(page, "Gadget A")

    def fail(route: Route) -> None:
        if route.request.method == "DELETE":
            refuse(route, "Not now.")
        else:
            route.continue_()

    page.route("**/api/widgets/permissions*", fail)
    drawer.get_by_role("button", name="Ask again: Change the notes").click()
    expect(page.locator(".toast").last).to_contain_text("Not taken back: Not now.")
    expect(right(drawer, "Change the notes")).to_contain_text("Always allowed")


def test_settings_list_every_answer(
    alice: Person, bob: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    visitor = visit(alice)
    page = visitor.go("/settings/")
    section = page.locator("settings-permissions")
    expect(section.get_by_text("No widget has a lasting answer")).to_be_visible()
    visitor.photograph("settings-permissions-none", (1280,), ("light",))
    first = place(alice, team, gadget)
    other = place(alice, create_workspace(actor=alice.actor, name=LONG[:100], visibility="private"), gadget)
    WidgetInstance.objects.filter(pk=other.pk).update(config={"title": LONG})
    for permission, level in (("write:notes", "always"), ("write:chat", "never")):
        answer(alice, first, permission, level)
    answer(alice, other, "write:workspace", "once")
    answer(bob, first, "write:workspace", "always")
    rows = section.get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(section).to_contain_text("Allowed once")
    section.scroll_into_view_if_needed()
    visitor.check_accessibility("html")
    page.evaluate("() => document.querySelector('#permissions').scrollIntoView()")
    visitor.photograph("settings-permissions")
    assert not visitor.overflows()
    second = visitor.open_tab()
    second.goto(page.url)
    expect(second.locator("settings-permissions").get_by_role("listitem")).to_have_count(3)
    section.get_by_role("button", name="Revoke: Send messages to the chat in your name, Gadget A").click()
    expect(rows).to_have_count(2)
    expect(second.locator("settings-permissions").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("heading", name="Gadget", exact=True)).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(3)
    expect(second.locator("settings-permissions").get_by_role("listitem")).to_have_count(3)
    section.get_by_role("button", name="Revoke all: Gadget").click()
    expect(section.get_by_text("No widget has a lasting answer")).to_be_visible()
    page.get_by_role("button", name="Undo").last.click()
    expect(rows).to_have_count(2)
    assert sorted(Grant.objects.filter(user=alice.user).values_list("level", flat=True)) == ["always", "never"]
    assert Grant.objects.filter(user=bob.user).count() == 1
    section.get_by_role("link", name="Gadget A").first.click()
    expect(page).to_have_url(re.compile(rf"/dashboard/{team.pk}/\?panel={first.panel_id}"))
    assert visitor.faults == []


def test_strangers_and_teammates_see_no_answer_of_hers(
    alice: Person, bob: Person, charlie: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    answer(alice, place(alice, team, gadget), "write:notes", "always")
    for person in (bob, charlie):
        page = visit(person).go("/settings/")
        expect(page.locator("settings-permissions").get_by_text("No widget has a lasting answer")).to_be_visible()


def test_a_viewer_reads_what_it_may_do(
    alice: Person, vera: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    first = place(alice, team, gadget, x=0, y=0, w=5, h=4)
    page = opened(visit(vera), team)
    page.get_by_role("button", name="Menu of Gadget A").click()
    expect(panel(page, "Gadget A").locator(".menu-item")).to_have_count(1)
    page.keyboard.press("Escape")
    drawer = permissions(page, "Gadget A")
    expect(right(drawer, "Change the notes")).to_contain_text("Not for you: viewers look and do not change.")
    page.keyboard.press("Escape")
    ask_for(page, "Gadget A", 900, 700)
    page.wait_for_timeout(700)
    assert stands(first) == {"x": 0, "y": 0, "w": 5, "h": 4} == shown_at(page, "Gadget A")


def ask_for(page: Page, title: str, width: int, height: int, within: str = "dashboard-panel") -> None:
    """As the widget's script asks for room."""
    page.locator(within, has=page.get_by_role("heading", name=title)).locator("sandbox-frame").evaluate(
        "(frame, detail) => frame.dispatchEvent(new CustomEvent('sandbox:resize', { bubbles: true, detail }))",
        {"width": width, "height": height},
    )


def test_a_widget_gets_the_room_that_it_asks_for(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    first = place(alice, team, gadget, x=0, y=0, w=5, h=4)
    demo = place(alice, team, "demo", x=5, y=0, w=4, h=4)
    visitor = visit(alice)
    page = opened(visitor, team)
    with page.expect_response(re.compile("/api/workspaces/")):
        ask_for(page, "Gadget A", 300, 600)
    assert stands(first) == {"x": 0, "y": 0, "w": 5, "h": 8} == shown_at(page, "Gadget A")
    box = frame_of(page, "Gadget A").bounding_box()
    assert box is not None
    assert box["height"] >= 600
    assert stands(demo)["y"] == 0
    expect(page.locator("workspace-dashboard > [role=status]").first).to_have_text("Gadget A has made itself larger.")
    # Whoever chose a size has the last word.
    panel(page, "Gadget A").hover()
    with page.expect_response(re.compile("/api/workspaces/")):
        drag(page, panel(page, "Gadget A").locator("xpath=..").locator(".ui-resizable-s"), 0, -252)
    chosen = stands(first)
    assert chosen["h"] == 5
    ask_for(page, "Gadget A", 300, 600)
    page.reload()
    expect(frame_of(page, "Gadget A")).to_be_visible()
    ask_for(page, "Gadget A", 300, 600)
    page.wait_for_timeout(700)
    assert stands(first) == chosen
    assert visitor.faults == []


def test_no_panel_becomes_smaller_than_its_widget_can_be(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    """350 pixels are four columns of a usual screen, and five of this one."""
    first = place(alice, team, gadget, x=0, y=0, w=6, h=4)
    page = opened(visit(alice), team)
    choose(page, "Gadget A", "Move or resize by keyboard")
    told = page.locator("workspace-dashboard > [role=status]").first
    page.keyboard.press("Shift+ArrowLeft")
    expect(told).to_contain_text("5 columns wide")
    page.keyboard.press("Shift+ArrowLeft")
    expect(told).to_have_text("No further that way.")
    with page.expect_response(re.compile("/api/workspaces/")):
        page.keyboard.press("Enter")
    assert stands(first)["w"] == 5
    with page.expect_response(re.compile("/api/workspaces/")):
        drag(page, panel(page, "Gadget A").locator("xpath=..").locator(".ui-resizable-se"), -300, -300)
    assert stands(first) == {"x": 0, "y": 0, "w": 5, "h": 3} == shown_at(page, "Gadget A")
    box = frame_of(page, "Gadget A").bounding_box()
    assert box is not None
    assert box["width"] >= 350
    assert box["height"] >= 180
    # Elsewhere columns may be wider: what others have chosen there is shown as they chose it.
    arrange_workspace(actor=alice.actor, workspace=team, layouts={str(first.pk): {"x": 0, "y": 0, "w": 4, "h": 3}})
    page.wait_for_function("() => document.querySelector('.grid-stack-item').getAttribute('gs-w') === '4'")


def test_a_panel_that_is_added_gets_the_pixels_that_its_widget_prefers(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    page = opened(visit(alice), team)
    page.get_by_role("button", name="Add panel").click()
    with page.expect_response(re.compile("/api/workspaces/")):
        page.get_by_role("button", name="Add Gadget").click()
    page.get_by_role("button", name="Close", exact=True).click()
    box = frame_of(page, "Gadget A").bounding_box()
    assert box is not None
    assert 480 <= box["width"] < 580
    assert 280 <= box["height"] < 370
    assert stands(WidgetInstance.objects.get()) == {"x": 0, "y": 0, "w": 6, "h": 4}


def test_on_a_phone_a_widget_is_as_high_as_it_likes(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    first = place(alice, team, gadget, x=0, y=0, w=5, h=4)
    place(alice, team, "demo")
    visitor = visit(alice)
    page = opened(visitor, team)
    page.set_viewport_size({"width": 360, "height": 740})
    frame = frame_of(page, "Gadget A")
    expect(frame).to_have_js_property("offsetHeight", 280)
    ask_for(page, "Gadget A", 300, 410)
    expect(frame).to_have_js_property("offsetHeight", 410)
    assert frame.evaluate("element => element.closest('.panel').clientWidth - element.offsetWidth") == 0
    visitor.photograph("sandbox-phone", (360,))
    assert stands(first) == {"x": 0, "y": 0, "w": 5, "h": 4}
    assert not visitor.overflows()


def test_large_it_has_a_frame_of_its_own(alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit) -> None:
    first = place(alice, team, gadget)
    visitor = visit(alice)
    page = opened(visitor, team)
    page.get_by_role("button", name="Open Gadget A").click()
    drawer = page.locator("panel-drawer")
    frame = drawer.locator("sandbox-frame")
    expect(frame).to_be_visible()
    full = drawer.locator(".panel-drawer-body").evaluate("body => body.clientHeight")
    expect(frame).to_have_js_property("offsetHeight", full)
    expect(frame_of(page, "Gadget A")).to_have_count(1)
    visitor.photograph("sandbox-drawer")
    drawer.get_by_role("button", name="Permissions and network of Gadget A").click()
    expect(page.get_by_role("dialog", name="Permissions of Gadget A")).to_be_visible()
    visitor.check_accessibility("html")
    page.keyboard.press("Escape")
    expect(drawer).to_be_visible()
    page.evaluate(
        "id => window.dispatchEvent(new CustomEvent('panel:close', { detail: { panel_id: id } }))", first.panel_id
    )
    expect(drawer).to_be_hidden()
    assert visitor.faults == []


def test_what_goes_with_a_panel_is_said(alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit) -> None:
    first = place(alice, team, gadget)
    Grant.objects.create(
        instance=first,
        user=alice.user,
        tenant=alice.tenant,
        permission="write:notes",
        level="always",
        package_version=gadget.package_version,
        created_at=timezone.now(),
    )
    page = opened(visit(alice), team)
    choose(page, "Gadget A", "Remove from the dashboard")
    expect(panel(page, "Gadget A").get_by_role("alert")).to_contain_text("what people allowed it go with it")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(panel(page, "Gadget A")).to_have_count(0)
    assert not Grant.objects.exists()
    for slug, title, says in (
        ("workspace-notes", "Notes", "Its entries stay with this dashboard"),
        ("quick-links-a", "Quick Links A", "Your entries stay"),
    ):
        place(alice, team, slug)
        choose(page, title, "Remove from the dashboard")
        expect(panel(page, title).get_by_role("alert")).to_contain_text(says)
        page.keyboard.press("Escape")


def inside(page: Page, title: str) -> FrameLocator:
    """The widget's own document, once it is there."""
    document = panel(page, title).frame_locator("iframe").frame_locator("iframe")
    expect(document.get_by_role("button", name="Show digits")).to_be_visible()
    return document


def test_panels_are_moved_and_resized_over_frames(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    """A frame below the mouse would swallow it: the panel in the hand would hang there."""
    first = place(alice, team, gadget, x=0, y=0, w=5, h=4)
    second = place(alice, team, gadget, x=5, y=0, w=5, h=4)
    visitor = visit(alice)
    page = opened(visitor, team)
    inside(page, "Gadget A")
    inside(page, "Gadget B")
    page.evaluate(
        "() => document.querySelectorAll('iframe').forEach(frame => (frame.contentWindowBefore = frame.contentWindow))"
    )
    with page.expect_response(re.compile("/api/workspaces/")):
        drag(page, panel(page, "Gadget B").locator(".panel-title"), -420, 40)
    assert shown_at(page, "Gadget B") == stands(second)
    assert stands(second)["x"] < 5
    page.mouse.move(700, 300)
    with page.expect_response(re.compile("/api/workspaces/")):
        drag(page, panel(page, "Gadget A").locator("xpath=..").locator(".ui-resizable-se"), 170, 160)
    grown = stands(first)
    assert (grown["w"], grown["h"]) == (7, 6)
    with page.expect_response(re.compile("/api/workspaces/")):
        drag(page, panel(page, "Gadget A").locator("xpath=..").locator(".ui-resizable-se"), -170, -160)  # inwards
    assert stands(first) == grown | {"w": 5, "h": 4}
    assert page.evaluate("() => document.documentElement.dataset.inHand") is None
    # Neither frame has begun anew.
    assert page.evaluate(
        "() => [...document.querySelectorAll('iframe')].every(one => one.contentWindow === one.contentWindowBefore)"
    )
    inside(page, "Gadget A").get_by_role("button", name="Show digits").click()
    assert visitor.faults == []


def test_a_frame_is_reached_and_left_by_keyboard(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    place(alice, team, gadget, x=0, y=0, w=5, h=4)
    second = place(alice, team, gadget, x=5, y=0, w=5, h=4)
    visitor = visit(alice)
    page = opened(visitor, team)
    button = inside(page, "Gadget A").get_by_role("button", name="Show digits")
    page.get_by_role("button", name="Menu of Gadget A").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    expect(button).to_be_focused()
    expect(panel(page, "Gadget A")).to_have_attribute("data-focused", "")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('dashboard-panel')"):
            break
    expect(panel(page, "Gadget B")).to_be_focused()
    expect(panel(page, "Gadget B")).to_have_attribute("data-focused", "")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(second.panel_id))
    assert visitor.faults == []


def test_what_is_pressed_in_a_frame_is_the_panel_that_one_is_at(
    alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    place(alice, team, gadget, x=0, y=0, w=5, h=4)
    place(alice, team, gadget, x=5, y=0, w=5, h=4)
    visitor = visit(alice)
    page = opened(visitor, team)
    first, second = inside(page, "Gadget A"), inside(page, "Gadget B")
    page.get_by_role("button", name="Menu of Gadget A").click()
    menu = panel(page, "Gadget A").locator(".menu")
    expect(menu).to_be_visible()
    second.locator("body").click(position={"x": 5, "y": 5})
    expect(menu).to_be_hidden()
    expect(panel(page, "Gadget B")).to_have_attribute("data-focused", "")
    first.locator("body").click(position={"x": 5, "y": 5})
    expect(panel(page, "Gadget A")).to_have_attribute("data-focused", "")
    expect(panel(page, "Gadget B")).not_to_have_attribute("data-focused", "")
    assert visitor.faults == []


def test_a_new_version_comes_into_open_pages(
    alice: Person, bob: Person, team: Workspace, gadget: InstalledWidget, visit: Visit
) -> None:
    place(alice, team, gadget)
    page = opened(visit(bob), team)
    inside(page, "Gadget A")
    before = frame_of(page, "Gadget A").evaluate("frame => frame.info.hash")
    document = scripted(widgetVersion="2.0.0", sandbox={"minSize": {"width": 350, "height": 180}})
    package = parse_package(Source(json.dumps(document).encode(), filename=""), development=True)
    script = sample_script("clock", "clock.js") or b""
    replace_version(actor=alice.actor, widget=gadget, package=replace(package, files={SCRIPT_PATH: script}))
    page.wait_for_function("before => document.querySelector('sandbox-frame').info.hash !== before", arg=before)
    inside(page, "Gadget A")
    assert frame_of(page, "Gadget A").evaluate("frame => frame.info.version") == "2.0.0"


def test_a_message_of_a_widget_says_so(alice: Person, team: Workspace, gadget: InstalledWidget, visit: Visit) -> None:
    first = place(alice, team, gadget)
    WidgetInstance.objects.filter(pk=first.pk).update(config={"title": LONG[:190]})
    conversation = str(create_conversation(actor=alice.actor).pk)
    answer(alice, first, "write:chat", "always")
    visitor = visit(alice)
    page = visitor.go(f"/chat/{conversation}/")
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    words = {"text": "Is it late already?"}
    assert ask_with(alice, first, "chat.sendMessage", words, conversationId=conversation).status_code == 200
    said = page.locator("chat-message", has_text="Is it late already?")
    expect(said.locator(".chat-sent-by")).to_contain_text("sent by A gadget with a name")
    expect(said).to_have_attribute("data-from", "own")
    expect(page.locator("chat-message[data-from=assistant]")).to_have_attribute("data-status", "complete")
    visitor.check_accessibility("html")
    visitor.photograph("chat-sent-by")
    assert not visitor.overflows()
    assert visitor.faults == []
