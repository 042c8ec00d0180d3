"""The playground in a real browser: writing, faults with their lines, dry runs, examples, imports, links."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit, Visitor
from tests.people import Person
from widgets_manager.core.models import AuditEntry

pytestmark = pytest.mark.e2e

APP = """\
widgets:
  version: 1
  chat_side:
    title: Sources
    icon: library_books
    accent: green
    width: 300
    data:
      sources: {type: http, url: /rag/sources}
    tree:
      type: list
      items: '{{sources}}'
      item: {type: card, title: '{{item.title}}', action: {action: set_state, set: {picked: '{{item.title}}'}}}
  workspace_tabs:
    - id: form
      title: Book
      tree:
        type: column
        children:
          - {type: text, text: 'Picked: {{state.picked | default("nothing")}}'}
          - {type: button, label: Book, action: {action: open_modal, modal: booking}}
  modals:
    booking:
      title: New booking
      tree:
        type: form
        children: [{type: text_input, name: topic, label: Topic, required: true}]
        submit:
          label: Save
          action:
            action: tool
            tool: create_meeting
            on_success: {action: alert, kind: success, text: 'Booked {{result.id}}'}
            on_error: {action: alert, kind: error, text: '{{error.message}}'}
"""


def opened(visitor: Visitor, fragment: str = "#example=empty") -> Page:
    page = visitor.go(f"/playground/{fragment}")
    expect(page.locator("play-ground .play-status")).to_be_visible()
    expect(text_of(page)).to_be_visible()
    return page


def text_of(page: Page, name: str = "document") -> Locator:
    return page.locator(f'[data-text="{name}"] .cm-content')


def write(page: Page, text: str, name: str = "document") -> None:
    """Replace a text by the keyboard: `fill` would have the browser make styled elements of it."""
    text_of(page, name).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


def status(page: Page) -> Locator:
    return page.locator(".play-status")


def preview(page: Page) -> Locator:
    return page.locator("zone-preview .preview-stage")


def test_it_works(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = opened(visitor)
    write(page, "type: stat\nlabel: Orders\nvalue: '{{ctx.count}}'\n")
    expect(status(page)).to_contain_text("Valid")
    expect(preview(page)).to_contain_text("Orders")
    page.get_by_role("button", name="Values", exact=True).click()
    write(page, '{"ctx": {"count": 128}}', "values")
    expect(preview(page)).to_contain_text("128")
    page.get_by_label("What is shown").select_option("chat_side")
    expect(page.locator('.zone-frame[data-zone="chat_side"]')).to_contain_text("128")
    visitor.photograph("playground", (1600, 1280, 768, 320))
    visitor.check_accessibility()
    assert not visitor.overflows()
    assert visitor.faults == []


def test_faults_stand_beside_their_lines_and_the_last_widget_stays(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = opened(visitor)
    write(page, "type: column\nchildren:\n  - {type: text, text: Hello}\n")
    expect(preview(page)).to_contain_text("Hello")
    bad = "type: column\nchildren:\n  - {type: text, text: Hello}\n  - {type: buton, label: Go}\n"
    bad += "  - {type: button, label: Go, action: {action: chatt, template: x}}\n"
    write(page, bad)
    expect(status(page)).to_contain_text("2 errors")
    problems = page.get_by_role("list", name="Problems")
    expect(problems).to_contain_text("did you mean 'button'?")
    expect(problems).to_contain_text("line 4")
    expect(problems.locator("code").last).to_contain_text("children[2].action.action")
    expect(preview(page)).to_contain_text("Hello")
    expect(page.locator("zone-preview")).to_have_attribute("data-dimmed", "")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(2)
    problems.get_by_role("button").last.click()
    expect(page.locator(".cm-activeLine").first).to_contain_text("chatt")
    visitor.photograph("playground-faults", (1280, 360))
    visitor.check_accessibility()
    write(page, "type: [\n")
    expect(status(page)).to_contain_text("1 error")
    write(page, "type: text\ntext: Mended\n")
    expect(preview(page)).to_contain_text("Mended")
    expect(page.locator("zone-preview")).not_to_have_attribute("data-dimmed", "")
    assert visitor.faults == []


def test_actions_are_a_dry_run(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = opened(visitor)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    events = AuditEntry.objects.count()
    write(page, APP)
    expect(page.get_by_text("This binding has no value yet: sources")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("Would load sources: GET /rag/sources.")
    page.get_by_role("button", name="Make up values").last.click()
    expect(preview(page)).to_contain_text("Northwind")
    preview(page).get_by_role("button", name="Northwind").click()
    page.get_by_label("What is shown").select_option("workspace_tabs.form")
    expect(preview(page)).to_contain_text("Picked: Northwind")
    preview(page).get_by_role("button", name="Book", exact=True).last.click()
    dialog = page.get_by_role("dialog", name="New booking")
    dialog.get_by_label("Topic").fill("Plans")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".toast").last).to_contain_text("Booked")
    page.keyboard.press("Escape")
    line = page.get_by_role("log").get_by_text("Would call create_meeting.")
    line.click()
    expect(page.get_by_role("log")).to_contain_text('"topic": "Plans"')
    page.get_by_role("button", name="Failure").click()
    preview(page).get_by_role("button", name="Book", exact=True).last.click()
    dialog.get_by_label("Topic").fill("Plans")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".toast").last).to_contain_text("create_meeting was refused")
    visitor.check_accessibility("dialog[open]")
    page.keyboard.press("Escape")
    visitor.photograph("playground-app", (1280,))
    api = {entry.split("/api/")[1] for entry in asked if "/api/" in entry}
    assert api == {"apps/validate"}
    assert AuditEntry.objects.count() == events
    assert visitor.faults == []


def test_a_link_brings_everything_and_nothing_is_sent_with_it(alice: Person, bob: Person, visit: Visit) -> None:
    visitor = visit(alice)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened(visitor)
    write(page, "type: text\ntext: 'Shared {{ctx.x}}'\n")
    page.get_by_role("button", name="Values", exact=True).click()
    write(page, '{"ctx": {"x": "with Grüße"}}', "values")
    expect(preview(page)).to_contain_text("Shared with Grüße")
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".toast")).to_contain_text("The link is copied.")
    link: str = page.evaluate("() => navigator.clipboard.readText()")
    assert re.search(r"/playground/#draft=[\w-]+$", link)
    other = visit(bob)
    asked: list[str] = []
    other.page.on("request", lambda request: asked.append(request.url))
    theirs = opened(other, "#" + link.partition("#")[2])
    expect(preview(theirs)).to_contain_text("Shared with Grüße")
    assert not any("draft" in url for url in asked)
    assert theirs.url.endswith("/playground/")
    theirs.reload()
    expect(preview(theirs)).to_contain_text("Shared with Grüße")
    theirs.goto(f"{other.address}/playground/#draft=broken")
    expect(theirs.locator(".toast")).to_contain_text("This link is damaged")
    assert visitor.faults == other.faults == []


def test_a_draft_that_is_too_long_for_a_link_says_so(alice: Person, visit: Visit) -> None:
    page = opened(visit(alice))
    noise = "".join(sha256(str(index).encode()).hexdigest() for index in range(1_000))
    write(page, json.dumps({"type": "text", "text": noise}))
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".toast")).to_contain_text("at most 30,000 arrive safely")


def test_examples_by_menu_and_by_link(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = opened(visitor, "#example=table")
    expect(preview(page).get_by_role("columnheader", name="Total")).to_be_visible()
    page.get_by_role("button", name="Examples").click()
    dialog = page.get_by_role("dialog", name="Examples")
    visitor.photograph("playground-examples", (1280, 360))
    visitor.check_accessibility("dialog[open]")
    dialog.get_by_role("searchbox").fill("conversation in the person's name")
    dialog.get_by_role("button", name=re.compile("^chat")).click()
    preview(page).get_by_role("button").first.click()
    expect(page.get_by_role("log")).to_contain_text("Would send “Use source")
    page.get_by_role("button", name="Back to my draft").click()
    expect(preview(page).get_by_role("columnheader", name="Total")).to_be_visible()
    page.evaluate("() => { location.hash = 'example=no-such' }")
    expect(page.locator(".toast").last).to_contain_text("no example called no-such")
    assert visitor.faults == []


@pytest.mark.full
def test_every_example_runs(alice: Person, visit: Visit) -> None:
    """Each primitive's, each action's and each sample app: no error, and something to see."""
    visitor = visit(alice)
    page = opened(visitor)
    page.get_by_role("button", name="Examples").click()
    count = page.locator(".example").count()
    assert count > 60
    page.keyboard.press("Escape")
    seen: set[str] = set()
    for index in range(1, count):  # the first is the empty document
        page.get_by_role("button", name="Examples").click()
        example = page.locator(".example").nth(index)
        name = example.inner_text()
        example.click()
        expect(status(page).locator(".spinner")).to_have_count(0)
        expect(status(page), name).not_to_contain_text("error")
        expect(page.locator("zone-preview wm-widget"), name).to_have_count(1)
        expect(page.locator("wm-unknown"), name).to_have_count(0)
        seen.add(name)
    assert len(seen) == count - 1
    assert visitor.faults == []


def test_other_formats_become_ours(alice: Person, visit: Visit) -> None:
    card: dict[str, Any] = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "TextBlock", "text": "Flight", "size": "Large"},
            {"type": "Media", "sources": [{"mimeType": "video/mp4", "url": "https://example.com/a.mp4"}]},
        ],
    }
    visitor = visit(alice)
    page = opened(visitor)
    write(page, json.dumps(card, indent=2))
    expect(preview(page)).to_contain_text("Flight")
    imported = page.locator(".alert", has_text="This is Adaptive Card")
    expect(imported).to_contain_text("One element has no equivalent")
    imported.get_by_role("button", name="line 10").click()
    expect(text_of(page).locator(".cm-activeLine")).to_contain_text("{")
    visitor.photograph("playground-import", (1280,), ("light",))
    page.get_by_role("button", name="Turn into YAML").click()
    expect(text_of(page)).to_contain_text("tree:")
    expect(preview(page)).to_contain_text("Flight")
    assert visitor.faults == []


def test_files_of_an_app(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = opened(visitor)
    write(page, "widgets: {version: 1, inline: {greeting: {type: text, text: Hello}}}\n")
    expect(preview(page)).to_contain_text("Hello")
    page.get_by_role("button", name="Add a file").click()
    dialog = page.get_by_role("dialog", name="Add a file")
    dialog.get_by_label("Name").fill("no spaces please")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("letters, digits")
    dialog.get_by_label("Name").fill("greeting")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(status(page)).to_contain_text("1 error")
    expect(page.get_by_role("list", name="Problems")).to_contain_text("widgets/greeting.yaml")
    page.get_by_role("button", name="Remove widgets/greeting.yaml").click()
    expect(status(page)).to_contain_text("Valid")
    assert visitor.faults == []


def test_a_server_that_is_away_is_said(alice: Person, visit: Visit) -> None:
    page = opened(visit(alice))
    page.route("**/api/apps/validate", lambda route: route.abort())
    write(page, "type: text\ntext: One\n")
    expect(status(page)).to_contain_text("This could not be checked.")
    page.unroute("**/api/apps/validate")
    page.get_by_role("button", name="Try again").click()
    expect(status(page)).to_contain_text("Valid")
    expect(preview(page)).to_contain_text("One")


def test_dark_and_narrow_are_of_the_preview_alone(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = opened(visitor)
    write(page, "type: card\ntitle: Here\n")
    page.get_by_role("button", name="Dark theme").click()
    page.get_by_role("button", name="Narrow, 320 pixels").click()
    expect(preview(page)).to_have_attribute("data-theme", "dark")
    assert page.evaluate("() => document.documentElement.dataset.theme") == "light"
    colours = page.evaluate(
        "() => ['.preview-stage', 'body'].map(each => getComputedStyle(document.querySelector(each)).backgroundColor)"
    )
    assert colours[0] != colours[1]
    width = page.locator(".zone-frame").evaluate("frame => frame.getBoundingClientRect().width")
    assert width <= 320
    visitor.check_accessibility(".preview-stage")
