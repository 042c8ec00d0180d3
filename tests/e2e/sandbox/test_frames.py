"""Frames of widgets in the browser: they run, are told of theme and size, are released, and say what went wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, Visit, Visitor
from tests.e2e.sandbox.conftest import (
    HELLO,
    Author,
    Put,
    frame_of,
    inside,
    install,
    manifest,
    opened,
    place,
    press,
    prompt,
    tile,
)
from tests.e2e.sandbox.test_prompts import content, note
from tests.e2e.test_dashboard import choose
from tests.people import Person
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.actions.workspaces import arrange_workspace
from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.samples import sample_manifest

pytestmark = pytest.mark.e2e
__all__ = ["note"]

# The size that the page tells is the one that the frame has.
FITS = re.compile(r"^(\d+x\d+) of \1$")
# Writes down what it is told, and keeps how often it has begun.
TOLD = """
const root = document.getElementById('widget-root');
root.innerHTML = '<p id="begun"></p><p id="theme"></p><p id="size"></p><button>Grow</button>';
const write = (id, text) => (document.getElementById(id).textContent = text);
let told = {};
const measure = () => write('size', `${told.width}x${told.height} of ${innerWidth}x${innerHeight}`);
const dress = ({ theme, colors }) => {
  const style = getComputedStyle(document.documentElement);
  const isSame = style.getPropertyValue('--widget-background') === colors.background;
  write('theme', `${theme} ${isSame} ${style.colorScheme}`);
};
addEventListener('widget:resize', ({ detail }) => { told = detail; measure(); });
addEventListener('resize', measure); // the browser's own, which may come later
addEventListener('widget:theme', ({ detail }) => dress(detail));
addEventListener('widget:suspend', () => WidgetBridge.storage.set('left', 'by the page'));
root.querySelector('button').addEventListener('click', () => WidgetBridge.ui.requestResize(700, 500));
addEventListener('widget:init', async ({ detail }) => {
  told = detail;
  measure();
  dress(detail);
  write('begun', `restored ${detail.restored}, left ${await WidgetBridge.storage.get('left')}`);
  WidgetBridge.ready();
});
"""


def test_it_works(alice: Person, board: Workspace, put: Put, frames: str, visit: Visit) -> None:
    instance = put("Teller", TOLD, preferredSize={"width": 300, "height": 200})
    visitor = visit(alice)
    page = opened(visitor, board)
    widget = inside(tile(page, "Teller A"))
    visitor.dress("light")
    expect(widget.locator("#theme")).to_have_text("light true light")
    visitor.dress("dark")
    expect(widget.locator("#theme")).to_have_text("dark true dark")
    expect(widget.locator("#size")).to_have_text(FITS)
    before = widget.locator("#size").text_content()
    arrange_workspace(actor=alice.actor, workspace=board, layouts={str(instance.pk): {"x": 0, "y": 0, "w": 5, "h": 4}})
    expect(widget.locator("#size")).not_to_have_text(before or "")
    expect(widget.locator("#size")).to_have_text(FITS)
    before = widget.locator("#size").text_content()
    widget.get_by_role("button", name="Grow").click()
    page.wait_for_function("() => document.querySelector('sandbox-frame').getBoundingClientRect().height >= 490")
    expect(widget.locator("#size")).not_to_have_text(before or "")
    expect(widget.locator("#size")).to_have_text(FITS)
    assert visitor.faults == []


def test_a_frame_that_nobody_sees_is_released_and_comes_back(
    alice: Person, board: Workspace, put: Put, visit: Visit, settings: Any
) -> None:
    settings.SANDBOX_IDLE_SECONDS = 1
    heights = {put("Teller", TOLD): 4, put("Between", HELLO): 12, put("Counter", HELLO): 4}
    tops = dict(zip(heights, (0, 4, 16), strict=True))
    layouts = {str(one.pk): {"x": 0, "y": tops[one], "w": 4, "h": height} for one, height in heights.items()}
    arrange_workspace(actor=alice.actor, workspace=board, layouts=layouts)
    page = opened(visit(alice), board)
    teller = tile(page, "Teller A")
    expect(inside(teller).locator("#begun")).to_have_text("restored false, left null")
    tile(page, "Counter A").scroll_into_view_if_needed()
    expect(inside(tile(page, "Counter A")).get_by_text("Hello")).to_be_visible()
    expect(teller.locator("iframe")).to_have_count(0)
    expect(teller.get_by_text("Paused")).to_be_attached()
    teller.scroll_into_view_if_needed()
    expect(inside(teller).locator("#begun")).to_have_text("restored true, left by the page")


def test_what_goes_wrong_is_said_in_place(alice: Person, board: Workspace, put: Put, visit: Visit) -> None:
    """All of it on one dashboard. The ten seconds of the one that waits for them are told to its page."""
    put("Silent", "document.getElementById('widget-root').textContent = 'Never ready';")
    put("Broken", "document.getElementById('widget-root').textContent = 'x'; nothing.here();")
    put("Leaver", HELLO + "addEventListener('widget:init', () => setTimeout(() => location.reload(), 300));")
    visitor = visit(alice)
    visitor.page.clock.install()
    page = opened(visitor, board)
    expect(tile(page, "Leaver A").get_by_text("It left its page, and was stopped.")).to_be_visible()
    expect(tile(page, "Broken A").get_by_text("Its script failed before it was ready.")).to_be_visible()
    tile(page, "Broken A").get_by_role("button", name="Details").click()
    details = page.get_by_role("dialog", name="Widget Error: Broken")
    expect(details).to_contain_text("nothing is not defined")
    visitor.check_accessibility("dialog")
    visitor.photograph("sandbox-details", widths=(1280,), themes=("light",))
    page.keyboard.press("Escape")
    expect(inside(tile(page, "Silent A")).get_by_text("Never ready")).to_be_attached()
    page.clock.fast_forward(10_000)
    expect(tile(page, "Silent A").get_by_text("It was not ready after 10 seconds.")).to_be_visible()
    visitor.photograph("sandbox-errors", widths=(1280,))
    tile(page, "Leaver A").get_by_role("button", name="Retry").click()
    expect(inside(tile(page, "Leaver A")).get_by_text("Hello")).to_be_visible()


def test_a_script_without_end_does_not_stop_the_page(
    alice: Person, board: Workspace, put: Put, frames: str, visit: Visit
) -> None:
    """It holds its own process, and with it other widgets; the page stays, and can take it away."""
    put("Endless", HELLO + "addEventListener('widget:init', () => setTimeout(() => { for (;;); }, 300));")
    page = opened(visit(alice), board)
    expect(inside(tile(page, "Endless A")).get_by_text("Hello")).to_be_visible()
    page.wait_for_timeout(500)
    choose(page, "Endless A", "Remove from the dashboard")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(tile(page, "Endless A")).to_have_count(0)


def test_a_script_that_is_not_there(alice: Person, board: Workspace, author: Author, visit: Visit) -> None:
    """The widget stays, for the chat; Retry in its frame fetches the script."""
    text = manifest("Counter", f"{author.origin}/counter.html")
    widget = installs.install_widget(actor=alice.actor, source=installs.from_text(text))[0]
    place(alice, board, widget)
    visitor = visit(alice)
    page = opened(visitor, board)
    expect(tile(page, "Counter A").get_by_text("Its script could not be fetched.")).to_be_visible()
    visitor.check_accessibility()
    author.publish("counter.html", HELLO)
    tile(page, "Counter A").get_by_role("button", name="Retry").click()
    expect(inside(tile(page, "Counter A")).get_by_text("Hello")).to_be_visible()


def test_the_samples(alice: Person, board: Workspace, live_url: str, note: PanelItem, visit: Visit) -> None:
    for name in ("clock", "visitors-chart", "note-editor"):
        place(alice, board, install(alice, sample_manifest(name) or ""))
    visitor = visit(alice)
    page = opened(visitor, board)
    clock, chart, editor = samples(page)
    expect(chart.get_by_role("button", name="people")).to_have_count(7)
    expect(editor.get_by_role("textbox")).to_have_value("Before")
    for title in ("Clock A", "Visitors Chart A", "Note Editor A"):
        check_accessibility(visitor, page, title)
    clock.get_by_role("button", name="Show digits").press("Enter")
    expect(clock.get_by_role("time")).to_be_visible()
    chart.get_by_role("button", name="30 days").click()
    chart.get_by_role("button", name="people").last.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(chart.get_by_role("button", name="people").nth(1)).to_be_focused()
    expect(chart.get_by_role("status")).to_contain_text("people")
    editor.get_by_role("textbox").fill("A draft")
    expect(editor.get_by_role("status")).to_have_text("Draft kept")
    visitor.photograph("sandbox-samples", widths=(1280, 360))
    page.reload()
    clock, chart, editor = samples(page)
    expect(clock.get_by_role("button", name="Show hands")).to_be_visible()
    expect(chart.get_by_role("button", name="people")).to_have_count(30)
    expect(editor.get_by_role("textbox")).to_have_value("A draft")
    editor.get_by_role("textbox").press("Control+s")
    expect(prompt(page)).to_contain_text("A draft")
    press(page, "Allow once")
    expect(editor.get_by_role("status")).to_have_text("Saved")
    assert content(note) == "A draft"
    assert visitor.faults == []


def samples(page: Page) -> tuple[Any, Any, Any]:
    clock, chart, editor = (inside(tile(page, title)) for title in ("Clock A", "Visitors Chart A", "Note Editor A"))
    return clock, chart, editor


def check_accessibility(visitor: Visitor, page: Page, title: str) -> None:
    """What axe says of a widget's own document, in both themes."""
    frame = frame_of(tile(page, title))
    frame.evaluate("document.body.style.background = 'var(--widget-background)'")  # axe sees no panel behind it
    frame.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
    for theme in ("dark", "light"):
        visitor.dress(theme)
        expect(inside(tile(page, title)).locator("html")).to_have_attribute("data-theme", theme)
        found: Any = frame.evaluate("axe.run('#widget-root')")
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"]] == [], (title, theme)
