"""Widgets of apps in real browsers: beside the chat, among its messages, in dialogs; live, and nobody else's."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chat.conversations.actions import create_conversation
from chat.conversations.models import Conversation
from tests.e2e.conftest import ROOT, Visit, Visitor
from tests.people import Person
from widgets_manager.sessions.actions.state import set_state
from widgets_manager.sessions.actions.updates import update_widget
from widgets_manager.sessions.actions.widgets import close_widget, render_widget, report_widget_error
from widgets_manager.sessions.models import MountedWidget, SessionState
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.e2e
STUDIO = (ROOT / "tests/fixtures/apps/studio.yaml").read_text()
LIST = {
    "type": "list",
    "items": "{{found}}",
    "item": {"type": "text", "text": "{{index + 1}}. {{item.title}}, {{state.filter}}"},
    "empty": {"type": "empty_state", "title": "Nothing yet"},
}


def install(person: Person, name: str = "studio.yaml", text: str = STUDIO, *, for_all: bool = True) -> InstalledWidget:
    data = text.encode()
    source = installs.from_upload(name, len(data), lambda: data)
    return installs.install_widget(actor=person.actor, source=source, tenant_wide=for_all)[0]


@pytest.fixture
def studio(alice: Person) -> InstalledWidget:
    return install(alice)


@pytest.fixture
def talk(alice: Person) -> Conversation:
    return create_conversation(actor=alice.actor)


def side(page: Page) -> Locator:
    return page.locator("session-side")


def size(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box
    return box["width"], box["height"]


def picked(page: Page) -> Locator:
    return side(page).locator("wm-stat")


def pick(page: Page, number: int) -> None:
    side(page).locator("wm-card").nth(number).click()


def bubbles(page: Page) -> Locator:
    return page.locator("mounted-widget")


def kept(app: InstalledWidget) -> set[tuple[uuid.UUID, int]]:
    """How many are picked, by conversation."""
    return {(row.session_id, len(row.state["picked"])) for row in SessionState.objects.filter(app=app)}


def eventually(holds: Callable[[], bool]) -> None:
    """The page has shown it; its call may still be on its way."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def open_talk(visit: Visit, person: Person, talk: Conversation) -> Visitor:
    visitor = visit(person)
    visitor.go(f"/chat/{talk.pk}/")
    expect(visitor.page.get_by_role("textbox", name="Message")).to_be_visible()
    return visitor


def push(person: Person, talk: Conversation, app: InstalledWidget | None = None, **wish: Any) -> MountedWidget:
    return render_widget(actor=person.actor, session_id=talk.pk, app=app, **wish).widget


def test_it_works(alice: Person, studio: InstalledWidget, visit: Visit) -> None:
    """The first touch makes the conversation; what was chosen is kept, and known to the server."""
    visitor = visit(alice)
    page = visitor.go("/chat/")
    expect(side(page).get_by_role("heading", name="Studio")).to_be_visible()
    expect(side(page).locator("wm-card")).to_have_count(4)
    assert not Conversation.objects.exists()
    page.get_by_role("textbox", name="Message").fill("half a sentence")
    pick(page, 0)
    pick(page, 2)
    expect(picked(page)).to_contain_text("2")
    page.wait_for_url("**/chat/*-*/")
    expect(page.get_by_role("textbox", name="Message")).to_have_value("half a sentence")
    pick(page, 0)
    expect(picked(page)).to_contain_text("1")
    page.reload()
    expect(picked(page)).to_contain_text("1")
    eventually(lambda: kept(studio) == {(Conversation.objects.get().pk, 1)})
    assert visitor.faults == []


def test_the_panel_is_as_wide_as_its_author_said_and_folds_away(
    alice: Person, studio: InstalledWidget, visit: Visit
) -> None:
    page = visit(alice).go("/chat/")
    expect(side(page)).to_be_visible()
    assert size(side(page))[0] == 260
    side(page).get_by_role("button", name="Hide the panel").press("Enter")
    expect(side(page)).to_have_count(0)
    show = page.get_by_role("button", name="Show Studio")
    expect(show).to_be_focused()
    page.reload()
    expect(show).to_be_visible()
    expect(side(page)).to_have_count(0)
    show.press("Enter")
    expect(side(page).locator("wm-card")).to_have_count(4)


def test_on_a_phone_the_panel_is_a_sheet(alice: Person, studio: InstalledWidget, visit: Visit) -> None:
    visitor = visit(alice)
    visitor.page.set_viewport_size({"width": 320, "height": 720})
    page = visitor.go("/chat/")
    page.get_by_role("button", name="Show Studio").click()
    pick(page, 1)
    expect(picked(page)).to_contain_text("1")
    assert size(side(page))[0] == 320
    visitor.check_accessibility()
    side(page).locator("wm-card").first.focus()
    page.keyboard.press("Escape")
    expect(side(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Show Studio")).to_be_focused()
    assert not visitor.overflows()


def test_in_the_dock_it_is_the_same_conversation(alice: Person, studio: InstalledWidget, visit: Visit) -> None:
    visitor = visit(alice)
    page = visitor.go("/chat/")
    pick(page, 0)
    page.wait_for_url("**/chat/*-*/")
    page = visitor.go("/widgets/")
    page.keyboard.press("Control+j")
    page.get_by_role("button", name="Show Studio").click()
    expect(picked(page)).to_contain_text("1")


def test_an_action_writes_into_the_chat(alice: Person, studio: InstalledWidget, visit: Visit) -> None:
    page = visit(alice).go("/chat/")
    pick(page, 0)
    side(page).get_by_role("button", name="Ask").click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("What of agents?")


def test_a_dialog_of_the_app(alice: Person, studio: InstalledWidget, visit: Visit) -> None:
    visitor = visit(alice)
    page = visitor.go("/chat/")
    pick(page, 0)
    opener = side(page).get_by_role("button", name="Plan")
    opener.press("Enter")
    dialog = page.get_by_role("dialog", name="New plan")
    expect(dialog.get_by_label("Topic")).to_have_value("About 1 pages")
    assert size(dialog)[0] == 520
    visitor.check_accessibility("dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    opener.press("Enter")
    page.set_viewport_size({"width": 320, "height": 700})
    assert size(dialog) == (320, 700)
    dialog.get_by_role("button", name="Plan it").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Planned")).to_be_visible()
    assert visitor.faults == []


def test_widgets_among_the_messages(alice: Person, talk: Conversation, visit: Visit) -> None:
    """Pushed, patched, faulted and closed while somebody looks on; the same after a reload."""
    visitor = open_talk(visit, alice, talk)
    page = visitor.page
    data = {"found": {"type": "static", "value": [{"title": "One"}]}}
    widget = push(alice, talk, zone="inline", tree=LIST, data=data, title="Found")
    bubble = page.get_by_role("region", name="Found")
    expect(bubble).to_contain_text("1. One,")
    who: dict[str, Any] = {"actor": alice.actor, "session_id": talk.pk, "widget_id": widget.widget_id}
    update_widget(**who, patch={"data.found.1": {"title": "Two"}, "state.filter": "active"})
    expect(bubble).to_contain_text("2. Two, active")
    report_widget_error(**who, binding="found", message="Backend timeout")
    expect(bubble.get_by_role("alert")).to_contain_text("Found could not be loaded")
    visitor.check_accessibility()
    page.reload()
    expect(bubble).to_contain_text("2. Two, active")
    expect(bubble.get_by_role("alert")).to_contain_text("Backend timeout")
    close_widget(**who)
    expect(page.locator(".widget-closed")).to_contain_text("closed")
    page.reload()
    expect(page.locator(".widget-closed")).to_contain_text("closed")
    assert visitor.faults == []


def test_one_change_renders_one_node(alice: Person, talk: Conversation, visit: Visit) -> None:
    page = open_talk(visit, alice, talk).page
    tree = {"type": "column", "children": [{"type": "text", "text": f"{{{{ctx.n{n}}}}}"} for n in range(60)]}
    widget = push(alice, talk, zone="inline", tree=tree, ctx={f"n{n}": n for n in range(60)})
    expect(bubbles(page).locator("wm-text")).to_have_count(60)
    page.evaluate(
        "() => { window.touched = new Set(); new MutationObserver(all => all.forEach(({target}) => window.touched.add("
        "(target.nodeType === 1 ? target : target.parentElement).closest('wm-text')?.textContent.trim())))"
        ".observe(document.querySelector('mounted-widget wm-widget'), "
        "{subtree: true, childList: true, characterData: true}); }"
    )
    update_widget(actor=alice.actor, session_id=talk.pk, widget_id=widget.widget_id, patch={"ctx.n7": "seven"})
    expect(bubbles(page).locator("wm-text").nth(7)).to_have_text("seven")
    assert page.evaluate("() => [...window.touched]") == ["seven"]


def test_a_question_is_answered_once(alice: Person, studio: InstalledWidget, talk: Conversation, visit: Visit) -> None:
    visitor = open_talk(visit, alice, talk)
    page, other = visitor.page, visitor.open_tab()
    other.goto(page.url)
    push(alice, talk, studio, zone="inline", ref="sure", ctx={"path": "/docs/notes.md"})
    for tab in (page, other):
        expect(bubbles(tab)).to_contain_text("Drop /docs/notes.md?")
    bubbles(page).get_by_role("button", name="Drop").dblclick()
    for tab in (page, other):
        expect(bubbles(tab).get_by_role("button", name="Drop")).to_have_count(0)
        expect(tab.locator(".chat-event")).to_have_count(1)
    page.reload()
    expect(bubbles(page)).to_contain_text("Drop")
    expect(bubbles(page).get_by_role("button", name="Keep")).to_have_count(0)
    visitor.check_accessibility()


def test_a_no_is_kept_and_told(alice: Person, studio: InstalledWidget, talk: Conversation, visit: Visit) -> None:
    """The question names nothing to do for it: what was chosen reaches the server all the same."""
    page = open_talk(visit, alice, talk).page
    push(alice, talk, studio, zone="inline", ref="sure", ctx={"path": "/docs/notes.md"})
    bubbles(page).get_by_role("button", name="Keep").click()
    expect(page.locator(".chat-event")).to_contain_text("Keep")
    page.reload()
    expect(bubbles(page).locator(".confirm-choice")).to_have_text("Keep")
    expect(bubbles(page).get_by_role("button", name="Drop")).to_have_count(0)


def test_a_pushed_dialog_opens_once(alice: Person, studio: InstalledWidget, talk: Conversation, visit: Visit) -> None:
    visitor = open_talk(visit, alice, talk)
    page = visitor.page
    widget = push(alice, talk, studio, zone="modals", ref="plan", ctx={"topic": "Pushed"})
    dialog = page.get_by_role("dialog", name="New plan")
    expect(dialog.get_by_label("Topic")).to_have_value("Pushed")
    page.reload()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.wait_for_function(
        "([talk, id]) => fetch(`/api/sessions/${talk}/widgets`).then(a => a.json())"
        ".then(({data}) => !data.widgets.some(w => w.widget_id === id))",
        arg=[str(talk.pk), widget.widget_id],
    )
    page.reload()
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    expect(side(page).locator("wm-card")).to_have_count(4)
    expect(dialog).to_have_count(0)
    again = push(alice, talk, studio, zone="modals", ref="plan")
    expect(dialog).to_be_visible()
    close_widget(actor=alice.actor, session_id=talk.pk, widget_id=again.widget_id)
    expect(dialog).to_have_count(0)


def test_pushed_tabs_come_and_go_beside_the_chat(
    alice: Person, studio: InstalledWidget, talk: Conversation, visit: Visit
) -> None:
    visitor = open_talk(visit, alice, talk)
    page = visitor.page
    pick(page, 0)
    push(alice, talk, studio, zone="workspace", ref="notes")
    tab = side(page).get_by_role("tab", name="Notes")
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(side(page).get_by_role("tabpanel", name="Notes")).to_contain_text("There are 1.")
    tab.press("ArrowLeft")
    expect(side(page).get_by_role("tab", name="Studio")).to_be_focused()
    pick(page, 1)
    page.keyboard.press("Tab")
    side(page).get_by_role("tab", name="Notes").click()
    expect(side(page).get_by_role("tabpanel", name="Notes")).to_contain_text("There are 2.")
    visitor.check_accessibility()
    side(page).get_by_role("tab", name="Notes").press("Delete")
    expect(side(page).get_by_role("tab")).to_have_count(0)
    expect(side(page).get_by_role("heading", name="Studio")).to_be_visible()
    eventually(lambda: MountedWidget.objects.exclude(closed_at=None).count() == 1)


def test_a_declared_panel_is_patched(alice: Person, studio: InstalledWidget, talk: Conversation, visit: Visit) -> None:
    page = open_talk(visit, alice, talk).page
    expect(side(page).locator("wm-card")).to_have_count(4)
    patch = {"data.pages": [{"id": "x", "name": "From outside", "doc_count": 1}], "state.picked": ["x", "y", "z"]}
    update_widget(actor=alice.actor, session_id=talk.pk, widget_id="chat_side", app=studio, patch=patch)
    expect(side(page).locator("wm-card")).to_contain_text(["From outside"])
    expect(picked(page)).to_contain_text("3")
    page.reload()
    expect(side(page).locator("wm-card")).to_contain_text(["From outside"])


def test_what_the_server_refuses_is_undone(
    alice: Person, studio: InstalledWidget, talk: Conversation, visit: Visit
) -> None:
    page = open_talk(visit, alice, talk).page
    pick(page, 0)
    expect(picked(page)).to_contain_text("1")

    def refuse(route: Route) -> None:
        body = {"error": {"code": "LIMIT", "message": "The state is full."}}
        route.fulfill(status=409, content_type="application/json", body=json.dumps(body))

    page.route("**/widgets/action", refuse)
    pick(page, 1)
    expect(page.get_by_text("The state is full.")).to_be_visible()
    expect(picked(page)).to_contain_text("1")
    page.unroute("**/widgets/action")
    pick(page, 1)
    expect(picked(page)).to_contain_text("2")


def test_conversations_never_mix(
    alice: Person, bob: Person, studio: InstalledWidget, talk: Conversation, visit: Visit
) -> None:
    """Two people, and two conversations of one person, side by side; two pages of one conversation are one."""
    hers = open_talk(visit, alice, talk)
    first, second, same = hers.page, hers.open_tab(), hers.open_tab()
    other = create_conversation(actor=alice.actor)
    second.goto(f"{hers.address}/chat/{other.pk}/")
    same.goto(first.url)
    his = visit(bob).go("/chat/")
    for page in (first, second, same, his):
        expect(side(page).locator("wm-card")).to_have_count(4)
    pick(first, 0)
    pick(first, 1)
    pick(first, 3)
    pick(second, 2)
    pick(his, 1)
    pick(his, 2)
    push(alice, talk, zone="inline", tree={"type": "text", "text": "Only here"})
    expect(bubbles(same)).to_contain_text("Only here")
    for page, count in ((first, "3"), (same, "3"), (second, "1"), (his, "2")):
        expect(picked(page)).to_contain_text(count)
    his.wait_for_url("**/chat/*-*/")
    for page in (second, his):
        expect(bubbles(page)).to_have_count(0)
    wanted = {(talk.pk, 3), (other.pk, 1), (uuid.UUID(his.url.rstrip("/").rsplit("/", 1)[1]), 2)}
    eventually(lambda: kept(studio) == wanted)
    # The list of the conversations leads from one to the other.
    first.locator("chat-history a").filter(has_text="New conversation").nth(0).wait_for()
    first.goto(f"{hers.address}/chat/{other.pk}/")
    expect(picked(first)).to_contain_text("1")


def test_a_page_that_was_cut_off_catches_up(alice: Person, talk: Conversation, visit: Visit) -> None:
    visitor = open_talk(visit, alice, talk)
    page = visitor.page
    widget = push(alice, talk, zone="inline", tree={"type": "text", "text": "n is {{state.n}}"})
    set_state(actor=alice.actor, session_id=talk.pk, app=None, changes={"n": 1})
    expect(bubbles(page)).to_contain_text("n is 1")
    visitor.context.set_offline(True)
    for number in range(2, 9):
        set_state(actor=alice.actor, session_id=talk.pk, app=None, changes={"n": number})
    set_state(actor=alice.actor, session_id=talk.pk, app=None, changes={"n.increment": 1})
    visitor.context.set_offline(False)
    expect(bubbles(page)).to_contain_text("n is 9")
    assert widget.widget_id in json.dumps(
        page.evaluate("t => fetch(`/api/sessions/${t}/widgets`).then(a => a.json())", str(talk.pk))
    )


def test_a_conversation_about_one_app(alice: Person, studio: InstalledWidget, visit: Visit) -> None:
    install(alice, "atelier.yaml", STUDIO.replace("title: Studio", "title: Atelier"))
    visitor = visit(alice)
    page = visitor.go("/chat/")
    expect(side(page).get_by_role("tab")).to_have_count(2)
    page = visitor.go(f"/chat/?app={studio.pk}")
    expect(side(page).get_by_role("heading", name="Studio")).to_be_visible()
    expect(side(page).get_by_role("tab")).to_have_count(0)
    pick(page, 0)
    page.wait_for_url("**/chat/*-*/")
    page.reload()
    expect(side(page).get_by_role("heading", name="Studio")).to_be_visible()
    expect(side(page).get_by_role("tab")).to_have_count(0)
    assert Conversation.objects.get().app_id == studio.pk


def test_an_app_that_is_switched_off_goes_at_once(
    alice: Person, studio: InstalledWidget, talk: Conversation, visit: Visit
) -> None:
    """Its panel, what was pushed, and an open dialog; what is switched on again is as it was."""
    page = open_talk(visit, alice, talk).page
    push(alice, talk, studio, zone="inline", ref="sure", ctx={"path": "/docs/notes.md"})
    question = bubbles(page).get_by_role("button", name="Drop")
    expect(question).to_be_visible()
    side(page).get_by_role("button", name="Plan").click()
    dialog = page.get_by_role("dialog", name="New plan")
    expect(dialog.get_by_label("Topic")).to_be_visible()
    installs.set_enabled(actor=alice.actor, widget=studio, enabled=False)
    expect(dialog).to_contain_text("was switched off or uninstalled")
    page.keyboard.press("Escape")
    expect(side(page)).to_have_count(0)
    expect(question).to_have_count(0)
    installs.set_enabled(actor=alice.actor, widget=studio, enabled=True)
    expect(side(page).locator("wm-card")).to_have_count(4)
    expect(question).to_be_visible()
    push(alice, talk, studio, zone="modals", ref="plan")
    expect(dialog).to_be_visible()
    installs.uninstall_widget(actor=alice.actor, widget=studio)
    expect(dialog).to_have_count(0)
    expect(side(page)).to_have_count(0)
    expect(page.locator(".widget-closed")).to_be_visible()


def test_a_primitive_of_a_newer_version_is_named(alice: Person, talk: Conversation, visit: Visit) -> None:
    page = open_talk(visit, alice, talk).page
    widget = push(alice, talk, zone="inline", tree={"type": "column", "children": [{"type": "text", "text": "Old"}]})
    tree = {"type": "column", "children": [{"type": "hologram"}, {"type": "text", "text": "Old"}]}
    MountedWidget.objects.filter(pk=widget.pk).update(tree=tree)
    page.reload()
    expect(bubbles(page)).to_contain_text("hologram")
    expect(bubbles(page)).to_contain_text("Old")


def test_pictures(alice: Person, studio: InstalledWidget, talk: Conversation, visit: Visit) -> None:
    visitor = open_talk(visit, alice, talk)
    page = visitor.page
    push(alice, talk, studio, zone="inline", ref="sure", ctx={"path": "/docs/notes.md"})
    push(alice, talk, studio, zone="workspace", ref="notes")
    expect(bubbles(page)).to_contain_text("Drop")
    expect(side(page).get_by_role("tab")).to_have_count(2)
    visitor.photograph("session-widgets", widths=(1600, 1280, 900, 320))
    push(alice, talk, studio, zone="modals", ref="plan", ctx={"topic": "Pushed"})
    expect(page.get_by_role("dialog")).to_be_visible()
    visitor.photograph("session-dialog", widths=(1280, 320))
    assert visitor.faults == []
