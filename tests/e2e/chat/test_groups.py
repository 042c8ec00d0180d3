"""Conversations of several in browsers: begun, read, written, quoted, found, left; and their files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from chat.conversations.actions import create_conversation, post_as_agent, post_message, rename_conversation
from chat.conversations.models import Attachment, Conversation
from tests.agents.client import AgentClient
from tests.agents.conftest import files_root as files_root
from tests.agents.conftest import make_talk
from tests.e2e.conftest import ROOT, Visit
from tests.people import Person

pytestmark = pytest.mark.e2e

PICTURE = ROOT / "docs/images/dashboard.png"


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def say(page: Page, text: str) -> None:
    field(page).fill(text)
    field(page).press("Enter")
    expect(page.locator(".chat-outgoing")).to_have_count(0)


def entry(page: Page, title: str) -> Locator:
    return page.locator(".chat-entry").filter(has_text=title)


def test_it_works(alice: Person, bob: Person, visit: Visit) -> None:
    """A group with an agent: each sees what the others say, write and have seen; and finds it again."""
    make_talk(alice, "Release helper", shared=True)
    of_bob = visit(bob).go("/chat/")
    visitor = visit(alice)
    page = visitor.go("/chat/")
    page.get_by_role("button", name="New conversation with agents and people").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Release helper")).to_be_focused()
    visitor.check_accessibility("dialog")
    page.keyboard.press("Space")
    dialog.get_by_label("Bob").check()
    dialog.get_by_role("button", name="Begin").click()
    expect(page).to_have_url(re.compile("/chat/.+/"))
    expect(page.get_by_text("Say something to Release helper, Bob")).to_be_visible()
    expect(page.locator("chat-provider")).to_have_count(0)
    say(page, "Kangaroos sleep by day")
    say(page, "and graze by night")
    expect(entry(of_bob, "Alice, Release helper")).to_contain_text("2 unread messages")
    entry(of_bob, "Alice, Release helper").get_by_role("link").click()
    expect(of_bob.locator("chat-message")).to_have_count(2)
    expect(page.locator(".chat-seen")).to_have_text("Seen by Bob")
    expect(of_bob.locator(".chat-unread")).to_have_count(0)
    field(of_bob).press_sequentially("Re")
    expect(page.locator(".chat-typing")).to_contain_text("Bob is writing")
    first = of_bob.locator("chat-message").first
    first.get_by_role("button", name="Reply to Alice").focus()
    of_bob.keyboard.press("Enter")
    expect(of_bob.locator(".chat-replying")).to_contain_text("Kangaroos sleep by day")
    say(of_bob, "Really?")
    expect(page.locator("chat-message").last.locator(".chat-quote")).to_contain_text("Kangaroos sleep by day")
    expect(page.locator(".chat-typing")).to_have_count(0)
    visitor.check_accessibility()
    assert not visitor.overflows()
    visitor.photograph("chat-group")
    row = Conversation.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])
    agent = row.participants.get(kind="agent")
    assert agent.agent_id is not None
    post_as_agent(conversation=row, agent_id=agent.agent_id, name="Release helper", text="word " * 20_000)
    page.get_by_role("button", name="Show all of it").click()
    page.wait_for_function("() => document.querySelector('.chat-pieces').textContent.length > 99000")
    page.get_by_label("Search conversations").fill("SLEEP BY")
    expect(entry(page, "Release helper, Bob")).to_contain_text("Kangaroos sleep by day")
    page.get_by_label("Search conversations").fill("nothing like it")
    expect(page.get_by_text("Nothing with these words was found.")).to_be_visible()
    page.get_by_label("Search conversations").fill("")
    assert not visitor.faults, visitor.faults


def test_who_takes_part_changes(alice: Person, bob: Person, vera: Person, visit: Visit) -> None:
    """Others are brought in and taken out while all look; whoever leaves sees it go."""
    talk = make_talk(alice, "Release helper", bob)
    row = talk.conversation
    rename_conversation(actor=alice.actor, conversation=row, title="Plans")
    post_message(actor=alice.actor, conversation=row, text="Said before")
    of_vera = visit(vera).go("/chat/")
    visitor = visit(alice)
    page = visitor.go(f"/chat/{row.pk}/")
    of_bob = visit(bob).go(f"/chat/{row.pk}/")
    # Whose agent it is not sees it only here, and whether it is there.
    expect(of_bob.locator(".chat-bar-presence")).to_have_text("Offline")
    with AgentClient(visitor.address, talk.token):
        for one in (page, of_bob):
            expect(one.locator(".chat-bar-presence")).to_have_text("Online")
    expect(of_bob.locator(".chat-bar-presence")).to_have_text("Offline")
    page.get_by_role("button", name="Who takes part: 3").click()
    dialog = page.get_by_role("dialog", name="Who takes part")
    expect(dialog.get_by_role("listitem").filter(has_text="Release helper")).to_contain_text("Offline")
    visitor.check_accessibility("dialog")
    dialog.get_by_role("button", name="Add").click()
    adding = page.get_by_role("dialog", name="Add to this conversation")
    expect(adding.get_by_label("Bob")).to_have_count(0)
    adding.get_by_label("Vera").check()
    adding.get_by_role("button", name="Add").click()
    expect(dialog).to_contain_text("Vera")
    entry(of_vera, "Plans").get_by_role("link").click()
    expect(of_vera.locator("chat-message")).to_contain_text("Said before")
    expect(of_vera.get_by_role("button", name="Attach files")).to_have_count(0)
    dialog.get_by_role("button", name="Take out Vera").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Take out").click()
    expect(entry(of_vera, "Plans")).to_have_count(0)
    expect(dialog).not_to_contain_text("Vera")
    page.keyboard.press("Escape")
    entry(of_bob, "Plans").hover()
    entry(of_bob, "Plans").get_by_role("button", name="Leave: Plans").click()
    of_bob.get_by_role("alertdialog").get_by_role("button", name="Leave").click()
    expect(entry(of_bob, "Plans")).to_have_count(0)
    expect(page.get_by_role("button", name="Who takes part: 2")).to_be_visible()


def test_files(alice: Person, bob: Person, visit: Visit, tmp_path: Path) -> None:
    """Chosen, pasted, dropped; on their way, refused, taken back; seen as pictures and to keep."""
    row = create_conversation(actor=alice.actor, user_ids=[bob.user.pk])
    of_bob = visit(bob).go(f"/chat/{row.pk}/")
    visitor = visit(alice)
    page = visitor.go(f"/chat/{row.pk}/")
    drafts = page.get_by_role("list", name="Files to be sent").get_by_role("listitem")
    report: FilePayload = {
        "name": "report of a long name that goes on and on and on.md",
        "mimeType": "text/plain",
        "buffer": b"# R",
    }
    page.locator("chat-composer input[type=file]").set_input_files(report)
    _hold(page, "paste", "pasted.txt", 5)
    _hold(page, "drop", "dropped.txt", 5)
    _hold(page, "drop", "huge.bin", 25_000_001)
    expect(drafts).to_have_count(4)
    expect(drafts.nth(3)).to_contain_text("It is larger than 25 MB.")
    visitor.check_accessibility()
    drafts.nth(3).get_by_role("button", name="Remove huge.bin").click()
    expect(drafts.nth(2).get_by_role("progressbar")).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        drafts.nth(2).get_by_role("button", name="Remove dropped.txt").click()
    page.locator("chat-composer input[type=file]").set_input_files(PICTURE)
    expect(drafts).to_have_count(3)
    assert not visitor.overflows()
    send = page.get_by_role("button", name="Send", exact=True)
    expect(send).to_have_attribute("aria-disabled", "false")
    send.click()
    expect(of_bob.locator(".chat-file")).to_have_count(2)
    expect(drafts).to_have_count(0)
    visitor.photograph("chat-files")
    visitor.check_accessibility()
    of_bob.locator(".chat-picture").click()
    expect(of_bob.get_by_role("dialog").get_by_role("img")).to_be_visible()
    of_bob.keyboard.press("Escape")
    with of_bob.expect_download() as download:
        of_bob.locator(".chat-file").first.click()
    download.value.save_as(tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == b"# R"
    assert download.value.suggested_filename == report["name"]
    # The server is away while a file is on its way: it says so, and what was typed is still there.
    page.route("**/attachments", lambda route: route.abort())
    field(page).fill("with a file")
    _hold(page, "paste", "lost.txt", 5)
    expect(drafts).to_contain_text("The server cannot be reached.")
    expect(field(page)).to_have_value("with a file")
    assert Attachment.objects.filter(message=None).count() == 0


def _hold(page: Page, event: str, name: str, size: int) -> None:
    """Paste a file into the message field, or let it go over the conversation."""
    given: list[Any] = [event, name, size]
    page.evaluate(
        """([kind, name, size]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(size).fill(65)], name, {type: 'text/plain'}));
            const place = document.querySelector(kind === 'paste' ? '.chat-composer textarea' : '.chat-room');
            const event = kind === 'paste'
                ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
                : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true});
            place.dispatchEvent(event);
        }""",
        given,
    )


def test_what_is_unread_shows_on_every_page(alice: Person, bob: Person, visit: Visit) -> None:
    """The rail and the dock's button count conversations, not messages, while they come and are read elsewhere."""
    plans, lunch = (create_conversation(actor=alice.actor, user_ids=[bob.user.pk], title=t) for t in ("Plans", "Lunch"))
    post_message(actor=alice.actor, conversation=plans, text="Said before")
    visitor = visit(bob)
    page = visitor.go("/settings/")
    places = [
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Chat"),
        page.locator(".dock-toggle"),
    ]
    for place in places:
        expect(place).to_have_accessible_name("Chat 1 unread conversation")
    for row in (plans, lunch):
        post_message(actor=alice.actor, conversation=row, text="Said meanwhile")
    for place in places:
        expect(place).to_have_accessible_name("Chat 2 unread conversations")
        expect(place.locator(".icon-count > [aria-hidden]")).to_have_text("2")
    visitor.photograph("unread")
    visitor.check_accessibility(".shell")
    other = visitor.open_tab()
    for row in (plans, lunch):
        other.goto(f"{visitor.address}/chat/{row.pk}/")
        expect(other.locator("chat-message").last).to_contain_text("Said meanwhile")
        left = "Chat 1 unread conversation" if row == plans else "Chat"
        expect(places[1]).to_have_accessible_name(left)
    for place in places:
        expect(place.locator(".icon-count")).to_have_count(0)
    assert not visitor.faults, visitor.faults
