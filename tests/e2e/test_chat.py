"""The chat in real browsers, on its page and in the dock: asking, answers as they grow, questions back, history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

from chat.conversations.actions import create_conversation, delete_conversation, post_message
from chat.conversations.answers import begin_answer, finish_answer
from chat.conversations.models import Conversation, Message
from chat.turns.models import Turn
from tests.e2e.conftest import Visit, Visitor
from tests.llm.fake_openai import FakeOpenAI, Reply, says
from tests.people import Person
from widgets_manager.core.models import Tenant
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.actions.workspaces import create_workspace
from widgets_manager.widgets.models import WidgetInstance, Workspace
from widgets_manager.widgets.samples import sample_manifest

pytestmark = pytest.mark.e2e
Boards = tuple[WidgetInstance, WidgetInstance]


@pytest.fixture
def team(alice: Person) -> Workspace:
    return create_workspace(actor=alice.actor, name="Team", visibility="tenant")


@pytest.fixture
def boards(alice: Person, team: Workspace) -> Boards:
    """Task Board A and B on the team's dashboard."""
    source = installs.from_text(sample_manifest("task-board") or "")
    widget = installs.install_widget(actor=alice.actor, source=source, tenant_wide=True)[0]
    first, second = (place_widget(actor=alice.actor, workspace=team, widget=widget) for _ in range(2))
    return first, second


@pytest.fixture
def model(settings: Any) -> Iterator[FakeOpenAI]:
    """A language model that answers what a test wants."""
    with FakeOpenAI(says("Hello.")) as endpoint:
        settings.LLM_BASE_URL, settings.LLM_MODEL, settings.LLM_API_KEY = endpoint.base_url, "fake-model", "key"
        yield endpoint


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def say(page: Page, text: str) -> None:
    """By the keyboard; ends when the answer has."""
    before = page.locator("chat-message").count()
    field(page).fill(text)
    field(page).press("Enter")
    expect(page.locator("chat-message")).not_to_have_count(before)
    settled(page)


def settled(page: Page) -> None:
    page.wait_for_function(
        "() => document.querySelector('chat-message') && "
        "!document.querySelector('chat-message[data-status=streaming], .chat-outgoing')"
    )


def answers(page: Page) -> Locator:
    return page.locator("chat-message[data-from=assistant]")


def titles(instance: WidgetInstance) -> list[str]:
    return list(PanelItem.objects.filter(instance=instance).values_list("title", flat=True))


def converse(
    person: Person, texts: int = 1, payload: dict[str, Any] | None = None, answer: str = "Done."
) -> Conversation:
    """A conversation that took place before anybody looks."""
    conversation = create_conversation(actor=person.actor)
    asker, assistant = conversation.participants.get(kind="user"), conversation.participants.get(kind="assistant")
    shared = {"tenant": person.tenant, "conversation": conversation}
    rows = []
    for number in range(texts):
        rows.append(Message(**shared, number=2 * number + 1, sender=asker, text=f"question {number}"))
        rows.append(Message(**shared, number=2 * number + 2, sender=assistant, text=answer, payload=payload or {}))
    Message.objects.bulk_create(rows)
    Conversation.objects.filter(pk=conversation.pk).update(last_number=2 * texts, title="question 0")
    return conversation


def clean(visitor: Visitor) -> None:
    assert not visitor.faults, visitor.faults


def test_it_works(alice: Person, bob: Person, boards: Boards, team: Workspace, visit: Visit) -> None:
    """The main job: a task for the board that is named, seen at once by everybody who looks."""
    teammate = visit(bob).go(f"/dashboard/{team.pk}/")
    visitor = visit(alice)
    page = visitor.go(f"/dashboard/{team.pk}/")
    expect(page.get_by_role("region", name="Task Board B")).to_be_visible()
    page.locator(".dock-toggle").click()
    expect(field(page)).to_be_focused()
    say(page, "add buy milk to board B")
    expect(answers(page)).to_contain_text("buy milk")
    for shown in (page, teammate):
        expect(shown.get_by_role("region", name="Task Board B")).to_contain_text("buy milk")
    assert (titles(boards[0]), titles(boards[1])) == ([], ["buy milk"])
    turn = Turn.objects.get()
    assert turn.visible_panel_ids is not None
    assert set(turn.visible_panel_ids) >= {boards[0].panel_id, boards[1].panel_id}
    visitor.check_accessibility(".dock")
    visitor.photograph("chat-dock", widths=(1280, 768, 360))
    clean(visitor)


def test_an_answer_grows_is_stopped_and_asked_for_again(
    alice: Person, boards: Boards, model: FakeOpenAI, visit: Visit
) -> None:
    model.replies = [
        says("Some **bold** <b>words</b> 👍🏽 " * 40, pause=0.03),
        says("The _whole_ answer.\n\n```\n" + "wide " * 60 + "\n```"),
    ]
    visitor = visit(alice)
    page = visitor.go("/chat/")
    field(page).fill("talk to me")
    field(page).press("Enter")
    answer = answers(page).first
    expect(answer.locator("strong").first).to_have_text("bold")
    expect(answer).to_contain_text("<b>words</b>")
    assert page.locator("chat-thread [role=status]").inner_text() == ""
    page.get_by_role("button", name="Stop").click()
    expect(answer).to_have_attribute("data-status", "interrupted")
    expect(answer.get_by_text("Cut off")).to_be_visible()
    answer.get_by_role("button", name="Try again").click()
    expect(answers(page).nth(1).locator("em")).to_have_text("whole")
    expect(page.locator("chat-thread [role=status]")).to_contain_text("Assistant: The _whole_ answer.")
    expect(answer.get_by_role("button", name="Try again")).to_have_count(0)
    visitor.check_accessibility()
    clean(visitor)


def test_a_failed_answer_says_why(alice: Person, boards: Boards, model: FakeOpenAI, visit: Visit) -> None:
    model.replies = [Reply(status=401, body="{}"), says("Better.")]
    page = visit(alice).go("/chat/")
    say(page, "hello")
    expect(answers(page).locator(".alert")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(answers(page).nth(1)).to_contain_text("Better.")


def test_a_write_waits_for_a_yes(alice: Person, acme: Tenant, boards: Boards, visit: Visit) -> None:
    Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)
    visitor = visit(alice)
    page = visitor.go("/chat/")
    say(page, "add buy milk to board A")
    card = page.get_by_role("region", name="Confirmation").first
    expect(card).to_contain_text(boards[0].panel_id)
    expect(card.locator("dl")).to_contain_text(re.compile(r"title\s*buy milk"))
    assert titles(boards[0]) == []
    visitor.check_accessibility()
    visitor.photograph("chat-confirmation")
    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("Cancelled")
    expect(card.get_by_role("button")).to_have_count(0)
    say(page, "add oat milk to board A")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    settled(page)
    assert titles(boards[0]) == ["oat milk"]
    page.reload()
    expect(page.get_by_text("Cancelled", exact=True)).to_be_visible()
    clean(visitor)


def test_one_of_several_is_chosen_once(alice: Person, boards: Boards, visit: Visit) -> None:
    visitor = visit(alice)
    page = visitor.go("/chat/")
    say(page, "add buy milk to the task board")
    choices = page.get_by_role("group", name="Choices").get_by_role("button")
    expect(choices).to_have_count(2)
    choices.filter(has_text="Task Board B").click()
    expect(choices.filter(has_text="Task Board B")).to_have_attribute("aria-pressed", "true")
    expect(choices.filter(has_text="Task Board A")).to_have_attribute("aria-disabled", "true")
    expect(answers(page)).to_have_count(2)
    choices.filter(has_text="Task Board A").click(force=True)
    settled(page)
    assert (titles(boards[0]), titles(boards[1])) == ([], ["buy milk"])
    visitor.check_accessibility()


def test_results_lead_only_to_safe_places(alice: Person, boards: Boards, visit: Visit) -> None:
    items = [{"id": str(n), "type": "task", "title": f"Task {n}", "subtitle": "To do"} for n in range(12)]
    items[0] |= {"title": "<img src=x onerror=alert(1)>", "url": "javascript:alert(1)"}
    items[1] |= {"url": "https://example.com/a"}
    result = {
        "success": True,
        "items": items,
        "totalCount": 40,
        "navigateTo": "//evil.example/",
        "openUrl": "/widgets/",
        "showInViewPanel": boards[0].panel_id,
    }
    payload = {"type": "result", "panel_id": "x", "intent": "i", "params": {}, "result": result}
    conversation = converse(alice, payload=payload, answer="Forty tasks.")
    visitor = visit(alice)
    page = visitor.go(f"/chat/{conversation.pk}/")
    listed = page.locator(".chat-items > li")
    expect(listed).to_have_count(8)
    expect(listed.first).to_contain_text("<img src=x onerror=alert(1)>")
    expect(listed.first.locator("a")).to_have_count(0)
    link = listed.nth(1).get_by_role("link")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")
    page.get_by_role("button", name="Show all 12").click()
    expect(listed).to_have_count(12)
    expect(page.get_by_text("12 of 40")).to_be_visible()
    assert [way.get_attribute("href") for way in page.locator(".chat-ways a").all()] == [
        f"/dashboard/?panel={boards[0].panel_id}",
        "/widgets/",
    ]
    visitor.check_accessibility()
    page.evaluate(
        "() => addEventListener('panel:open', e => { e.preventDefault(); document.title = e.detail.panel_id })"
    )
    page.get_by_role("link", name="Open panel").click()
    expect(page).to_have_title(boards[0].panel_id)
    clean(visitor)


def test_why(alice: Person, boards: Boards, visit: Visit) -> None:
    visitor = visit(alice)
    page = visitor.go("/chat/")
    say(page, "add buy milk to board B")
    page.get_by_role("button", name="Why").click()
    why = page.get_by_role("region", name="Why this answer")
    expect(why).to_contain_text("offline matcher")
    expect(why).to_contain_text(re.compile(r"title\s*buy milk"))
    expect(why.locator("pre")).to_contain_text(f'(panelId: "{boards[1].panel_id}")')
    page.get_by_role("button", name="Offline matcher").click()
    expect(page.get_by_text("LLM_BASE_URL")).to_be_visible()
    visitor.check_accessibility()
    page.keyboard.press("Escape")
    expect(page.get_by_text("LLM_BASE_URL")).to_be_hidden()
    visitor.photograph("chat-why")
    clean(visitor)


def test_nothing_typed_is_lost(alice: Person, boards: Boards, visit: Visit) -> None:
    """Half a message survives the next page; one that could not be sent waits, and is then said once."""
    conversation = converse(alice)
    visitor = visit(alice)
    page = visitor.go(f"/chat/{conversation.pk}/")
    field(page).fill("half a sen")
    page.reload()
    expect(field(page)).to_have_value("half a sen")
    page.route("**/messages", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    field(page).fill("add buy milk to board A")
    field(page).press("Enter")
    expect(page.get_by_text("Not sent.")).to_be_visible()
    expect(field(page)).to_have_value("")
    page.reload()
    expect(page.get_by_text("Not sent.")).to_be_visible()
    visitor.check_accessibility()
    page.unroute("**/messages")
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/messages", lose_the_answer, times=1)
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("buy milk")).not_to_have_count(0)
    settled(page)
    page.reload()
    settled(page)
    assert lost == [202]
    assert Message.objects.filter(text="add buy milk to board A").count() == 1
    assert titles(boards[0]) == ["buy milk"]


def test_without_a_live_connection_answers_are_fetched(
    alice: Person, boards: Boards, model: FakeOpenAI, visit: Visit
) -> None:
    model.replies = [says("Slow and steady wins.", pause=0.1)]
    conversation = converse(alice)
    visitor = visit(alice)

    def refuse(socket: WebSocketRoute) -> None:
        socket.close()

    visitor.page.route_web_socket("**/ws/live/", refuse)
    page = visitor.go(f"/chat/{conversation.pk}/")
    expect(page.locator("chat-message").first).to_contain_text("question 0")
    field(page).fill("hello")
    field(page).press("Enter")
    expect(answers(page).last).to_contain_text("Slow and steady wins.", timeout=10_000)
    settled(page)


def test_history(alice: Person, charlie: Person, visit: Visit) -> None:
    visitor = visit(alice)
    first, second = converse(alice), converse(alice)
    Conversation.objects.filter(pk=first.pk).update(title="Groceries " + "and_a_very_long_word" * 8)
    Conversation.objects.filter(pk=second.pk).update(title="Holidays")
    page = visitor.go(f"/chat/{first.pk}/")
    other = visitor.open_tab()
    other.goto(f"{visitor.address}/chat/{second.pk}/")
    page.bring_to_front()  # tabs behind it are drawn once a second
    listed = page.get_by_role("list", name="Conversations").get_by_role("listitem")
    expect(listed).to_have_count(2)
    page.get_by_role("searchbox").fill("holi")
    expect(listed).to_have_count(1)
    listed.get_by_role("link", name="Holidays").click()
    expect(page).to_have_url(f"{visitor.address}/chat/{second.pk}/")
    listed.first.hover()
    page.get_by_role("button", name="Rename: Holidays").click()
    page.get_by_role("textbox", name="Title").fill("Holiday plans")
    page.keyboard.press("Enter")
    expect(other.locator(".chat-room .chat-bar-title")).to_have_text("Holiday plans")
    expect(other).to_have_title(re.compile("^Holiday plans"))
    listed.first.hover()
    page.get_by_role("button", name="Delete: Holiday plans").click()
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    visitor.check_accessibility()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(other.get_by_text("This conversation is gone")).to_be_visible()
    expect(page).to_have_url(f"{visitor.address}/chat/")
    page.get_by_role("searchbox").fill("")
    expect(listed).to_have_count(1)
    page.go_back()
    expect(page.locator("chat-message").first).to_contain_text("question 0")
    assert visit(charlie).page.goto(f"{visitor.address}/chat/{first.pk}/").status == 404  # type: ignore[union-attr]
    clean(visitor)


def test_long_conversations(alice: Person, visit: Visit) -> None:
    """Earlier messages come without a jump; what is new does not pull the reader away."""
    conversation = converse(alice, texts=40)
    word = "unbroken" * 60
    post_message(actor=alice.actor, conversation=conversation, text=f"{word} " + "line\n" * 40 + "x" * 15_000)
    finish_answer(message=begin_answer(conversation=conversation), text=f"{word}\n\n```\n{word}\n```")
    Message.objects.filter(conversation=conversation, number__lt=20).update(
        created_at=timezone.now() - timedelta(days=1)
    )
    visitor = visit(alice)
    page = visitor.go(f"/chat/{conversation.pk}/")
    settled(page)
    scroller = page.get_by_role("log")
    assert scroller.evaluate("log => log.scrollHeight - log.clientHeight - log.scrollTop") < 2
    assert page.locator("chat-message").count() == 50
    scroller.evaluate("log => { log.scrollTop = 150 }")
    read = page.get_by_role("article").filter(has_text="question 20")
    where = read.evaluate("message => message.getBoundingClientRect().top")
    expect(page.locator("chat-message")).to_have_count(82)
    page.wait_for_function("() => !document.querySelector('.chat-earlier')")
    assert abs(read.evaluate("message => message.getBoundingClientRect().top") - where) < 3
    expect(page.get_by_text("Yesterday")).to_have_count(1)
    finish_answer(message=begin_answer(conversation=conversation), text="News.")
    page.get_by_role("button", name="New messages").click()
    expect(answers(page).last).to_be_in_viewport()
    expect(answers(page).last).to_contain_text("News.")
    expect(page.get_by_role("button", name="New messages")).to_have_count(0)
    assert not visitor.overflows()
    field(page).fill("x" * 20_001)
    expect(page.get_by_text("Too long: 20,001 of 20,000 characters")).to_be_visible()
    field(page).press("Enter")
    expect(field(page)).to_have_value("x" * 20_001)
    visitor.photograph("chat-long")


def test_the_beginning_and_the_palette(alice: Person, boards: Boards, visit: Visit) -> None:
    visitor = visit(alice)
    page = visitor.go("/chat/")
    suggestions = page.get_by_role("list", name="Suggestions").get_by_role("button")
    expect(suggestions.first).to_be_visible()
    assert page.locator("#dock").count() == 0
    visitor.check_accessibility()
    visitor.photograph("chat-empty", widths=(1600, 1280, 768, 360))
    words = suggestions.first.locator(".chat-suggestion").inner_text()
    suggestions.first.click()
    expect(field(page)).to_have_value(words)
    field(page).fill("")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("board milk")
    option = page.get_by_role("option").filter(has_text="add buy milk to board B")
    option.click()
    expect(field(page)).to_have_value("add buy milk to board B")
    expect(field(page)).to_be_focused()
    clean(visitor)


def test_suggestions_follow_what_is_there(alice: Person, team: Workspace, visit: Visit) -> None:
    page = visit(alice).go(f"/dashboard/{team.pk}/")
    page.locator(".dock-toggle").click()
    expect(page.get_by_role("link", name="Install or place a widget")).to_be_visible()
    place_widget(actor=alice.actor, workspace=team, builtin_slug="recent")
    expect(page.get_by_role("list", name="Suggestions")).to_contain_text("show recent")


def test_a_conversation_that_is_gone_is_forgotten(alice: Person, visit: Visit) -> None:
    """It was remembered by the dock, and deleted elsewhere before the next page."""
    conversation = converse(alice)
    visitor = visit(alice)
    visitor.go(f"/chat/{conversation.pk}/")
    delete_conversation(actor=alice.actor, conversation=conversation)
    page = visitor.go("/settings/")
    page.keyboard.press("Control+j")
    expect(field(page)).to_be_focused()
    expect(page.get_by_text("What would you like to do?")).to_be_visible()


def test_the_dock_goes_along(alice: Person, boards: Boards, visit: Visit) -> None:
    visitor = visit(alice)
    page = visitor.go("/settings/")
    page.locator(".dock-toggle").click()
    say(page, "show the tasks of board A")
    field(page).fill("and then")
    visitor.go("/widgets/")
    expect(answers(page)).to_be_visible()
    expect(field(page)).to_have_value("and then")
    page.keyboard.press("Control+j")
    expect(field(page)).to_be_focused()
    page.get_by_role("button", name="Conversations").click()
    expect(page.get_by_role("searchbox", name="Search conversations")).to_be_focused()
    visitor.check_accessibility(".dock")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("list", name="Suggestions")).to_be_visible()
    page.keyboard.press("Control+j")
    expect(page.locator("#dock")).to_be_hidden()
    expect(page.locator(".dock-toggle")).to_be_focused()
    clean(visitor)
