"""What the browser tests of the pages share: a browser of somebody's own, signed in; pictures; axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.core.browser import fits
from tests.people import Person

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results"
THEMES = ("light", "dark")
SIZE = {"width": 1280, "height": 860}

# Only what is wrong comes back: the whole report takes several times as long as the check. What stands in frames is
# the matter of its author.
_AXE = (
    "scope => axe.run(scope, {resultTypes: ['violations'], iframes: false}).then(({violations}) => "
    "violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 200)}`)))"
)


class Visitor:
    """A page in a browser of its own that remembers every error of scripts and of the content security policy."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.faults: list[str] = []
        self.page = self.open_tab()

    def open_tab(self) -> Page:
        """One more tab of the same browser."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._listen)
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def go(self, path: str) -> Page:
        """Open a path of the application."""
        self.page.goto(self.address + path)
        return self.page

    def photograph(self, name: str, widths: Sequence[int] = (1280, 360), themes: Sequence[str] = THEMES) -> None:
        """The page as test-results/<name>-<theme>-<width>.png."""
        PICTURES.mkdir(exist_ok=True)
        for theme in themes:
            self.dress(theme)
            for width in widths:
                self.page.set_viewport_size({"width": width, "height": 860 if width > 640 else 740})
                self.page.screenshot(path=PICTURES / f"{name}-{theme}-{width}.png")
        self.page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})

    def dress(self, theme: str) -> None:
        """Show the page in a theme, and wait until nothing moves."""
        self.page.evaluate("theme => localStorage.setItem('theme', theme)", theme)
        self.page.evaluate("() => document.documentElement.dispatchEvent(new Event('themechoice'))")
        self.page.wait_for_function("() => document.getAnimations().every(each => each.playState !== 'running')")

    def check_accessibility(self, scope: str = "main") -> None:
        """Fail with what axe finds wrong with the part of the page that `scope` (a CSS selector) names."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
        found: list[str] = []
        for theme in THEMES:
            self.dress(theme)
            faults: list[str] = self.page.evaluate(_AXE, scope)
            found += [f"{theme}: {fault}" for fault in faults]
        assert not found, "\n".join(found)

    def overflows(self) -> bool:
        """Whether one must scroll sideways at 360 px."""
        self.page.set_viewport_size({"width": 360, "height": 740})
        wider = not fits(self.page)
        self.page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})
        return wider


Visit = Callable[[Person], Visitor]


@pytest.fixture
def visit(browser: Browser, live_url: str) -> Iterator[Visit]:
    """`visit(alice)` opens a browser of hers, signed in."""
    contexts: list[BrowserContext] = []

    def visit(person: Person) -> Visitor:
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")  # type: ignore[arg-type]
        contexts.append(context)
        session = person.client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_url}])
        return Visitor(context, live_url)

    yield visit
    for context in contexts:
        context.close()
