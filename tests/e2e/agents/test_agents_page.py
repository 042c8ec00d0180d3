"""The page of agents in a browser: made, seen to come and go, talked to, shared, renewed, revoked, deleted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from chat.agents.models import Agent
from tests.agents.client import AgentClient
from tests.agents.conftest import Talk, make_talk
from tests.e2e.conftest import Visit
from tests.people import Person

pytestmark = pytest.mark.e2e


def card(page: Page, name: str = "Release helper") -> Locator:
    return page.locator("article.agent-card").filter(has_text=name)


def choose(page: Page, entry: str) -> None:
    card(page).get_by_role("button", name="More for").click()
    page.get_by_role("button", name=entry, exact=True).click()


def agree(page: Page, label: str) -> None:
    page.get_by_role("alertdialog").get_by_role("button", name=label, exact=True).click()


def test_it_works(alice: Person, bob: Person, visit: Visit) -> None:
    """From nothing to a conversation: credentials once, to copy; then the agent is there."""
    visitor = visit(alice)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.go("/agents/")
    expect(page.get_by_text("No agents yet")).to_be_visible()
    visitor.check_accessibility()
    page.get_by_role("button", name="New agent").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Release helper")
    dialog.get_by_label("What it does").fill("Builds and publishes. " * 20)
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Make the agent").click()
    env = dialog.get_by_label("The .env file")
    expect(env).to_contain_text("AGENT_TOKEN=")
    visitor.check_accessibility("dialog")
    dialog.get_by_role("button", name="Copy .env").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    lines = dict(line.split("=", 1) for line in page.evaluate("() => navigator.clipboard.readText()").splitlines())
    assert set(lines) == {"AGENT_ID", "AGENT_TOKEN", "AGENT_BASE_URL", "AGENT_WS_URL"}
    dialog.get_by_role("button", name="Done").click()
    expect(card(page).get_by_role("button", name="Talk")).to_be_focused()
    assert not page.get_by_text(lines["AGENT_TOKEN"]).count()
    expect(card(page)).to_contain_text("never connected")
    with AgentClient(visitor.address, lines["AGENT_TOKEN"]) as agent:
        expect(card(page)).to_contain_text("Online")
        visitor.check_accessibility()
        assert not visitor.overflows()
        visitor.photograph("agents")
        card(page).get_by_role("button", name="Talk").click()
        expect(page).to_have_url(re.compile("/chat/.+/"))
        expect(page.get_by_text("Say something to Release helper")).to_be_visible()
        expect(page.locator(".chat-bar-presence")).to_have_text("Online")
        page.get_by_role("textbox", name="Message").fill("Are you there?")
        page.keyboard.press("Enter")
        heard = agent.take()
        assert heard["text"] == "Are you there?"
        expect(page.locator(".chat-seen")).to_have_text("Seen")
        agent.say(heard["conversation_id"], heard["from"], "I **am**.")
        expect(page.locator("chat-message[data-from=agent] strong")).to_have_text("am")
        address = page.url
        visitor.go("/agents/")
        card(page).get_by_role("button", name="Talk").click()
        expect(page).to_have_url(address)
    visitor.go("/agents/")
    expect(card(page)).to_contain_text("Offline")
    assert not visitor.faults, visitor.faults


def test_who_manages_an_agent(alice: Person, bob: Person, vera: Person, visit: Visit, live_url: str) -> None:
    """Shared it is everybody's to talk to, and its owner's and admins' to change; its token goes and comes."""
    talk: Talk = make_talk(bob, "Release helper")
    page, of_bob, of_vera = (visit(one).go("/agents/") for one in (alice, bob, vera))
    expect(of_vera.get_by_text("No agents yet")).to_be_visible()
    expect(of_vera.get_by_role("button", name="New agent")).to_have_count(0)
    expect(card(page)).to_contain_text("Of Bob")
    expect(card(page).get_by_role("button", name="Talk")).to_have_count(0)
    choose(page, "Share with everybody")
    expect(card(of_vera)).to_contain_text("Shared")
    expect(card(of_vera).get_by_role("button", name="More for")).to_have_count(0)
    expect(card(of_vera).get_by_role("button", name="Talk")).to_be_visible()
    choose(of_bob, "Edit")
    of_bob.get_by_role("dialog").get_by_label("Name").fill("Release helper of Bob, who has a long name " * 2)
    of_bob.get_by_role("button", name="Save").click()
    expect(card(of_vera)).to_contain_text("who has a long name")
    with AgentClient(live_url, talk.token) as agent:
        expect(card(of_bob)).to_contain_text("Online")
        choose(of_bob, "Renew the token")
        agree(of_bob, "Renew")
        expect(of_bob.get_by_label("The .env file")).to_contain_text("AGENT_TOKEN=")
        of_bob.get_by_role("button", name="Done").click()
        assert agent.closed()[0] == 4401
    choose(of_bob, "Revoke the token")
    agree(of_bob, "Revoke")
    for one in (page, of_bob, of_vera):
        expect(card(one)).to_contain_text("No token")
    choose(of_bob, "Delete")
    agree(of_bob, "Delete")
    for one in (page, of_bob, of_vera):
        expect(card(one)).to_have_count(0)
    expect(of_bob.get_by_role("button", name="New agent")).to_be_focused()
    assert not Agent.objects.filter(deleted_at=None).exists()
