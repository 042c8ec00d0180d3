"""What widgets say that they should not: to each other, in another's name, too much, too large. In the real browser.

Every message that is refused here has arrived: the window it was sent to counts what it hears.
"""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from sandbox.frames.models import StoredValue
from tests.e2e.conftest import Visit, Visitor
from tests.e2e.sandbox.conftest import Put, inside, opened, place, tile
from tests.e2e.sandbox.test_prompts import note
from tests.people import Person
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.models import Workspace

pytestmark = pytest.mark.e2e
__all__ = ["note"]

# Counts what reaches its window, by who sent it, and tells of every event that it is given.
VICTIM = """
const root = document.getElementById('widget-root');
root.innerHTML = '<p id="heard">0</p><p id="events"></p><button>Keep</button><p id="kept"></p>';
const write = (id, text) => (document.getElementById(id).textContent = text);
let heard = 0;
addEventListener('message', ({ source }) => source !== parent && write('heard', ++heard));
new BroadcastChannel('all').onmessage = () => document.getElementById('events').append(' STOLEN');
for (const name of ['config', 'theme', 'resize', 'suspend', 'init', 'stolen'])
  addEventListener(`widget:${name}`, ({ detail }) => {
    document.getElementById('events').append(` ${name}${detail?.stolen ? ' STOLEN' : ''}`);
    if (name === 'init') WidgetBridge.ready();
  });
root.querySelector('button').addEventListener('click', () =>
  WidgetBridge.storage.set('mine', 'kept').then(() => write('kept', 'Kept'), (error) => write('kept', error.code)));
"""

# Sends to every window that it can name, in everybody's name, a port of its own among it.
SPOOFER = """
const root = document.getElementById('widget-root');
root.innerHTML = '<button>Spoof</button><p id="sent"></p><p id="answered">0</p>';
const ids = { channelId: WidgetBridge.channelId, widgetId: WidgetBridge.widgetId };
const channels = () => [ids.channelId, ...Array.from({ length: 20 }, guess)];
const guess = () => [8, 4, 4, 4, 12].map((length) => Array.from({ length }, digit).join('')).join('-');
const digit = () => Math.floor(Math.random() * 16).toString(16);
const every = (scope) => [scope, ...Array.from({ length: scope.length }, (_, at) => every(scope[at])).flat()];
const event = (method, params = {}) => ({ type: 'event', id: 'x', method, params });
let answered = 0;

root.querySelector('button').addEventListener('click', () => {
  new BroadcastChannel('all').postMessage('stolen');
  let sent = 0;
  for (const target of every(top).filter((each) => each !== self)) {
    for (const channelId of channels()) {
      const address = { channelId, widgetId: ids.widgetId };
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (document.getElementById('answered').textContent = ++answered);
      target.postMessage({ ...event('port'), ...address }, '*', [port2]);
      for (const method of ['bridge_init', 'ready', 'reloaded', 'failed', 'config', 'theme', 'stolen', 'suspend'])
        target.postMessage({ ...event(method, { stolen: true, message: 'stolen' }), ...address }, '*');
      target.postMessage({
        type: 'request', id: 'y', method: 'storage.set', params: { key: 'stolen', value: 1 }, ...address,
      }, '*');
      sent += 10;
    }
  }
  document.getElementById('sent').textContent = `Sent ${sent}`;
});
addEventListener('widget:init', () => WidgetBridge.ready());
"""

# Takes the port out of the bridge's hands and speaks to the page without the bridge's own limits.
FLOODER = """
const send = MessagePort.prototype.postMessage;
let port;
MessagePort.prototype.postMessage = function (...all) {
  port = this;
  return send.apply(this, all);
};
const root = document.getElementById('widget-root');
root.innerHTML = '<button>Flood</button><p id="codes"></p><button>Ask</button><p id="said"></p>';
const [flood, ask] = root.querySelectorAll('button');
const address = { channelId: WidgetBridge.channelId, widgetId: WidgetBridge.widgetId };
const codes = {};
const request = (id, more = {}) => ({
  type: 'request', id, method: 'storage.get', params: { key: 'x' }, ...address, ...more,
});

flood.addEventListener('click', () => {
  port.addEventListener('message', ({ data }) => {
    const code = data.error?.code ?? 'answered';
    codes[code] = (codes[code] ?? 0) + 1;
    document.getElementById('codes').textContent = JSON.stringify(codes);
  });
  port.start();
  const other = 'ffffffff-ffff-4fff-8fff-ffffffffffff';
  for (const message of [null, 'text', [], 7, {}, { type: 'request' }, new Date(), new Map([[1, 2]])])
    port.postMessage(message);
  port.postMessage(request('a', { params: { key: 'x'.repeat(70000) } }));
  port.postMessage(request('b', { channelId: other }));
  port.postMessage(request('c', { widgetId: other }));
  for (let at = 0; at < 3000; at += 1) port.postMessage(request(`f${at}`));
});
ask.addEventListener('click', () => {
  const said = document.getElementById('said');
  said.textContent = '…';
  WidgetBridge.storage.get('x').then(
    () => (said.textContent = 'Answered'),
    (error) => (said.textContent = error.code));
});
addEventListener('widget:init', () => WidgetBridge.ready());
"""

# Takes the focus again and again, and with it what somebody types.
THIEF = """
const root = document.getElementById('widget-root');
root.innerHTML = '<input aria-label="Loot"><button>Take</button>';
const [loot, take] = root.children;
take.addEventListener('click', () => setInterval(() => { window.focus(); loot.blur(); loot.focus(); }, 20));
addEventListener('widget:init', () => WidgetBridge.ready());
"""


def listening(visitor: Visitor) -> list[str]:
    """What the page's console says of refused messages."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "was refused" in message.text:
            said.append(message.text)

    visitor.page.on("console", hear)
    return said


def heard_by_the_page(page: Page) -> int:
    count: int = page.evaluate("() => window.heard")
    return count


def test_nobody_speaks_in_anothers_name(alice: Person, board: Workspace, put: Put, frames: str, visit: Visit) -> None:
    spoofer = put("Spoofer", SPOOFER)
    victim = put("Victim", VICTIM)
    assert spoofer.widget is not None
    place(alice, board, spoofer.widget)
    visitor = visit(alice)
    said = listening(visitor)
    visitor.page.add_init_script("window.heard = 0; addEventListener('message', () => (window.heard += 1));")
    page = opened(visitor, board)
    sibling = inside(tile(page, "Spoofer B"))
    attacker, attacked = inside(tile(page, "Spoofer A")), inside(tile(page, "Victim A"))
    for scope in (attacker, sibling):
        expect(scope.get_by_role("button", name="Spoof")).to_be_visible()
    events = attacked.locator("#events").text_content()
    before = heard_by_the_page(page)
    attacker.get_by_role("button", name="Spoof").click()
    expect(attacker.locator("#sent")).to_contain_text("Sent")
    expect(attacked.locator("#heard")).not_to_have_text("0")
    attacked.get_by_role("button", name="Keep").click()
    expect(attacked.locator("#kept")).to_have_text("Kept")
    assert heard_by_the_page(page) > before + 100, "the page has heard them"
    assert attacked.locator("#events").text_content() == events
    expect(attacker.locator("#answered")).to_have_text("0")
    expect(page.get_by_text("Widget Error")).to_have_count(0)
    assert [value.key for value in StoredValue.objects.filter(instance=victim)] == ["mine"]
    assert StoredValue.objects.count() == 1
    assert len(said) <= 6, said
    assert visitor.faults == []


def test_a_flood_is_refused_and_told_once(alice: Person, board: Workspace, put: Put, frames: str, visit: Visit) -> None:
    put("Flooder", FLOODER)
    put("Victim", VICTIM)
    visitor = visit(alice)
    said = listening(visitor)
    page = opened(visitor, board)
    attacker, other = inside(tile(page, "Flooder A")), inside(tile(page, "Victim A"))
    expect(other.get_by_role("button", name="Keep")).to_be_visible()
    attacker.get_by_role("button", name="Ask").click()
    expect(attacker.locator("#said")).to_have_text("Answered")
    began = time.monotonic()
    attacker.get_by_role("button", name="Flood").click()
    expect(attacker.locator("#codes")).to_contain_text("TOO_LARGE")
    expect(attacker.locator("#codes")).to_contain_text("RATE_LIMITED")
    other.get_by_role("button", name="Keep").click()
    expect(other.locator("#kept")).to_have_text("Kept")
    said_last = attacker.locator("#said")
    for _ in range(20):  # until what came before has been dropped, and there is room again
        page.wait_for_timeout(500)
        attacker.get_by_role("button", name="Ask").click()
        expect(said_last).not_to_have_text("…")
        if said_last.text_content() == "Answered":
            break
    expect(said_last).to_have_text("Answered")
    answered = attacker.locator("#codes").evaluate("element => JSON.parse(element.textContent)")
    # What passes is the burst and so many a second; of the rest one a second is told so. Sent were three thousand.
    assert sum(answered.values()) <= 70 + 21 * (time.monotonic() - began), answered
    kinds = [text.partition("(")[2].partition(")")[0] for text in said]
    assert sorted(kinds) == ["malformed", "too large", "too many", "wrong channel"]
    assert visitor.faults == []


def test_nobody_takes_the_keyboard(
    alice: Person, board: Workspace, note: PanelItem, put: Put, frames: str, visit: Visit
) -> None:
    """A press leads into a frame, also from a field. What a frame takes from a dialog of the page is given back."""
    put("Thief", THIEF)
    page = opened(visit(alice), board)
    thief = inside(tile(page, "Thief A"))
    page.get_by_placeholder("Write a note").click()
    page.keyboard.type("Mine")
    page.wait_for_timeout(500)  # a hand goes from the keys to the mouse
    thief.get_by_label("Loot").click()
    page.keyboard.type("given")
    expect(thief.get_by_label("Loot")).to_have_value("given")
    page.get_by_role("button", name="Search").click()
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    thief.get_by_role("button", name="Take").dispatch_event("click")
    expect(
        tile(page, "Thief A").get_by_text("It kept taking the keyboard from the page, and was stopped.")
    ).to_be_visible()
    expect(field).to_be_focused()
    page.keyboard.type("mine")
    expect(field).to_have_value("mine")
