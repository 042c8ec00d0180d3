"""The settings page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.core.browser import Visitor
from tests.people import Person
from widgets_manager.core.models import ApiToken, Invite, Membership, Role, Tenant

pytestmark = pytest.mark.e2e
Visit = Callable[[str], Visitor]


@pytest.fixture
def visit(browser: Browser, live_url: str) -> Iterator[Visit]:
    """Opens a browser of their own for somebody, signed in at the settings."""
    contexts: list[BrowserContext] = []

    def visit(username: str) -> Visitor:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 860}, reduced_motion="reduce"))
        visitor = Visitor(contexts[-1].new_page(), live_url)
        visitor.sign_in(username)
        return visitor

    yield visit
    for context in contexts:
        context.close()


def row(page: Page, text: str) -> Locator:
    return page.locator("li", has_text=text)


def test_it_works(alice: Person, bob: Person, vera: Person, visit: Visit) -> None:
    alice.token("widgets")
    visitor = visit("alice")
    page = visitor.page
    expect(page.locator("settings-members li")).to_have_count(3)
    expect(row(page, "Alice")).to_contain_text("You")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Acme")
    expect(page.locator("settings-tokens li")).to_have_count(1)
    assert not visitor.overflows()
    visitor.check_accessibility()
    visitor.photograph("settings")
    assert visitor.faults == []


def test_the_organisation_is_renamed_and_asks_before_writes(alice: Person, visit: Visit) -> None:
    page = visit("alice").page
    page.get_by_label("Name", exact=True).fill("Acme Widgets")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator(".toast")).to_contain_text("Acme Widgets")
    with page.expect_request_finished(lambda request: request.method == "PATCH"):
        page.get_by_role("switch").check()
    page.reload()
    expect(page.get_by_role("switch")).to_be_checked()
    tenant = Tenant.objects.get()
    assert (tenant.name, tenant.confirm_writes) == ("Acme Widgets", True)
    page.get_by_label("Name", exact=True).fill("   ")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("alert")).to_contain_text("needs at least one letter")


def test_a_role_changes_and_the_member_sees_it(alice: Person, bob: Person, visit: Visit) -> None:
    page, bobs = visit("alice").page, visit("bob").page
    expect(bobs.locator("#invites")).to_have_count(0)
    page.get_by_label("Role of Bob").select_option("admin")
    expect(page.locator(".toast")).to_contain_text("Bob is now Admin")
    assert Membership.objects.get(user=bob.user).role == Role.ADMIN
    expect(bobs.locator("#invites")).to_have_count(1)


def test_the_last_owner_stays_and_is_told_why(alice: Person, visit: Visit) -> None:
    page = visit("alice").page
    page.get_by_label("Role of Alice").select_option("member")
    expect(page.locator(".toast")).to_contain_text("at least one owner")
    expect(page.get_by_label("Role of Alice")).to_have_value("owner")


def test_removing_asks_in_place_and_can_be_called_off(alice: Person, bob: Person, visit: Visit) -> None:
    visitor = visit("alice")
    page = visitor.page
    page.get_by_role("button", name="Remove: Bob").click()
    expect(row(page, "Bob")).to_contain_text("Remove Bob? They lose access at once.")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    visitor.photograph("settings-remove")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Remove: Bob")).to_be_focused()
    assert Membership.objects.count() == 2
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.locator("settings-members li")).to_have_count(1)
    assert not Membership.objects.filter(user=bob.user).exists()


def test_an_invite_is_shown_once_copied_and_revoked(alice: Person, visit: Visit) -> None:
    visitor = visit("alice")
    page = visitor.page
    page.get_by_label("Invite somebody as").select_option("viewer")
    page.get_by_role("button", name="Create link").click()
    link = page.get_by_role("textbox", name="The invite link")
    expect(link).to_have_value(re.compile(rf"^{visitor.address}/invite/inv_\S+/$"))
    visitor.photograph("settings-invite")
    visitor.check_accessibility()
    page.reload()
    expect(row(page, "Link for one viewer")).to_have_count(1)
    expect(link).to_have_count(0)
    row(page, "Link for one viewer").get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.locator("settings-invites")).to_contain_text("No open invites")
    assert Invite.objects.get().revoked_at is not None


def test_a_token_is_made_used_and_revoked(alice: Person, visit: Visit, client: object) -> None:
    visitor = visit("alice")
    page = visitor.page
    page.get_by_role("button", name="New token").click()
    page.locator("#token-name").fill("<b>backend</b>")
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_role("alert")).to_contain_text("at least one scope is needed")
    visitor.photograph("settings-token-form")
    page.get_by_role("checkbox", name="Read the manifests").check()
    page.get_by_role("button", name="Create token").click()
    secret = page.get_by_role("textbox", name="The new token").input_value()
    assert ApiToken.objects.get().prefix == secret[:12]
    expect(page.locator("settings-tokens li")).to_contain_text("<b>backend</b>")
    page.get_by_role("button", name="Revoke: <b>backend</b>").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.locator("settings-tokens")).to_contain_text("1 revoked or expired token")
    assert ApiToken.objects.get().revoked_at is not None
    assert visitor.faults == []


def test_a_viewer_sees_and_cannot_change(alice: Person, vera: Person, visit: Visit) -> None:
    visitor = visit("vera")
    page = visitor.page
    expect(page.locator("settings-members li")).to_have_count(2)
    expect(page.locator("#invites")).to_have_count(0)
    expect(page.locator("settings-members select")).to_have_count(0)
    expect(page.get_by_role("switch")).to_be_disabled()
    expect(page.get_by_role("button", name="Leave")).to_be_visible()
    visitor.check_accessibility()


def test_a_newcomer_joins_by_the_link(alice: Person, live_url: str, page: Page) -> None:
    from widgets_manager.core.actions.tenants import create_invite

    _, secret = create_invite(actor=alice.actor, role="member")
    visitor = Visitor(page, live_url)
    page.goto(f"{live_url}/invite/{secret}/")
    visitor.photograph("invite")
    visitor.check_accessibility()
    page.get_by_label("Username").fill("dora")
    page.get_by_label("Password", exact=False).first.fill("a long enough phrase")
    page.get_by_label("Password confirmation").fill("a long enough phrase")
    page.get_by_role("button", name="Create account and join").click()
    page.wait_for_url(lambda url: "/invite/" not in url)
    assert Membership.objects.get(user__username="dora").role == Role.MEMBER
    page.goto(f"{live_url}/invite/{secret}/")
    expect(page.get_by_role("main")).to_contain_text("not valid any more")
    visitor.check_accessibility()


def test_signing_in_and_changing_the_password(alice: Person, live_url: str, page: Page) -> None:
    visitor = Visitor(page, live_url)
    page.goto(f"{live_url}/sign-in/?next=/account/password/")
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.photograph("sign-in")
    visitor.check_accessibility()
    page.get_by_label("Password").fill(alice.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account/password/")
    visitor.check_accessibility()
    assert not visitor.overflows()
    page.get_by_label("Old password").fill(alice.password)
    page.get_by_label("New password", exact=False).first.fill("another long phrase")
    page.get_by_label("New password confirmation").fill("another long phrase")
    page.get_by_role("main").get_by_role("button", name="Change password").click()
    page.wait_for_url("**/settings/")
    alice.user.refresh_from_db()
    assert alice.user.check_password("another long phrase")
    assert visitor.faults == []
