"""The seven manual steps with which widgets with scripts of their own were first described, each as a test.

The scripts come from another server on loopback: what https is in production.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Response, expect

from tests.e2e.conftest import Visit
from tests.e2e.sandbox.collector import Collector, Document
from tests.e2e.sandbox.conftest import (
    HELLO,
    Author,
    Put,
    inside,
    install,
    manifest,
    opened,
    place,
    press,
    prompt,
    tile,
)
from tests.e2e.test_manager import choose, switch
from tests.people import Person
from widgets_manager.widgets.models import InstalledWidget, Workspace

pytestmark = pytest.mark.e2e


def test_1_install_a_sandboxed_widget(alice: Person, author: Author, visit: Visit) -> None:
    text = manifest("Counter", author.publish("counter.js", HELLO), "write:workspace")
    page = visit(alice).go("/widgets/")
    page.get_by_role("button", name="Paste JSON").click()
    page.locator("#install-text").fill(text)
    page.get_by_role("button", name="Install", exact=True).click()
    question = page.get_by_role("dialog", name="Install Counter?")
    expect(question).to_contain_text(urlsplit(author.origin).netloc)
    question.get_by_role("button", name="Install", exact=True).click()
    expect(switch(page, "Counter")).to_be_checked()
    assert InstalledWidget.objects.get().problems == []


def test_2_add_it_to_the_dashboard(alice: Person, board: Workspace, author: Author, visit: Visit) -> None:
    install(alice, manifest("Counter", author.publish("counter.js", HELLO)))
    visitor = visit(alice)
    page = visitor.go("/widgets/")
    choose(page, "Counter", "Add to dashboard")
    expect(page.locator(".toast").last).to_contain_text("Counter A is on Main.")
    page = opened(visitor, board)
    expect(inside(tile(page, "Counter A")).get_by_text("Hello")).to_be_visible()


def test_3_open_it(alice: Person, board: Workspace, put: Put, author: Author, visit: Visit) -> None:
    put("Counter", HELLO)
    put("Broken", "throw new Error('It cannot begin.');")
    visitor = visit(alice)
    page = opened(visitor, board)
    tile(page, "Counter A").locator(".panel-title").dblclick()
    drawer = page.get_by_role("dialog", name="Counter")
    expect(inside(drawer).get_by_text("Hello")).to_be_visible()
    visitor.photograph("sandbox-drawer", widths=(1280,))
    page.keyboard.press("Escape")
    tile(page, "Broken A").locator(".panel-title").dblclick()
    drawer = page.get_by_role("dialog", name="Broken")
    expect(drawer.get_by_text("Widget Error")).to_be_visible()
    drawer.get_by_role("button", name="Details").click()
    expect(page.get_by_role("dialog", name="Widget Error: Broken")).to_contain_text("It cannot begin.")


def test_4_the_wrapper_loads(
    alice: Person, board: Workspace, put: Put, author: Author, live_url: str, frames: str, visit: Visit
) -> None:
    instance = put("Counter", HELLO)
    visitor = visit(alice)
    answers: list[Response] = []
    visitor.page.on("response", lambda answer: answers.append(answer))  # a method cannot be marked by the driver
    page = opened(visitor, board)
    expect(inside(tile(page, "Counter A")).get_by_text("Hello")).to_be_visible()
    answers = [answer for answer in answers if "/api/widgets/sandbox?" in answer.url]
    sent_on, wrapper = answers
    assert (sent_on.status, wrapper.status) == (307, 200)
    assert sent_on.url.startswith(live_url)
    assert wrapper.url.startswith(frames)
    for answer in answers:
        query = parse_qs(urlsplit(answer.url).query)
        assert query["widgetId"] == [str(instance.widget_id)]
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", query["channelId"][0])
        assert "counter.js" not in answer.url
        assert urlsplit(author.origin).netloc not in answer.url
    policy = wrapper.header_value("content-security-policy") or ""
    assert "default-src 'none'" in policy
    assert f"frame-ancestors {live_url}" in policy


def test_5_two_places_do_not_hear_each_other(alice: Person, board: Workspace, put: Put, visit: Visit) -> None:
    first = put("Counter", HELLO)
    assert first.widget is not None
    place(alice, board, first.widget)
    page = opened(visit(alice), board)
    one, other = inside(tile(page, "Counter A")), inside(tile(page, "Counter B"))
    expect(other.get_by_text("Hello")).to_be_visible()
    one.get_by_role("button", name="Count").click()
    expect(one.get_by_text("Counted 1")).to_be_visible()
    expect(other.get_by_text("Hello")).to_be_visible()
    one.get_by_role("button", name="Keep").click()
    expect(one.get_by_text("Kept 1")).to_be_visible()
    other.get_by_role("button", name="Look").click()
    expect(other.get_by_text("Found null")).to_be_visible()


def test_6_a_write_asks(alice: Person, board: Workspace, put: Put, visit: Visit) -> None:
    other = put("Counter", HELLO)
    script = """
    const root = document.getElementById('widget-root');
    root.innerHTML = '<button>Open</button><p id="said"></p>';
    root.querySelector('button').addEventListener('click', () =>
      WidgetBridge.workspace.openPanel('%s').then(
        ({ title }) => (root.querySelector('#said').textContent = `Opened ${title}`),
        (error) => (root.querySelector('#said').textContent = error.code)));
    addEventListener('widget:init', () => WidgetBridge.ready());
    """
    put("Opener", script % other.panel_id, "write:workspace")
    page = opened(visit(alice), board)
    widget = inside(tile(page, "Opener A"))
    widget.get_by_role("button", name="Open").click()
    asked = prompt(page)
    for name in ("Allow once", "Always allow", "Deny", "Always deny"):
        expect(asked.get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(asked).to_contain_text("Opener")
    expect(asked).to_contain_text(other.panel_id)
    expect(page.get_by_role("dialog", name="Counter")).to_have_count(0)
    press(page, "Allow once")
    expect(page.get_by_role("dialog", name="Counter")).to_be_visible()
    expect(widget.locator("#said")).to_contain_text("Opened Counter")


def test_7_what_is_not_allowed_is_not_fetched(
    alice: Person, board: Workspace, put: Put, frames: str, visit: Visit
) -> None:
    servers = Collector(["allowed", "other"])
    servers.pages["/news.json"] = Document(b'{"news": "Sunny"}', "application/json")
    script = """
    const root = document.getElementById('widget-root');
    root.innerHTML = '<p id="policy"></p>';
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      (root.firstChild.textContent = `${effectiveDirective} ${blockedURI}`));
    addEventListener('widget:init', async () => {
      for (const [name, origin] of Object.entries(%s)) {
        for (const [way, get] of [['fetch', fetch], ['bridge', WidgetBridge.network.fetch]]) {
          const line = document.createElement('p');
          line.id = `${name}-${way}`;
          try {
            const answer = await get(`http://${origin}/news.json`);
            line.textContent = way === 'fetch' ? await answer.text() : answer.body;
          } catch (error) {
            line.textContent = `refused ${error.code ?? error.name}`;
          }
          root.append(line);
        }
      }
      WidgetBridge.ready();
    });
    """
    origin = servers.doors["allowed"].origin
    put("News", script % servers.addresses(), "network:fetch", networkAllowlist=[origin])
    page = opened(visit(alice), board)
    widget = inside(tile(page, "News A"))
    expect(widget.locator("#allowed-fetch")).to_contain_text("Sunny")
    expect(widget.locator("#allowed-bridge")).to_contain_text("Sunny")
    expect(widget.locator("#other-fetch")).to_have_text("refused TypeError")
    expect(widget.locator("#policy")).to_have_text(f"connect-src {servers.doors['other'].origin}/news.json")
    expect(widget.locator("#other-bridge")).to_contain_text(re.compile("^refused [A-Z_]+$"))
    assert servers.counts().keys() == {"allowed"}
    servers.close()
