"""Hostile widgets in the browser: what they try reaches nobody, and the same attempts from an ordinary page do.

The collector counts connections, requests and datagrams on loopback. Host names that are looked up do not reach it;
they are read from the browser's own log of its network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import BrowserContext, BrowserType, Dialog, Frame, Page, Request, expect

from tests.conftest import CHROMIUM
from tests.e2e.conftest import Visit
from tests.e2e.sandbox.collector import Collector, Document
from tests.e2e.sandbox.conftest import HERE, Put, frame_of, inside, install, manifest, opened, place, tile
from tests.people import Person
from widgets_manager.widgets.models import InstalledWidget, Workspace

pytestmark = pytest.mark.e2e

SCRIPT = (HERE / "attacks.js").read_text()


def group(name: str) -> list[str]:
    """The names of one table of attacks.js."""
    found = re.search(rf"^const {name} = {{\n(.*?)^}};", SCRIPT, re.DOTALL | re.MULTILINE)
    assert found
    return [quoted or bare for quoted, bare in re.findall(r"^  (?:'([^']+)'|(\w+)): \(", found[1], re.MULTILINE)]


STAYS, LEAVES, READS, MODALS, NAMES = map(group, ("STAYS", "LEAVES", "READS", "MODALS", "NAMES"))
ALLOWED = "allowed"
NAMED = "named"  # on an allow-list without the permission that it is for
# Milliseconds in which the slowest of them arrives from an ordinary page.
LINGER = 3_000
# Names that are looked up for a document without Connection-Allowlist, whatever its other policy says.
LOOKED_UP = ("dns-prefetch", "preconnect by name", "WebRTC by name")
# What runs in the widget: everything waits for a click, so that it has a person's activation.
HOSTILE = """
addEventListener('widget:init', ({ detail }) => {
  const { names } = detail.config;
  const button = document.createElement('button');
  button.textContent = 'Attack';
  button.addEventListener('click', () => names.forEach((name) => attack(name, DOORS[name] ?? host(name, 'widget'))));
  document.getElementById('widget-root').append(button);
  WidgetBridge.ready();
});
"""
HOSTS = "const host = (name, from) => `${name.replaceAll(' ', '-').toLowerCase()}-${from}.example`;\n"
PAGE = "<!doctype html><meta charset=utf-8><title>An ordinary page</title><body>"
SITE = {
    # Popups hide the page, and a hidden one does not prefetch: they come last.
    "/stays.html": """<script src=/attacks.js></script><script>addEventListener('load', () => {
        for (const name of Object.keys(NAMES)) attack(name, host(name, 'page'));
        for (const name of Object.keys(STAYS))
            setTimeout(() => attack(name, DOORS[name]), /open|_blank/.test(name) ? 800 : 0);
    })</script>""",
    "/leave.html": """<script src=/attacks.js></script><script>
        const name = decodeURIComponent(location.search.slice(1));
        attack(name, DOORS[name]);
    </script>""",
    "/nest.html": """<script>
        const inner = document.createElement('iframe');
        inner.src = '/leave.html' + location.search;
        document.body.append(inner);
    </script>""",
    "/nests.html": """<script src=/attacks.js></script><script>
        for (const name of Object.keys(LEAVES)) {
            const address = '/nest.html?' + encodeURIComponent(name);
            if (/top|sibling/.test(name)) open(address);
            else element('iframe', { src: address });
        }
    </script>""",
    "/reads.html": """<script src=/attacks.js></script><button>Read</button><script>
        document.cookie = 'a=b';
        document.querySelector('button').onclick = async () => {
            for (const name of Object.keys({ ...READS, ...MODALS })) await attack(name);
            NOTES.end = 'done';
            write();
        };
    </script>""",
    "/around.html": "<iframe src=/reads.html allow='camera; geolocation; clipboard-read; fullscreen'></iframe>",
}


@dataclass
class Seen:
    """What a browser showed beside its pages."""

    dialogs: list[str] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)


class Browsing:
    """A browser with a profile of its own that writes down its network, and everything else that one could notice."""

    def __init__(self, browser_type: BrowserType, folder: Path, *arguments: str) -> None:
        self.log = folder / "network.json"
        self.context: BrowserContext = browser_type.launch_persistent_context(
            folder / "profile",
            executable_path=CHROMIUM,
            # Browsers open connections ahead of time in ordinary profiles only, and when they may use the background.
            ignore_default_args=["--disable-background-networking"],
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-component-update",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--log-net-log={self.log}",
                *arguments,
            ],
            viewport={"width": 1280, "height": 2000},
            permissions=["geolocation", "clipboard-read", "camera"],
            geolocation={"latitude": 48.1, "longitude": 11.5},
        )
        self.context.set_default_timeout(60_000)
        self.seen = Seen()
        self.context.on("page", self._watch)
        for page in self.context.pages:
            self._watch(page)

    def _watch(self, page: Page) -> None:
        page.on("dialog", self._dismiss)
        page.on("download", lambda download: self.seen.downloads.append(download.url))

    def _dismiss(self, dialog: Dialog) -> None:
        self.seen.dialogs.append(dialog.message)
        dialog.dismiss()

    def sign_in(self, person: Person, address: str) -> None:
        name = django_settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": person.client.cookies[name].value, "url": address}])

    def names(self) -> set[str]:
        """The host names that it looked up; ends it."""
        self.context.close()
        log = json.loads(self.log.read_text())
        kinds = {number: name for name, number in log["constants"]["logEventTypes"].items()}
        asked = [each for each in log["events"] if kinds[each["type"]].startswith(("HOST_RESOLVER", "DNS_"))]
        return set(re.findall(r"[\w-]+\.example", json.dumps(asked)))


@pytest.fixture
def collector() -> Iterator[Collector]:
    """With a door for each attack, and the ordinary pages of the positive controls."""
    doors = Collector([*STAYS, *LEAVES, "site", "author", ALLOWED, NAMED])
    script = f"const DOORS = {doors.addresses()};\n{HOSTS}{SCRIPT}"
    doors.pages["/attacks.js"] = Document(script.encode(), "text/javascript")
    doors.pages["/hostile.js"] = Document((script + HOSTILE).encode(), "text/javascript")
    doors.pages["/worker.js"] = Document(b"fetch('http://' + location.search.slice(1) + '/')", "text/javascript")
    for path, text in SITE.items():
        doors.pages[path] = Document((PAGE + text).encode(), "text/html")
    yield doors
    doors.close()


@pytest.fixture
def browsing(browser_type: BrowserType, tmp_path: Path) -> Iterator[Browsing]:
    started = Browsing(browser_type, tmp_path)
    yield started
    started.context.close()


def test_the_attacks_reach_everything_from_an_ordinary_page(collector: Collector, browsing: Browsing) -> None:
    """The positive control: no counter below proves anything unless this one counts."""
    site = collector.doors["site"].origin
    page = browsing.context.pages[0]
    page.goto(f"{site}/stays.html")
    missing = collector.wait(STAYS, 20)
    page.goto(f"{site}/nests.html")
    assert missing | collector.wait([*STAYS, *LEAVES], 20) == set()
    page.wait_for_timeout(500)  # the browser's own news of the download comes after the request
    assert browsing.seen.downloads
    assert read_everything(browsing, site) == set(READS)
    assert browsing.seen.dialogs == ["stolen"] * 2 * len(MODALS)
    assert {name.removesuffix("-page.example") for name in browsing.names()} >= {host(name) for name in NAMES}


def read_everything(browsing: Browsing, site: str) -> set[str]:
    """The names of what could be read by a page with an opener, or by the frame in a page."""
    page = browsing.context.new_page()
    page.goto(f"{site}/around.html")
    with page.expect_popup() as popup:
        page.evaluate("open('/reads.html')")
    got: set[str] = set()
    for scope in (popup.value, page.frames[1]):
        scope.get_by_role("button", name="Read").click()
        expect(scope.locator("#notes")).to_contain_text('"end":"done"')
        got |= {name for name, note in notes(scope).items() if note.startswith("got")}
    return got


def notes(scope: Page | Frame) -> dict[str, str]:
    found: dict[str, str] = json.loads(scope.locator("#notes").text_content() or "{}")
    return found


def host(name: str) -> str:
    return name.replace(" ", "-").lower()


def test_nothing_leaves_a_widget(
    alice: Person, board: Workspace, collector: Collector, live_url: str, frames: str, browsing: Browsing
) -> None:
    """Every attack at once, from a widget that may fetch nothing and one that may fetch from one origin."""
    page, scopes = unleash(browsing, live_url, alice, board, collector)
    assert counts(collector) == {ALLOWED}
    for title, names in scopes.items():
        told = notes_or_end(page, title)
        assert told is None or told.keys() >= {*names}, title
        got = {name: note for name, note in (told or {}).items() if name in READS and not note.startswith("refused")}
        assert got == {}, title
    assert page.url == f"{live_url}/dashboard/{board.pk}/"
    assert browsing.context.pages == [page]
    assert (browsing.seen.dialogs, browsing.seen.downloads) == ([], [])
    assert widget_names(browsing) == set()


def test_the_application_itself_gets_no_cookie(
    alice: Person, board: Workspace, put: Put, live_url: str, frames: str, visit: Visit
) -> None:
    """Not even where its own address is on the allow-list; the page's own request has one."""
    script = """
    const root = document.getElementById('widget-root');
    addEventListener('widget:init', async () => {
      const ask = (mode) => fetch('%s/api/widgets/list', { mode, credentials: 'include' });
      const read = await ask('cors').then((answer) => answer.text(), (error) => error.name);
      const blind = await ask('no-cors').then((answer) => answer.type, (error) => error.name);
      root.innerHTML = '<p></p>';
      root.firstChild.textContent = `${read} ${blind}`;
      WidgetBridge.ready();
    });
    """
    put("Asker", script % live_url, "network:fetch", networkAllowlist=[live_url])
    visitor = visit(alice)
    asked: list[Request] = []
    visitor.page.on("request", lambda request: asked.append(request))
    page = opened(visitor, board)
    expect(inside(tile(page, "Asker A")).get_by_text("TypeError opaque")).to_be_visible()
    page.evaluate("fetch('/api/widgets/list').then(answer => answer.text())")
    asked = [request for request in asked if request.url == f"{live_url}/api/widgets/list"]
    assert ["cookie" in request.all_headers() for request in asked] == [False, False, True]


@pytest.mark.full
def test_what_remains_where_a_browser_does_not_know_the_allowlist(
    alice: Person, board: Workspace, collector: Collector, live_url: str, browser_type: BrowserType, tmp_path: Path
) -> None:
    """As docs/security.md says: connections and packets without a request, and names. No request is ever sent."""
    browsing = Browsing(browser_type, tmp_path, "--disable-features=ConnectionAllowlists")
    unleash(browsing, live_url, alice, board, collector)
    reached = counts(collector)
    assert reached >= {"preconnect", "WebRTC STUN", "WebRTC TURN over TCP"}
    assert [name for name in reached - {ALLOWED} if collector.doors[name].requests] == []
    assert widget_names(browsing) == {f"{host(name)}-widget.example" for name in LOOKED_UP}


def unleash(
    browsing: Browsing, live_url: str, person: Person, board: Workspace, collector: Collector
) -> tuple[Page, dict[str, list[str]]]:
    """Click "Attack" in every widget, and wait until the slowest would have arrived; what ran in which tile."""
    everything = [*STAYS, *READS, *MODALS, *NAMES]
    closed = hostile(person, collector, "Closed", "read:notes", networkAllowlist=[collector.doors[NAMED].origin])
    one = hostile(person, collector, "Open", "network:fetch", networkAllowlist=[collector.doors[ALLOWED].origin])
    plan = {spread(person, board, one, [name]): [name] for name in LEAVES}
    for widget, names in ((closed, [*everything, NAMED]), (one, [*everything, ALLOWED])):
        plan[spread(person, board, widget, names)] = names
    browsing.sign_in(person, live_url)
    page = browsing.context.pages[0]
    page.goto(f"{live_url}/dashboard/{board.pk}/")
    buttons = [inside(tile(page, title)).get_by_role("button", name="Attack") for title in plan]
    for button in buttons:
        button.wait_for()
    collector.reset()
    for button in buttons:
        button.click()
    assert collector.wait([ALLOWED], 10) == set()
    page.wait_for_timeout(LINGER)
    return page, plan


def hostile(person: Person, collector: Collector, name: str, *permissions: str, **more: Any) -> InstalledWidget:
    return install(person, manifest(name, f"{collector.doors['author'].origin}/hostile.js", *permissions, **more))


def spread(person: Person, board: Workspace, widget: InstalledWidget, names: list[str]) -> str:
    """Place it where there is room for all of them on one screen; the title of its tile."""
    count = board.instances.count()
    instance = place(person, board, widget, names=names)
    instance.layout = {"x": count % 6 * 2, "y": count // 6 * 2, "w": 2, "h": 2}
    instance.save(update_fields=["layout"])
    return f"{widget.name} {instance.label}"


def counts(collector: Collector) -> set[str]:
    return collector.counts().keys() - {"site", "author"}


def notes_or_end(page: Page, title: str) -> dict[str, str] | None:
    """What a widget's document says that it did; None when it has left, which the page tells."""
    left = tile(page, title).get_by_text("It left its page, and was stopped.")
    return None if left.count() else notes(frame_of(tile(page, title)))


def widget_names(browsing: Browsing) -> set[str]:
    """The names that the browser looked up for a widget; ends it."""
    return {name for name in browsing.names() if name.endswith("-widget.example")}
