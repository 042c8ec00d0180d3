"""A widget that writes asks first: in the page, one question at a time, with the exact arguments, answered for good."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.frames.models import Grant
from tests.e2e.conftest import Visit
from tests.e2e.sandbox.conftest import Put, inside, opened, press, prompt, tile
from tests.people import Person
from widgets_manager.core.models import AuditEntry
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.models import WidgetInstance, Workspace

pytestmark = pytest.mark.e2e

# Two writes of a note, one button each, and what became of them.
WRITER = """
const root = document.getElementById('widget-root');
root.innerHTML = '<button>Write</button><button>Write twice</button><p id="said"></p>';
const said = root.querySelector('#said');
const write = async (text) => {
  const { id } = await WidgetBridge.notes.getCurrentNote();
  await WidgetBridge.notes.updateNote(id, text);
};
const tell = (work) => {
  said.textContent = '…';
  work.then(() => (said.textContent = 'Saved'), (error) => (said.textContent = error.code));
};
const [once, twice] = root.querySelectorAll('button');
once.addEventListener('click', () => tell(write(`From the widget <b>& more</b>\\n${'long '.repeat(400)}end`)));
twice.addEventListener('click', () => tell(Promise.all([write('first'), write('second')])));
addEventListener('widget:init', () => WidgetBridge.ready());
"""
NOTES = ("read:notes", "write:notes")
# Presses "Allow once" in the moment in which the question comes up.
HASTY = """
() => new MutationObserver((_, observer) => {
  const buttons = [...document.querySelectorAll('dialog[open].permission-prompt button')];
  const yes = buttons.find(({ textContent }) => textContent === 'Allow once');
  if (!yes) return;
  observer.disconnect();
  yes.click();
  window.hasPressed = true;
}).observe(document.body, { childList: true })
"""


@pytest.fixture
def note(alice: Person, board: Workspace) -> PanelItem:
    """A note of the dashboard."""
    panel = place_widget(actor=alice.actor, workspace=board, builtin_slug="workspace-notes")
    body = {"instanceId": str(panel.pk), "params": {"title": "Standup", "text": "Before"}}
    assert alice.client.post("/api/panels/workspace-notes/add", body).status_code == 200
    return PanelItem.objects.get(title="Standup")


def content(note: PanelItem) -> str:
    note.refresh_from_db()
    return str(note.data["text"])


def widget(page: Page, title: str) -> Locator:
    found: Locator = inside(tile(page, title)).locator("#widget-root")
    return found


def writes(page: Page, title: str = "Writer A") -> None:
    widget(page, title).get_by_role("button", name="Write", exact=True).click()


def test_it_works(alice: Person, board: Workspace, note: PanelItem, put: Put, visit: Visit) -> None:
    put("Writer", WRITER, *NOTES)
    visitor = visit(alice)
    page = opened(visitor, board)
    page.evaluate(HASTY)
    writes(page)
    asked = prompt(page)
    expect(asked.get_by_role("button", name="Deny", exact=True)).to_be_focused()
    assert page.evaluate("() => window.hasPressed")
    expect(asked, "a press that was meant for what was there before").to_be_visible()
    for text in ("Writer", "from an uploaded file", "Standup", "notes.updateNote", "<b>& more</b>", str(note.pk)):
        expect(asked).to_contain_text(text)
    assert asked.locator("pre").last.inner_text().startswith("From the widget <b>& more</b>\nlong "), "as it is"
    expect(asked).not_to_have_attribute("data-arming", "")
    visitor.check_accessibility("dialog")
    visitor.photograph("sandbox-prompt")
    assert content(note) == "Before"
    asked.get_by_role("button", name="Allow once").click()
    expect(widget(page, "Writer A").get_by_text("Saved")).to_be_visible()
    assert content(note).startswith("From the widget <b>& more</b>")
    writes(page)
    press(page, "Always allow")
    expect(widget(page, "Writer A").get_by_text("Saved")).to_be_visible()
    writes(page)
    expect(widget(page, "Writer A").get_by_text("Saved")).to_be_visible()
    expect(prompt(page)).to_have_count(0)
    assert Grant.objects.get().level == "always"
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="grant.")] == ["grant.allow"] * 2
    assert visitor.faults == []


def test_a_no_is_a_no(alice: Person, board: Workspace, note: PanelItem, put: Put, visit: Visit) -> None:
    put("Writer", WRITER, *NOTES)
    visitor = visit(alice)
    page = opened(visitor, board)
    writes(page)
    expect(prompt(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(widget(page, "Writer A").get_by_text("PERMISSION_DENIED")).to_be_visible()
    writes(page)
    expect(widget(page, "Writer A").get_by_text("PERMISSION_DENIED")).to_be_visible()
    expect(prompt(page), "nobody is asked again at once").to_have_count(0)
    page.reload()
    writes(page)
    with page.expect_response(lambda answer: answer.url.endswith("/api/widgets/permissions")):
        press(page, "Always deny")
    expect(widget(page, "Writer A").get_by_text("PERMISSION_DENIED")).to_be_visible()
    page.reload()
    writes(page)
    expect(widget(page, "Writer A").get_by_text("PERMISSION_DENIED")).to_be_visible()
    expect(prompt(page)).to_have_count(0)
    assert content(note) == "Before"
    visitor.go("/settings/")
    page.get_by_role("button", name="Revoke: Change the notes").click()
    expect(page.get_by_role("button", name="Revoke: Change the notes")).to_have_count(0)
    opened(visitor, board)
    writes(page)
    press(page, "Allow once")
    expect(widget(page, "Writer A").get_by_text("Saved")).to_be_visible()


def test_questions_wait_for_each_other(
    alice: Person, board: Workspace, note: PanelItem, put: Put, visit: Visit
) -> None:
    put("Writer", WRITER, *NOTES)
    put("Author", WRITER, *NOTES)
    page = opened(visit(alice), board)
    for title in ("Author A", "Writer A"):
        expect(widget(page, title).get_by_role("button", name="Write", exact=True)).to_be_visible()
    page.evaluate("() => (window.most = 0)")
    page.evaluate(
        "() => new MutationObserver(() => (window.most = Math.max(window.most,"
        " document.querySelectorAll('dialog[open].permission-prompt').length)))"
        ".observe(document, {subtree: true, childList: true, attributes: true})"
    )
    widget(page, "Writer A").get_by_role("button", name="Write twice").click()
    expect(prompt(page)).to_contain_text("1 more question waits")
    widget(page, "Author A").get_by_role("button", name="Write twice").dispatch_event("click")
    expect(prompt(page)).to_contain_text("3 more questions wait")
    press(page, "Allow once")
    expect(prompt(page)).to_contain_text("2 more questions wait")
    press(page, "Allow once")
    expect(widget(page, "Writer A").get_by_text("Saved")).to_be_visible()
    expect(prompt(page)).to_contain_text("Author")
    press(page, "Deny")
    expect(prompt(page), "the other question of the same widget went with the answer").to_have_count(0)
    expect(widget(page, "Author A").get_by_text("PERMISSION_DENIED")).to_be_visible()
    assert page.evaluate("() => window.most") == 1


def test_no_widget_stands_above_a_question(
    alice: Person, board: Workspace, note: PanelItem, put: Put, visit: Visit
) -> None:
    """Neither by asking for room, nor by a layer of its own, nor by messages."""
    cover = """
    addEventListener('widget:init', () => {
      WidgetBridge.ready();
      document.body.innerHTML = `<dialog style="inset: 0; width: 9999px; height: 9999px">Covered</dialog>
        <div popover="manual" style="position: fixed; inset: 0; z-index: 2147483647">Covered</div>
        <p id="said">Covering</p>`;
      setInterval(() => {
        for (const dialog of document.querySelectorAll('dialog:not([open])')) dialog.showModal();
        for (const layer of document.querySelectorAll('[popover]:not(:popover-open)')) layer.showPopover();
        document.querySelector('[popover]').hidePopover();
        WidgetBridge.ui.requestResize(9999, 9999).catch(() => {});
        WidgetBridge.ui.showToast('<b>Allow once</b>', 'warning').catch(() => {});
      }, 250);
    });
    """
    put("Writer", WRITER, *NOTES)
    instance: WidgetInstance = put("Cover", cover)
    visitor = visit(alice)
    page = opened(visitor, board)
    expect(inside(tile(page, "Cover A")).locator("#said")).to_be_attached()
    assert instance.widget is not None
    widget(page, "Writer A").get_by_role("button", name="Write", exact=True).dispatch_event("click")
    asked = prompt(page)
    expect(asked).to_be_visible()
    page.wait_for_timeout(1_000)
    for name in ("Deny", "Allow once", "Always allow", "Always deny"):
        button = asked.get_by_role("button", name=name, exact=True)
        assert button.evaluate(
            """element => {
                const { x, y, width, height } = element.getBoundingClientRect();
                const spots = [[4, height / 2], [width / 2, height / 2], [width - 4, height / 2]];
                return spots.every(([dx, dy]) => element.contains(document.elementFromPoint(x + dx, y + dy)));
            }"""
        ), name
    visitor.photograph("sandbox-prompt-cover", widths=(1280,), themes=("light",))
    expect(page.locator(".toast").filter(has_text="Allow once")).to_have_count(0)
    press(page, "Deny")
    expect(widget(page, "Writer A").get_by_text("PERMISSION_DENIED")).to_be_visible()
