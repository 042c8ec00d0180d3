"""The seven widgets of agents in browsers: shown, answered, refused, expired, voted on; and the same after a reload."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Locator, Page, expect

from chat.agents.models import WidgetAnswer
from chat.conversations.models import Message
from tests.agents.asking import answer, ask, change, to_everybody
from tests.agents.conftest import Talk, make_talk
from tests.agents.specs import CHECKS, CHOICE, CONFIRM, DATE, FILES, FORM, PERMISSION, PROGRESS
from tests.e2e.conftest import Visit
from tests.people import Person

pytestmark = pytest.mark.e2e


def widget(page: Page, title: str) -> Locator:
    return page.locator("agent-widget").filter(has_text=title)


def open_talk(visit: Visit, person: Person, talk: Talk) -> tuple[Any, Page]:
    visitor = visit(person)
    page = visitor.go(f"/chat/{talk.conversation.pk}/")
    expect(page.locator("agent-widget").first).to_be_visible()
    return visitor, page


def answered(message: Message) -> Any:
    row = WidgetAnswer.objects.get(prompt__message=message)
    return {"cancelled": True} if row.cancelled else row.value


def test_it_works(alice: Person, talk: Talk, visit: Visit) -> None:
    """All seven, by hand; what was answered stands in them, locked, after a reload, too."""
    asked = {
        name: ask(talk, kind, spec, widget_id=name)
        for name, kind, spec in (
            ("confirm", "confirm", CONFIRM),
            ("choice", "choice", CHOICE),
            ("checks", "choice", CHECKS),
            ("permission", "permission", PERMISSION),
            ("form", "form", FORM),
            ("date", "datetime", DATE),
            ("files", "file-picker", FILES),
            ("progress", "progress", PROGRESS),
        )
    }
    visitor, page = open_talk(visit, alice, talk)
    expect(page.locator("agent-widget")).to_have_count(8)
    visitor.check_accessibility()
    assert not visitor.overflows()
    visitor.photograph("agent-widgets")
    question = widget(page, "Delete local cache?")
    question.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(question.locator(".confirm-outcome")).to_contain_text("Delete")
    expect(question.locator(".agent-widget")).to_be_focused()
    one = widget(page, "Choose export format")
    one.get_by_label("Word document").focus()
    page.keyboard.press("Space")
    one.get_by_role("button", name="Choose", exact=True).press("Enter")
    expect(one).to_contain_text("You Word document")
    several = widget(page, "Choose checks to run")
    several.get_by_role("button", name="Cancel").click()
    expect(several).to_contain_text("You Cancelled")
    permission = widget(page, "Allow folder read?")
    permission.get_by_label("Session").check()
    permission.get_by_role("button", name="Allow").click()
    expect(permission).to_contain_text("Allowed: session")
    form = widget(page, "Release details")
    form.get_by_role("button", name="Start release").click()
    expect(form.get_by_text("This is required.")).to_be_visible()
    form.get_by_label("Version").fill("1.2.0")
    form.get_by_label("Priority").fill("3")
    form.get_by_label("Announce in chat").check()
    form.get_by_label("Version").press("Enter")
    expect(form).to_contain_text("You answered")
    date = widget(page, "Schedule review")
    date.get_by_label("Date").fill("2026-05-24")
    date.get_by_role("button", name="Send").click()
    expect(date).to_contain_text("May 24, 2026")
    files = widget(page, "Upload project brief")
    brief: FilePayload = {"name": "brief.md", "mimeType": "text/markdown", "buffer": b"# Brief"}
    files.locator("input[type=file]").set_input_files(brief)
    expect(files.get_by_role("button", name="Remove brief.md")).to_be_visible()
    files.get_by_role("button", name="Send").click()
    expect(files).to_contain_text("You brief.md")
    expect(page.locator(".chat-file")).to_contain_text("brief.md")
    progress = widget(page, "Building project")
    expect(progress.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "10")
    change(talk, ref="progress", spec={"value": 75, "body": "Running tests"})
    expect(progress.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "75")
    expect(progress).to_contain_text("Running tests")
    progress.get_by_role("button", name="Cancel").click()
    expect(progress).to_have_attribute("data-state", "cancelled")
    assert {name: answered(message) for name, message in asked.items() if name not in ("files", "progress")} == {
        "confirm": True,
        "choice": "docx",
        "checks": {"cancelled": True},
        "permission": {"granted": True, "scope": "session"},
        "form": {"version": "1.2.0", "priority": 3, "announce": True},
        "date": {"mode": "date", "value": "2026-05-24"},
    }
    page.reload()
    expect(page.locator("agent-widget[data-locked]")).to_have_count(8)
    expect(page.locator("agent-widget button:visible")).to_have_count(0)
    expect(widget(page, "Choose export format").get_by_label("Word document")).to_be_checked()
    expect(form.get_by_label("Version")).to_have_value("1.2.0")
    expect(form.get_by_label("Version")).to_be_disabled()
    expect(date.get_by_label("Date")).to_have_value("2026-05-24")
    expect(question.locator(".confirm-outcome")).to_contain_text("Delete")
    visitor.check_accessibility()
    visitor.photograph("agent-widgets-answered")
    assert not visitor.faults, visitor.faults


def test_until_when(alice: Person, talk: Talk, visit: Visit) -> None:
    """The time that is left is counted down; afterwards nothing can be pressed. The clock is the test's."""
    ends = timezone.now() + timedelta(minutes=10)
    ask(talk, "choice", CHOICE, widget_id="later", expires_at=ends.isoformat())
    visitor = visit(alice)
    visitor.page.clock.install(time=ends - timedelta(minutes=10))
    page = visitor.go(f"/chat/{talk.conversation.pk}/")
    asked = widget(page, "Choose export format")
    expect(asked).to_contain_text("Ends in ")
    visitor.check_accessibility()
    asked.get_by_label("PDF").check()
    page.clock.fast_forward("10:01")
    expect(asked).to_have_attribute("data-state", "expired")
    expect(asked).to_contain_text("Expired")
    expect(asked.get_by_role("button")).to_have_count(0)
    expect(asked.get_by_label("PDF")).to_be_disabled()


def test_what_is_refused_is_said_in_the_widget(alice: Person, talk: Talk, visit: Visit) -> None:
    """A value that only the server knows to be wrong, a server that is away, and a question that was replaced."""
    spec = {
        "title": "Mail",
        "fields": [{"name": "mail", "label": "Address", "type": "text", "pattern": "[a-z]+@x[.]y"}],
    }
    ask(talk, "form", spec, widget_id="mail")
    visitor, page = open_talk(visit, alice, talk)
    form = widget(page, "Mail")
    send = form.get_by_role("button", name="Send")
    page.route("**/answer", lambda route: route.abort())
    form.get_by_label("Address").fill("me@x.y")
    send.click()
    expect(form.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    expect(form.get_by_label("Address")).to_have_value("me@x.y")
    page.unroute("**/answer")
    page.route(
        "**/answer",
        lambda route: route.fulfill(
            status=422, json={"error": {"code": "INVALID_INPUT", "message": "value.mail: no", "path": "value.mail"}}
        ),
    )
    send.click()
    expect(form.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("no", exact=True)).to_have_count(1)
    expect(form.get_by_text("value.mail")).to_have_count(0)
    visitor.check_accessibility()
    page.unroute("**/answer")
    ask(talk, "form", spec | {"title": "Mail again"}, widget_id="mail")
    expect(page.locator("agent-widget[data-state=replaced]")).to_contain_text("Asked anew below")
    again = widget(page, "Mail again")
    again.get_by_label("Address").fill("me@x.y")
    again.get_by_role("button", name="Send").click()
    expect(again).to_contain_text("You answered")


def test_votes(alice: Person, bob: Person, visit: Visit) -> None:
    """Everybody sees how the votes stand, at once; what one is typing meanwhile stays."""
    talk = make_talk(alice, "Release helper", bob, shared=True)
    asked = ask(talk, "choice", CHOICE, to=to_everybody(talk), response_mode="collective")
    alone = ask(talk, "form", FORM, to=bob.user.pk, widget_id="form")
    (visitor, page), (_, of_bob) = (open_talk(visit, one, talk) for one in (alice, bob))
    expect(widget(page, "Release details")).to_contain_text("Asked of somebody else")
    expect(widget(page, "Release details").get_by_label("Version")).to_be_disabled()
    form = widget(of_bob, "Release details")
    form.get_by_label("Version").fill("2.0")
    vote = "everybody here sees who chose what"
    expect(widget(page, "Choose export format")).to_contain_text(vote)
    widget(page, "Choose export format").get_by_label("PDF").check()
    widget(page, "Choose export format").get_by_role("button", name="Choose", exact=True).click()
    expect(widget(page, "Choose export format")).not_to_contain_text(vote)
    expect(widget(of_bob, "Choose export format")).to_contain_text("1 vote: Alice")
    expect(widget(of_bob, "Choose export format").get_by_label("PDF")).to_be_enabled()
    expect(form.get_by_label("Version")).to_have_value("2.0")
    answer(talk, asked, bob, value="pdf")
    expect(widget(page, "Choose export format")).to_contain_text("2 votes: Alice, Bob")
    expect(widget(page, "Choose export format")).to_have_attribute("data-state", "answered")
    form.get_by_role("button", name="Start release").click()
    expect(widget(page, "Release details")).to_contain_text("Bob Version: 2.0 · Announce in chat: No")
    assert answered(alone)["version"] == "2.0"
    visitor.check_accessibility()
    visitor.photograph("agent-votes")
    assert not visitor.faults, visitor.faults


def test_a_viewer_answers_what_needs_no_file(alice: Person, vera: Person, visit: Visit) -> None:
    """The picker is locked for whoever may store no files, and says why."""
    talk = make_talk(alice, "Deployer", vera)
    picker, question = (
        ask(talk, kind, spec, to=vera.user.pk, widget_id=kind)
        for kind, spec in (("file-picker", FILES), ("confirm", CONFIRM))
    )
    visitor, page = open_talk(visit, vera, talk)
    locked = widget(page, str(picker.payload["spec"]["title"]))
    expect(locked).to_contain_text("Viewers cannot send files.")
    expect(locked.get_by_role("button", disabled=False)).to_have_count(0)
    visitor.photograph("picker-of-viewer", (1280,), ("light",))
    widget(page, "Delete local cache?").get_by_role("button", name="Delete").click()
    expect(widget(page, "Delete local cache?").locator(".confirm-outcome")).to_contain_text("Delete")
    assert answered(question) is True
    assert not visitor.faults, visitor.faults
