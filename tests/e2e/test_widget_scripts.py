"""The Widget Manager with widgets that bring scripts of their own: looked at, installed, fetched again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.frames import scripts
from tests.e2e.conftest import Visit, Visitor
from tests.e2e.test_manager import choose, dashboard, hold, opened, paste, row
from tests.egress.site import Page as Answer
from tests.egress.site import Site
from tests.people import Person
from tests.sandbox.scripts import SCRIPT, javascript, scripted, serving
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.e2e


class Moody:
    """A server's page that answers with a script once it is told to."""

    status = 500

    def __call__(self, page: Answer) -> None:
        if self.status == 200:
            page.reply(SCRIPT, content_type="text/javascript")
        else:
            page.reply(b"not now", status=self.status, content_type="text/plain")


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
def site(moody: Moody, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(scripts, "FETCH_SECONDS", 2.0)
    with serving({"/moody.js": moody, "/other.js": javascript(b"void 0;\n")}) as running:
        yield running


def document(site: Site, path: str = "/moody.js", **changes: Any) -> dict[str, Any]:
    sandbox = {
        "permissions": ["read:notes", "write:notes", "network:fetch"],
        "networkAllowlist": ["https://api.example.com"],
        "minSize": {"width": 300, "height": 200},
    }
    return scripted(site.url(path), **sandbox) | changes


def install(person: Person, manifest: dict[str, Any], *, tenant_wide: bool = False) -> InstalledWidget:
    source = installs.from_text(json.dumps(manifest))
    return installs.install_widget(actor=person.actor, source=source, tenant_wide=tenant_wide)[0]


def problem(page: Page, name: str = "Weather") -> Locator:
    return row(page, name).locator("script-problem")


def retry(page: Page, name: str = "Weather") -> Locator:
    return page.get_by_role("button", name=f"Retry: fetch the script of {name}")


def test_it_works(alice: Person, site: Site, moody: Moody, visit: Visit) -> None:
    dashboard(alice)
    visitor = visit(alice)
    page = opened(visitor)
    paste(page, json.dumps(document(site)))
    drawer = page.get_by_role("dialog", name="Install Weather?")
    expect(drawer).to_contain_text("could not be fetched")
    visitor.check_accessibility("html")
    visitor.photograph("script-look")
    drawer.get_by_role("button", name="Install", exact=True).click()
    expect(page.locator(".install-notice")).to_contain_text("Weather is installed, but without its script.")
    expect(problem(page)).to_contain_text("status 500")
    page.locator(".toast").get_by_role("button", name="Close").click()
    visitor.check_accessibility("html")
    visitor.photograph("script-problem", (1280, 768))
    problem(page).scroll_into_view_if_needed()
    visitor.photograph("script-problem", (360,))
    assert not visitor.overflows()
    moody.status = 404
    retry(page).click()
    expect(problem(page)).to_contain_text("status 404")
    expect(problem(page)).to_contain_text("Tried again at")
    moody.status = 200
    retry(page).click()
    expect(page.locator(".toast").last).to_contain_text("Weather has its script")
    expect(problem(page).locator("*")).to_have_count(0)
    expect(page.locator(".install-notice")).to_have_count(0)
    assert InstalledWidget.objects.get(slug="weather").problems == []
    assert visitor.faults == []


def test_a_retry_answers_at_once_and_is_seen_in_the_other_tab(
    alice: Person, site: Site, moody: Moody, visit: Visit
) -> None:
    install(alice, document(site))
    visitor = visit(alice)
    page = opened(visitor)
    second = visitor.open_tab()
    second.goto(page.url)
    expect(problem(second)).to_contain_text("status 500")
    moody.status = 200
    held = hold(page, "**/api/widgets/*/entrypoint")
    retry(page).click()
    expect(retry(page)).to_have_text("Fetching…")
    expect(retry(page)).to_have_attribute("aria-busy", "true")
    visitor.photograph("script-fetching", (1280,), ("light",))
    retry(page).click(force=True)
    held().continue_()
    expect(problem(page).locator("*")).to_have_count(0)
    expect(problem(second).locator("*")).to_have_count(0)
    expect(row(page, "Weather").get_by_role("button", name="Weather", exact=True)).to_be_focused()
    assert visitor.faults == []


def test_a_retry_that_never_comes_to_the_server_says_so(alice: Person, site: Site, visit: Visit) -> None:
    install(alice, document(site))
    page = opened(visit(alice))
    page.route("**/api/widgets/*/entrypoint", lambda route: route.abort())
    retry(page).click()
    expect(problem(page)).to_contain_text("The server cannot be reached.")
    expect(problem(page)).to_contain_text("status 500")
    page.unroute("**/api/widgets/*/entrypoint")
    retry(page).click()
    expect(problem(page)).not_to_contain_text("The server cannot be reached.")


def test_who_may_not_change_it_reads_why(alice: Person, bob: Person, vera: Person, site: Site, visit: Visit) -> None:
    install(alice, document(site), tenant_wide=True)
    for person, reason in ((bob, "only an admin can change it"), (vera, "You are a viewer here.")):
        page = opened(visit(person))
        expect(problem(page)).to_contain_text("status 500")
        expect(problem(page)).to_contain_text(reason)
        expect(retry(page)).to_have_count(0)


def test_what_it_may_do_stands_in_its_settings(alice: Person, site: Site, moody: Moody, visit: Visit) -> None:
    moody.status = 200
    widget = install(alice, document(site, title="W" + "x" * 180))
    place_widget(actor=alice.actor, workspace=dashboard(alice), widget=widget)
    visitor = visit(alice)
    page = opened(visitor)
    choose(page, widget.name, "Settings")
    drawer = page.get_by_role("dialog", name=widget.name)
    section = drawer.get_by_role("region", name="Its own script")
    expect(section).to_contain_text(site.netloc)
    expect(section).to_contain_text("Here, and part of this version")
    expect(section).to_contain_text("300 × 200 pixels")
    expect(section.get_by_role("listitem").filter(has_text="Change the notes")).to_contain_text("asks first")
    expect(section.get_by_role("listitem").filter(has_text="Fetch from")).to_contain_text("https://api.example.com")
    visitor.check_accessibility("html")
    drawer.locator(".dialog-body").evaluate("body => body.scrollTo(0, 330)")
    visitor.photograph("script-settings")
    assert not visitor.overflows()
    assert drawer.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth && dialog.scrollLeft === 0")
    drawer.get_by_role("button", name="Permissions and network of").click()
    above = page.get_by_role("dialog", name="Permissions of")
    expect(above).to_contain_text("It has fetched nothing in the last seven days.")
    visitor.check_accessibility("html")
    page.keyboard.press("Escape")
    expect(drawer).to_be_visible()
    assert visitor.faults == []


def test_what_runs_a_script_is_looked_at_first_and_may_be_called_off(
    alice: Person, site: Site, moody: Moody, visit: Visit
) -> None:
    moody.status = 200
    page = opened(visit(alice))
    paste(page, json.dumps(document(site)))
    drawer = page.get_by_role("dialog", name="Install Weather?")
    expect(drawer.get_by_role("region", name="What it may do")).to_contain_text(site.netloc)
    drawer.get_by_role("button", name="Cancel").click()
    expect(drawer).to_have_count(0)
    assert not InstalledWidget.objects.exists()
    expect(page.locator("#install-text")).not_to_be_empty()
    page.get_by_role("button", name="Install", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Install", exact=True).click()
    expect(row(page, "Weather")).to_be_visible()
    expect(page.locator(".install-notice")).to_have_count(0)


def test_the_samples_with_scripts_install(alice: Person, visit: Visit) -> None:
    visitor: Visitor = visit(alice)
    page = opened(visitor)
    for name in ("Clock", "Note editor", "Visitors chart"):
        page.get_by_role("button", name="Try a sample").click()
        page.get_by_role("menuitem", name=name).click()
        page.get_by_role("dialog").get_by_role("button", name="Install", exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("manager-row")).to_have_count(3)
    expect(page.locator(".script-problem")).to_have_count(0)
    assert visitor.faults == []
