"""The bell: counted live on every page, read and deleted in one of them, urgent ones stay on the screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.people import Person
from widgets_manager.notifications.actions import notify
from widgets_manager.notifications.models import Notification

pytestmark = pytest.mark.e2e


def tell(person: Person, title: str, **more: Any) -> None:
    notify(tenant=person.tenant, user=person.user, title=title, **more)


def test_it_works(alice: Person, visit: Visit) -> None:
    tell(alice, "From before", text="It was **there**.", source="Slide Deck")
    visitor = visit(alice)
    page = visitor.go("/widgets/")
    bell = page.locator("#bell")
    expect(bell).to_have_accessible_name("Notifications: 1 unread")
    expect(page.locator(".toast")).to_have_count(0)
    other = visitor.open_tab()
    other.goto(visitor.address + "/settings/")
    other.locator("#bell").click()
    tell(alice, "Payment failed", urgent=True, source="Billing", url="/widgets/?from=bell")
    tell(alice, "<img src=x onerror=alert(1)>" * 8, text="[x](javascript:alert(1)) <script>1</script>" + "y" * 400)
    expect(bell).to_have_accessible_name("Notifications: 3 unread")
    toast = page.locator(".toast", has_text="Billing: Payment failed")
    expect(toast).to_be_visible()
    bell.click()
    panel = page.get_by_role("dialog", name="Notifications")
    expect(panel.get_by_role("listitem")).to_have_count(3)
    expect(panel.locator("strong", has_text="there")).to_be_visible()
    expect(panel.locator("script, img, [href^='javascript:']")).to_have_count(0)
    visitor.photograph("bell", (1280, 360))
    visitor.check_accessibility("notification-bell")

    panel.get_by_role("button", name="Mark as read: From before").click()
    expect(other.locator("#bell")).to_have_accessible_name("Notifications: 2 unread")
    panel.get_by_role("button", name="Delete: From before").click()
    expect(other.get_by_role("dialog", name="Notifications").get_by_role("listitem")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(bell).to_be_focused()
    page.keyboard.press("Enter")
    panel.get_by_role("link", name="Payment failed").click()
    page.wait_for_url("**/widgets/?from=bell")
    expect(page.locator("#bell")).to_have_accessible_name("Notifications: 1 unread")
    page.locator("#bell").click()
    panel.get_by_role("button", name="Mark all as read").click()
    expect(page.locator("#bell")).to_have_accessible_name("Notifications")
    assert not Notification.objects.filter(read_at=None).exists()
    for row in list(Notification.objects.all()):
        panel.get_by_role("button", name="Delete: ").first.click()
        expect(panel.get_by_role("listitem")).to_have_count(Notification.objects.exclude(pk=row.pk).count())
    assert visitor.faults == []


def test_nothing_to_tell_and_a_server_that_is_away(alice: Person, visit: Visit) -> None:
    visitor = visit(alice)
    page = visitor.go("/settings/")
    page.route("**/api/notifications", lambda route: route.abort())
    page.locator("#bell").click()
    panel = page.get_by_role("dialog", name="Notifications")
    expect(panel).to_contain_text("The server cannot be reached.")
    page.unroute("**/api/notifications")
    panel.get_by_role("button", name="Try again").click()
    expect(panel).to_contain_text("No notifications")
    page.locator("h1").click()
    expect(panel).to_be_hidden()
    assert visitor.faults == []
