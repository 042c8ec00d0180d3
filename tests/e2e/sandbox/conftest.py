"""What the browser tests of sandboxed widgets share: both ways to serve frames, an author's server, ways to install."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.sandbox.collector import Collector, Document
from tests.people import Person
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.actions.workspaces import create_workspace
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

HERE = Path(__file__).parent
# Counts what is pressed, keeps the count, and shows what is kept.
HELLO = """
const root = document.getElementById('widget-root');
const { storage } = WidgetBridge;
let count = 0;
const deeds = {
  Count: () => `Counted ${++count}`,
  Keep: () => storage.set('count', count).then(() => `Kept ${count}`),
  Look: () => storage.get('count').then((found) => `Found ${found}`),
};
root.innerHTML = '<p>Hello</p>';
for (const [name, deed] of Object.entries(deeds)) {
  const button = Object.assign(document.createElement('button'), { textContent: name });
  button.addEventListener('click', async () => {
    root.firstChild.textContent = await Promise.resolve(deed()).catch((error) => error.code);
  });
  root.append(button);
}
addEventListener('widget:init', () => WidgetBridge.ready());
"""


@dataclass
class Author:
    """Somebody's web server with scripts of widgets, on loopback."""

    server: Collector

    @property
    def origin(self) -> str:
        return self.server.doors["author"].origin

    def publish(self, name: str, script: str, kind: str = "text/javascript") -> str:
        """Serve a script; its address."""
        self.server.pages[f"/{name}"] = Document(script.encode(), kind)
        return f"{self.origin}/{name}"


@pytest.fixture
def author() -> Iterator[Author]:
    server = Collector(["author"])
    yield Author(server)
    server.close()


@pytest.fixture(params=["a host of its own", "one host"])
def frames(request: pytest.FixtureRequest, live_url: str, settings: Any) -> str:
    """The origin that frames come from, in both modes. The host's name decides: no second listener is needed."""
    with_host = request.param == "a host of its own"
    settings.SANDBOX_ORIGIN = live_url.replace("127.0.0.1", "localhost") if with_host else ""
    return settings.SANDBOX_ORIGIN or live_url


def manifest(name: str, entrypoint: str, *permissions: str, **more: Any) -> str:
    """A widget's manifest as JSON text; `more` goes into its `sandbox`."""
    return json.dumps(
        {
            "panelId": name.lower().replace(" ", "-"),
            "panelType": "custom",
            "title": name,
            "version": "1.0",
            "intents": [],
            "sandbox": {"entrypoint": entrypoint, "permissions": list(permissions), **more},
        }
    )


def install(person: Person, text: str) -> InstalledWidget:
    widget = installs.install_widget(actor=person.actor, source=installs.from_text(text))[0]
    assert not widget.problems, widget.problems
    return widget


@pytest.fixture
def board(alice: Person) -> Workspace:
    return create_workspace(actor=alice.actor, name="Main")


def place(person: Person, board: Workspace, widget: InstalledWidget, **config: Any) -> WidgetInstance:
    return place_widget(actor=person.actor, workspace=board, widget=widget, config=config)


Put = Callable[..., WidgetInstance]


@pytest.fixture
def put(alice: Person, author: Author, board: Workspace) -> Put:
    """`put("Counter", script, "write:notes")`: published, installed and placed for alice."""

    def put(name: str, script: str, *permissions: str, **more: Any) -> WidgetInstance:
        address = author.publish(f"{name.lower().replace(' ', '-')}.js", script)
        return place(alice, board, install(alice, manifest(name, address, *permissions, **more)))

    return put


def opened(visitor: Visitor, board: Workspace) -> Page:
    page = visitor.go(f"/dashboard/{board.pk}/")
    page.wait_for_function("() => !document.querySelector('.dashboard-skeleton')")
    return page


def tile(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def inside(scope: Locator) -> Any:
    """The widget's document in a tile or the drawer, two frames deep."""
    return scope.locator("sandbox-frame").frame_locator("iframe").frame_locator("iframe")


def frame_of(scope: Locator) -> Frame:
    """The same as a frame, once its script has drawn something."""
    inside(scope).locator("#widget-root > *").first.wait_for(state="attached")
    handle = scope.locator("sandbox-frame iframe").element_handle()
    wrapper = handle.content_frame() if handle else None
    assert wrapper is not None
    return wrapper.child_frames[0]


def prompt(page: Page) -> Locator:
    """The question of the page whether a widget may."""
    return page.locator("dialog[open]").filter(has=page.get_by_role("button", name="Always deny"))


def press(page: Page, name: str) -> None:
    """Answer the question, after the half second in which no press counts, and see it go."""
    asked = prompt(page)
    expect(asked).to_be_visible()
    expect(asked).not_to_have_attribute("data-arming", "")
    question = asked.element_handle()
    asked.get_by_role("button", name=name, exact=True).click()
    question.wait_for_element_state("hidden")
