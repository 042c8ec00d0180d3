"""The admin in a real browser: nothing that its pages need is refused by the content security policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.core.admin_pages import OWN, address
from tests.core.browser import PICTURES, Visitor
from tests.people import PASSWORD, Person
from tests.widgets.conftest import board as board
from tests.widgets.conftest import team as team
from widgets_manager.core.models import AuditEntry, User
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance

pytestmark = pytest.mark.e2e


@pytest.fixture(params=["light", "dark"])
def visitor(request: pytest.FixtureRequest, browser: Browser, live_url: str) -> Iterator[Visitor]:
    """Somebody at the admin's own sign-in form, whose system asks for a light or a dark theme."""
    User.objects.create_superuser("root", password=PASSWORD)
    context = browser.new_context(viewport={"width": 1280, "height": 860}, color_scheme=request.param)
    visitor = Visitor(context.new_page(), live_url)
    visitor.page.goto(f"{live_url}/admin/")
    yield visitor
    context.close()


# For what the theme changes nothing of.
ONE_THEME = pytest.mark.parametrize("visitor", ["light"], indirect=True)


def theme(visitor: Visitor) -> str:
    return str(visitor.page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'"))


def photograph(visitor: Visitor, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    visitor.page.screenshot(path=PICTURES / f"admin-{name}-{theme(visitor)}.png")


def sign_in(visitor: Visitor) -> None:
    visitor.page.get_by_label("Username").fill("root")
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Log in").click()
    expect(visitor.page.get_by_role("heading", name="Administration", exact=True)).to_be_visible()


def background(visitor: Visitor) -> list[int]:
    colour = visitor.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    return [int(part) for part in str(colour).removeprefix("rgb(").removesuffix(")").split(",")]


def test_it_works(visitor: Visitor, alice: Person, board: WidgetInstance) -> None:
    """From the sign-in form to a widget that is uninstalled."""
    page = visitor.page
    photograph(visitor, "sign-in")
    sign_in(visitor)
    assert (sum(background(visitor)) < 3 * 128) == (theme(visitor) == "dark")
    photograph(visitor, "index")
    page.get_by_role("link", name="Installed widgets").first.click()
    photograph(visitor, "list")
    page.get_by_label("Select this object for an action - Task Board").check()
    page.get_by_label("Action:").select_option("uninstall")
    page.get_by_role("button", name="Go").click()
    photograph(visitor, "question")
    page.get_by_role("link", name="No, take me back").click()
    expect(page.get_by_role("link", name="Task Board")).to_be_visible()
    page.get_by_label("Select this object for an action - Task Board").check()
    page.get_by_label("Action:").select_option("uninstall")
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name="Uninstall").click()
    expect(page.get_by_text("1 widgets uninstalled.")).to_be_visible()
    photograph(visitor, "done")
    assert not InstalledWidget.objects.exists()
    assert visitor.faults == []


def test_every_kind_of_page_is_whole(visitor: Visitor, alice: Person, board: WidgetInstance) -> None:
    sign_in(visitor)
    page = visitor.page
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert board.widget is not None
    pages = {
        "row": address(InstalledWidget, "change", board.widget.pk),
        "history": address(InstalledWidget, "history", board.widget.pk),
        "audit": address(AuditEntry, "change", entry.pk),
        "account": address(User, "change", alice.user.pk),
        "new-account": address(User, "add"),
        "password": "/admin/password_change/",
    }
    for name, where in pages.items():
        answer = page.goto(visitor.address + where)
        assert answer is not None
        assert answer.status == 200, where
        photograph(visitor, name)
        clipped = "() => [...document.querySelectorAll('pre')].some(one => one.scrollWidth > one.clientWidth + 1)"
        assert not page.evaluate(clipped), f"{where}: a document is cut off"
    assert visitor.faults == []


@ONE_THEME
def test_every_list_is_whole(visitor: Visitor, alice: Person, board: WidgetInstance) -> None:
    sign_in(visitor)
    for model in OWN:
        visitor.page.goto(visitor.address + address(model, "changelist"))
    assert visitor.faults == []


@ONE_THEME
def test_choosing_permissions_needs_its_script(visitor: Visitor, alice: Person) -> None:
    """Django's two lists side by side are made by scripts: they run under the policy."""
    sign_in(visitor)
    visitor.page.goto(visitor.address + address(User, "change", alice.user.pk))
    chosen = visitor.page.locator("#id_user_permissions_to option")
    expect(chosen).to_have_count(0)
    visitor.page.locator("#id_user_permissions_from option").first.dblclick()
    expect(chosen).to_have_count(1)
    visitor.page.get_by_role("button", name="Save", exact=True).click()
    expect(visitor.page.get_by_text("was changed successfully")).to_be_visible()
    assert alice.user.user_permissions.count() == 1
    assert visitor.faults == []
