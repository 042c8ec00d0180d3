"""The documents of the guide for authors, as they are written there: each runs in a browser, from its file to what
people see and do.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chat.conversations.actions import create_conversation
from chat.conversations.models import Conversation
from tests.apps.conftest import TREES, my_app, seed_app
from tests.e2e.conftest import Visit, Visitor
from tests.people import Person
from widgets_manager.sessions.actions.state import set_state
from widgets_manager.sessions.actions.updates import update_widget
from widgets_manager.sessions.actions.widgets import close_widget, render_widget, report_widget_error
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.sessions.prompts import widget_context
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.e2e


def install(person: Person, name: str, data: bytes) -> InstalledWidget:
    source = installs.from_upload(name, len(data), lambda: data)
    return installs.install_widget(actor=person.actor, source=source)[0]


def talk_with(visitor: Visitor, person: Person, app: InstalledWidget) -> tuple[Page, Conversation]:
    """A conversation about the app alone, open in the page."""
    talk = create_conversation(actor=person.actor, app=app)
    page = visitor.go(f"/chat/{talk.pk}/")
    expect(page.locator("session-side").get_by_role("heading", name="Sources")).to_be_visible()
    return page, talk


def tree(name: str) -> Any:
    return json.loads((TREES / name).read_text())


def test_it_works(alice: Person, visit: Visit) -> None:
    """The quickest example: a form in a tab, a tool that gets what was typed, and what it says."""
    app = install(alice, "greeter.yaml", seed_app("greeter"))
    visitor = visit(alice)
    page = visitor.go(f"/apps/{app.pk}/")
    send = page.get_by_role("button", name="Greet me")
    expect(send).to_be_disabled()
    page.get_by_label("Your name").fill("Alice")
    page.get_by_label("Your city").fill("Paris")
    send.click()
    expect(page.locator(".toast")).to_contain_text("Hello Alice from Paris!")
    assert visitor.faults == []


def test_a_list_and_a_form(alice: Person, visit: Visit) -> None:
    """Patterns A and B: rows of an address, each an action of the chat; a form that is sent when it is valid."""
    sources = install(alice, "sources.yaml", seed_app("sources"))
    visitor = visit(alice)
    page, _ = talk_with(visitor, alice, sources)
    rows = page.locator("session-side wm-card")
    expect(rows.first).to_contain_text("docs/agents.md")
    rows.first.get_by_role("button").click()
    expect(page.locator("chat-message, .message").filter(has_text="Use source agents").first).to_be_visible()

    booking = install(alice, "booking.yaml", seed_app("booking"))
    page = visitor.go(f"/apps/{booking.pk}/")
    page.get_by_role("button", name="New booking").click()
    dialog = page.get_by_role("dialog")
    send = dialog.get_by_role("button", name="Book")
    dialog.get_by_label("Topic").fill("1:")
    expect(send).to_be_disabled()
    dialog.get_by_label("Topic").fill("1:1 with Alice")
    dialog.get_by_label("Notes").fill("discuss Q3")
    dialog.get_by_label("Priority").select_option(label="High")
    with page.expect_response("**/widgets/action") as answered:
        send.click()
    filled = {"topic": "1:1 with Alice", "duration": 30, "priority": "high", "notes": "discuss Q3"}
    sent: Any = answered.value.request.post_data_json
    assert (sent["action_id"], sent["type"], sent["form"]) == ("submit", "tool", filled)
    assert sent["payload"] == {"tool": "create_meeting", "args": filled}
    result = answered.value.json()["data"]["effect"]["result"]
    assert result["success"]
    assert result["data"]["meeting_id"].startswith("m_")
    expect(page.locator(".toast").last).to_contain_text("Booked!")
    assert visitor.faults == []


def test_pushed_and_patched(alice: Person, visit: Visit) -> None:
    """Patterns C and D, with an app of several files: a question, trees of its own, patches, an error, a close."""
    app = install(alice, "my-app.zip", my_app())
    visitor = visit(alice)
    page, talk = talk_with(visitor, alice, app)

    def push(**wish: Any) -> MountedWidget:
        wish = {"app": app, **wish}
        return render_widget(actor=alice.actor, session_id=talk.pk, zone="inline", **wish).widget

    push(ref="confirm_delete", ctx={"path": "/docs/spec.md"})
    bubbles = page.locator("mounted-widget")
    expect(bubbles.first).to_contain_text("/docs/spec.md cannot be brought back.")
    bubbles.first.get_by_role("button", name="Delete").click()
    expect(page.locator(".chat-event")).to_contain_text('I chose "Delete"')

    rows = [{"label": "A", "value": 12}, {"label": "B", "value": 30}]
    push(tree=tree("query_results.json"), ctx={"count": 128, "rows": rows})
    expect(bubbles.nth(1).locator("wm-stat")).to_contain_text("128")
    expect(bubbles.nth(1).locator("wm-chart canvas")).to_be_visible()

    found = [{"title": "Spec", "url": "https://example.org/spec"}]
    set_state(actor=alice.actor, session_id=talk.pk, app=app, changes={"search_results": found})
    listed = push(tree=tree("search_results.json"))
    expect(bubbles.nth(2)).to_contain_text("https://example.org/spec")

    patch = {"data.sources": [{"id": 1, "title": "New source"}], "state.filter": "active"}
    update_widget(actor=alice.actor, session_id=talk.pk, app=app, widget_id="chat_side", patch=patch)
    side = page.locator("session-side")
    expect(side.locator("wm-card")).to_have_text(["New source"])
    report_widget_error(
        actor=alice.actor,
        session_id=talk.pk,
        app=app,
        widget_id="chat_side",
        binding="sources",
        message="Backend timeout - please retry",
    )
    expect(side.get_by_role("alert")).to_contain_text("Backend timeout - please retry")
    expect(side.locator("wm-card")).to_have_text(["New source"])
    close_widget(actor=alice.actor, session_id=talk.pk, app=app, widget_id=listed.widget_id)
    expect(page.locator("mounted-widget").filter(has_text="https://example.org/spec")).to_have_count(0)
    assert visitor.faults == []


def test_what_is_chosen_is_in_the_prompt(alice: Person, visit: Visit) -> None:
    """The example with sources that people pick beside the chat."""
    app = install(alice, "rag.yaml", seed_app("rag"))
    visitor = visit(alice)
    page, talk = talk_with(visitor, alice, app)
    side = page.locator("session-side")
    for name in ("Agents", "API", "Apps"):
        with page.expect_response("**/widgets/action"):
            side.locator("wm-card").filter(has_text=name).first.get_by_role("button").click()
    expect(side.locator("wm-stat")).to_contain_text("3")
    expect(side.locator("wm-card[data-selected]")).to_have_count(3)
    page.reload()
    expect(side.locator("wm-stat")).to_contain_text("3")
    assert widget_context(alice.actor, talk.pk, apps=[app]) == (
        '# WIDGET CONTEXT\n## Session state\n- **selected_sources**: ["agents", "api", "apps"]'
    )
    assert visitor.faults == []
