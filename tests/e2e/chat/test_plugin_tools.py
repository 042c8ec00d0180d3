"""Plugins in the chat, in real browsers: runs as they go on, what people start, widgets among the messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from chat.conversations.models import Conversation, Message
from sandbox.plugins.models import PluginRun
from tests.chat.test_plugin_tools import Gate
from tests.e2e.conftest import Visit, Visitor
from tests.e2e.sandbox.conftest import inside
from tests.e2e.test_chat import answers, clean, field, say, settled
from tests.isolated import isolates, isolates_socket  # noqa: F401  (fixtures)
from tests.llm.fake_openai import FakeOpenAI, calls_tools, says
from tests.people import Person
from tests.plugins.packages import SAMPLES, pie, skill
from tests.plugins.runs import code, install
from widgets_manager.core.models import Tenant

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("isolates")]

LONG = "A studio for pictures with a name that is far too long to stand anywhere"
STUDIO: dict[str, Any] = {
    "name": "draw_picture",
    "description": "Draws a picture of what is wanted.",
    "parameters": {
        "type": "object",
        "required": ["subject"],
        "properties": {
            "subject": {"type": "string", "description": "What is to be seen"},
            "size": {"type": "integer", "maximum": 500},
        },
    },
}
DRAW = """
  await context.streamEvent('browser_live_view', { url: 'https://live.example.com/1', sessionId: 's' });
  await context.streamEvent('progress', { percent: 40, note: 'Mixing colours' });
  if (input.subject === 'nothing') return { error: true, message: 'There is nothing to draw.' };
  const data = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><text x="5" y="20">sea</text></svg>';
  return { message: 'Drawn.', image: { filename: 'sea.svg', data } };"""


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def model(settings: Any) -> Iterator[FakeOpenAI]:
    with FakeOpenAI(says("Hello.")) as endpoint:
        settings.LLM_BASE_URL, settings.LLM_MODEL, settings.LLM_API_KEY = endpoint.base_url, "fake-model", "key"
        yield endpoint


def studio(person: Person, trigger: str = "manual") -> None:
    install(person, pie({"name": "studio", "displayName": LONG}, code(DRAW), tool=STUDIO, trigger=trigger))


def chat(visitor: Visitor) -> Page:
    page = visitor.go("/chat/")
    expect(field(page)).to_be_visible()
    return page


def card(page: Page) -> Locator:
    return page.locator(".plugin-run").last


def test_it_works(alice: Person, visit: Visit) -> None:
    """Without any model: a sentence, the tool's card with what went in and came out, and the same after a reload."""
    install(alice, (SAMPLES / "unit-converter.pie").read_text())
    visitor = visit(alice)
    page = chat(visitor)
    say(page, "how many pounds are 80 kg")
    expect(answers(page)).to_contain_text("value: 176.3698097")
    for _ in range(2):
        expect(card(page)).to_contain_text("Unit Converter")
        expect(card(page)).to_contain_text("Done")
        page.reload()
        settled(page)
    card(page).get_by_text("Input").click()
    expect(card(page).locator("pre").first).to_contain_text('"from": "kg"')
    card(page).get_by_text("Output").press("Enter")
    expect(card(page).locator("pre").nth(1)).to_contain_text('"unit": "lb"')
    expect(card(page).get_by_role("link", name="Run log")).to_have_attribute(
        "href", f"/widgets/plugins/{PluginRun.objects.get().widget_id}/runs/?run={PluginRun.objects.get().pk}"
    )
    visitor.check_accessibility()
    clean(visitor)


def test_a_run_is_seen_by_everybody_while_it_goes_on(
    alice: Person, visit: Visit, model: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    studio(alice, "auto")
    model.replies = [calls_tools(("draw_picture", {"subject": "sea"}), text="Let me see."), says("Here it is.")]
    visitor = visit(alice)
    page = chat(visitor)
    field(page).fill("draw the sea")
    field(page).press("Enter")
    expect(card(page)).to_contain_text("Running…")
    other = visit(alice).go(f"/chat/{Conversation.objects.get().pk}/")
    expect(card(other)).to_contain_text("Running…")
    assert not visitor.overflows()
    gate.go.set()
    for shown in (page, other):
        expect(card(shown)).to_contain_text("Done")
        expect(card(shown).get_by_role("img", name="sea.svg")).to_be_visible()
        expect(answers(shown)).to_contain_text("Here it is.")
        expect(card(shown)).to_contain_text("It has ended.")
    visitor.check_accessibility()
    visitor.photograph("chat-plugin-run")
    assert not visitor.overflows()
    clean(visitor)


def test_stopping(alice: Person, visit: Visit, model: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    studio(alice, "auto")
    model.replies = [calls_tools(*[("draw_picture", {"subject": "sea"})] * 2), says("Never said.")]
    page = chat(visit(alice))
    field(page).fill("draw the sea twice")
    field(page).press("Enter")
    expect(card(page)).to_contain_text("Running…")
    page.get_by_role("button", name="Stop").click()
    expect(card(page)).to_contain_text("What it had begun may have been done.")
    gate.go.set()
    expect(card(page)).to_contain_text("Done")  # it was carried to its end, and the second one never began
    assert PluginRun.objects.count() == 1
    expect(page.get_by_text("Cut off", exact=True)).to_be_visible()


def test_a_person_starts_a_tool(alice: Person, visit: Visit, model: FakeOpenAI) -> None:
    """By the keyboard alone, in a conversation that begins with it."""
    studio(alice)
    install(alice, (SAMPLES / "unit-converter.pie").read_text())
    visitor = visit(alice)
    page = chat(visitor)
    field(page).press("/")
    menu = page.get_by_role("listbox", name="Tools and skills")
    expect(menu.get_by_role("option")).to_have_count(2)
    visitor.check_accessibility()
    page.keyboard.type("pic")
    expect(menu.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Subject")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("This is required.")
    dialog.get_by_label("Subject").fill("sea")
    dialog.get_by_label("Size").fill("900")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("900 is greater than the maximum of 500")
    visitor.check_accessibility("dialog[open]")
    dialog.get_by_label("Size").fill("")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(card(page)).to_contain_text("Done")
    said = page.locator("chat-message[data-from=own]")
    expect(said).to_contain_text(f"Run {LONG}")
    expect(said).to_contain_text("sea")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("")
    assert (PluginRun.objects.count(), model.requests) == (1, [])
    visitor.check_accessibility()
    assert not visitor.overflows()
    field(page).fill("/nothing that is known")
    field(page).press("Enter")  # no tool: it is said as it is
    settled(page)
    assert Message.objects.filter(text="/nothing that is known").exists()
    page.keyboard.press("Control+k")
    page.keyboard.type("studio")
    page.get_by_role("option", name=f"Run {LONG}").click()
    expect(menu.get_by_role("option", name=LONG)).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    clean(visitor)


def test_a_skill_for_one_message(alice: Person, visit: Visit, model: FakeOpenAI) -> None:
    manual = {"displayName": "Rhymer", "manifest": {"trigger": "manual"}}
    install(alice, skill("Answer in rhymes.", **manual))
    page = chat(visit(alice))
    field(page).press("/")
    expect(page.get_by_role("option", name="Rhymer")).to_be_visible()
    page.keyboard.press("Enter")
    chosen = page.locator(".plugin-chosen")
    expect(chosen).to_contain_text("With Rhymer")
    say(page, "what is the sea?")
    expect(page.locator("chat-message[data-from=own]")).to_contain_text("with Rhymer")
    expect(chosen).to_have_count(0)
    say(page, "and the sky?")
    prompts = [request["messages"][0]["content"] for request in model.requests]
    assert ["Answer in rhymes." in prompt for prompt in prompts] == [True, False]


def test_its_widget_stands_among_the_messages(
    alice: Person, visit: Visit, model: FakeOpenAI, live_url: str, settings: Any
) -> None:
    settings.SANDBOX_ORIGIN = live_url.replace("127.0.0.1", "localhost")
    body = "await context.widget.show({ words: 'Hello ' + input.subject }); return { shown: true };"
    page_source = (
        "===widget===\n<p id='a'>waiting</p>\n<script>PIE.onData(function (data) "
        "{ document.getElementById('a').textContent = data.words; });</script>\n"
    )
    install(alice, pie({"name": "greeter", "displayName": LONG}, code(body), page_source, tool=STUDIO))
    model.replies = [calls_tools(("draw_picture", {"subject": "sea"})), says("There.")]
    visitor = visit(alice)
    page = chat(visitor)
    say(page, "greet the sea")
    place = page.locator(".plugin-place")
    for _ in range(2):
        expect(place).to_contain_text(LONG)
        expect(inside(place).locator("#a")).to_have_text("Hello sea")
        page.reload()
    assert not visitor.overflows()
    clean(visitor)


def test_a_yes_in_between(alice: Person, visit: Visit, model: FakeOpenAI, acme: Tenant) -> None:
    Tenant.objects.filter(pk=acme.pk).update(confirm_writes=True)
    studio(alice, "auto")
    model.replies = [calls_tools(("draw_picture", {"subject": "nothing"}))]
    page = chat(visit(alice))
    say(page, "draw nothing")
    question = page.get_by_role("region", name="Confirmation")
    expect(question).to_contain_text("draw_picture")
    question.get_by_role("button", name="Confirm").click()
    expect(card(page)).to_contain_text("Failed")
    # The card says it, and nothing says it again.
    expect(page.get_by_text("There is nothing to draw.", exact=True)).to_have_count(1)
    expect(question).to_contain_text("Confirmed")
    assert PluginRun.objects.count() == 1
