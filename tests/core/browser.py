"""What the browser tests of the account pages share: signing in, looking closely, pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.people import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results"
SIZES = {"wide": (1280, 860), "narrow": (360, 740)}


class Visitor:
    """A browser page that remembers every error of scripts and of the content security policy."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._listen)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        """By the form, like anybody; ends at the settings."""
        self.page.goto(f"{self.address}/sign-in/?next=/settings/")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.address}/settings/")

    def photograph(self, name: str) -> None:
        """The page in both themes, wide and narrow, as test-results/<name>-<theme>-<size>.png."""
        PICTURES.mkdir(exist_ok=True)
        for theme in ("light", "dark"):
            self._dress(theme)
            for size, (width, height) in SIZES.items():
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.screenshot(path=PICTURES / f"{name}-{theme}-{size}.png")
        self.page.set_viewport_size({"width": 1280, "height": 860})

    def _dress(self, theme: str) -> None:
        self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        self.page.wait_for_function("() => document.getAnimations().every(each => each.playState !== 'running')")

    def check_accessibility(self) -> None:
        """Fail with what axe finds wrong with the page's content in either theme."""
        self.page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
        found: list[str] = []
        for theme in ("light", "dark"):
            self._dress(theme)
            result: Any = self.page.evaluate("() => axe.run('main')")
            for fault in result["violations"]:
                found += [f"{theme}: {fault['id']}: {node['html'][:200]}" for node in fault["nodes"]]
        assert not found, "\n".join(found)

    def overflows(self) -> bool:
        """Whether one must scroll sideways at 360 px."""
        self.page.set_viewport_size({"width": 360, "height": 740})
        wider = not fits(self.page)
        self.page.set_viewport_size({"width": 1280, "height": 860})
        return wider


def fits(page: Page) -> bool:
    """Whether nothing of the page is wider than its window, once it has laid itself out anew."""
    try:
        page.wait_for_function(
            "() => [document.documentElement, document.querySelector('main')]"
            ".every(part => part.scrollWidth <= part.clientWidth + 1)",
            timeout=3000,
        )
    except PlaywrightTimeoutError:
        return False
    return True
