"""Widgets of plugins in the browser: clicks, what comes of them at once and later, in every browser it is for."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from sandbox.plugins.models import PluginRun
from tests.e2e.conftest import Visit
from tests.e2e.plugins.conftest import put
from tests.e2e.sandbox.conftest import inside, opened, tile
from tests.egress.site import Site, running
from tests.people import Person
from tests.plugins.packages import FIXTURES, SAMPLES, pie
from tests.plugins.runs import code
from widgets_manager.jobs.models import Job, JobState
from widgets_manager.jobs.running import run_job
from widgets_manager.widgets.models import WidgetInstance, Workspace

pytestmark = pytest.mark.e2e

DECK = (SAMPLES / "slide-deck.pie").read_text()


def test_a_deck_is_edited(alice: Person, board: Workspace, frames: str, visit: Visit) -> None:
    """Seed 000: Apply is answered at once; the slide is drawn in the background and arrives wherever it is open."""
    put(alice, board, DECK)
    visitor, elsewhere = visit(alice), visit(alice)
    here, there = (inside(tile(opened(one, board), "Slide Deck A")) for one in (visitor, elsewhere))
    here.get_by_label("Title of the deck").fill("Quarterly review")
    here.get_by_label("Title of the deck").press("Enter")
    for each in (here, there):
        expect(each.get_by_role("img", name="Quarterly review")).to_be_visible()
    here.get_by_role("button", name="+ Slide").click()
    for each in (here, there):
        expect(each.get_by_role("img", name="Slide 2")).to_be_visible()
    comment = here.get_by_label("Comment on this slide")
    for text in ("title: Costs", "add: Costs fell by 4 %", "dark"):
        comment.fill(text)
        comment.press("Enter")
        expect(there.get_by_text(text, exact=True)).to_be_visible()
        expect(comment).to_have_value("")
    visitor.photograph("plugin-deck")
    visitor.check_accessibility()
    here.get_by_role("button", name="Apply 3 edits").click()
    for each in (here, there):
        expect(each.get_by_text("Regenerating slide…")).to_be_visible()
        expect(each.get_by_text("2 of 2 · being drawn")).to_be_visible()
    job = Job.objects.get()
    assert job.state == JobState.QUEUED, "the click was answered before the job has run"
    assert run_job(job.pk)
    for each in (here, there):
        expect(each.get_by_text("The slide is drawn anew.")).to_be_visible()
        expect(each.get_by_role("img", name="Costs. Costs fell by 4 %")).to_be_visible()
        expect(each.get_by_role("button", name="Apply")).to_be_disabled()
    page = visitor.page
    page.reload()
    last = inside(tile(page, "Slide Deck A"))
    expect(last.get_by_role("img", name="Costs. Costs fell by 4 %")).to_be_visible()
    assert (visitor.faults, elsewhere.faults) == ([], [])


def test_the_examples_of_the_seeds_run_as_they_are_written(alice: Person, board: Workspace, visit: Visit) -> None:
    put(alice, board, (FIXTURES / "seed-items.pie").read_text())
    visitor = visit(alice)
    page = opened(visitor, board)
    widget = inside(tile(page, "Items A"))
    widget.get_by_role("button", name="Add").click()
    assert not PluginRun.objects.exists(), "a field that is required is empty"
    widget.get_by_label("Name").fill("First")
    widget.get_by_role("button", name="Add").click()
    expect(widget.get_by_role("listitem")).to_have_text(["First"])
    expect(widget.locator(".toast-success")).to_have_text("Done")
    widget.get_by_role("button", name="Load").click()
    expect(widget.locator(".toast-success").last).to_be_visible()
    expect(widget.get_by_role("listitem")).to_have_text(["First"])
    widget.get_by_role("button", name="Nonsense").click()
    expect(widget.locator(".toast-error")).to_have_text("Unknown action")
    expect(page.locator("#toasts [data-kind=error]")).to_have_count(0)
    for theme, colour in (("dark", "rgb(10, 10, 15)"), ("light", "rgb(255, 255, 255)")):
        visitor.dress(theme)
        expect(widget.locator("body")).to_have_css("background-color", colour)
    assert visitor.faults == []


# Counts in its table; what it tells everybody stays for who comes later.
COUNTER = code("""
  await context.widget.update({ said: input.payload.say, by: context.user.displayName }, { to: 'everyone' });
  if (input.actionId === 'fail') throw new Error('inside');
  if (input.actionId === 'only_me') await context.widget.update({ said: 'only for you', by: '' });
  return { ok: true };
""")
BOARD = """===widget===
<p id="said">Nothing yet</p>
<button onclick="PIE.sendAction('say', { say: 'Hello' })">Say</button>
<button onclick="PIE.sendAction('only_me', { say: 'All' })">Whisper</button>
<button onclick="PIE.sendAction('fail', { say: 'Failing' })">Fail</button>
<p id="end"></p>
<script>
  PIE.onData(function (data) {
    if (data.__actionMeta) document.getElementById('end').textContent = data.__actionMeta.code || 'done';
    else document.getElementById('said').textContent = data.said + ' ' + data.by;
  });
</script>
===widget===
"""


def shout(**manifest: Any) -> str:
    return pie({"name": "shout"}, COUNTER, BOARD, **manifest)


@pytest.fixture
def shouts(alice: Person, board: Workspace) -> WidgetInstance:
    """The same for everybody, on the team's dashboard."""
    Workspace.objects.filter(pk=board.pk).update(visibility=Workspace.Visibility.TENANT)
    return put(alice, board, shout(widget={"launchable": True}))


def test_people_see_each_others_and_who_comes_later_the_last_of_it(
    alice: Person, bob: Person, vera: Person, board: Workspace, shouts: WidgetInstance, visit: Visit
) -> None:
    of_alice, of_bob = visit(alice), visit(bob)
    hers, his = (inside(tile(opened(one, board), "shout A")) for one in (of_alice, of_bob))
    expect(his.locator("#said")).to_have_text("Nothing yet")
    hers.get_by_role("button", name="Say").click()
    for each in (hers, his):
        expect(each.locator("#said")).to_have_text(f"Hello {alice.user.display_name}")
    hers.get_by_role("button", name="Whisper").click()
    expect(hers.locator("#said")).to_have_text("only for you ")
    expect(his.locator("#said")).to_have_text(f"All {alice.user.display_name}")
    of_vera = visit(vera)
    viewed = inside(tile(opened(of_vera, board), "shout A"))
    expect(viewed.locator("#said")).to_have_text(f"All {alice.user.display_name}")
    viewed.get_by_role("button", name="Say").click()
    expect(viewed.locator("#end")).to_have_text("PERMISSION_DENIED")
    expect(of_vera.page.locator("#toasts")).to_contain_text("shout")
    of_alice.page.reload()
    expect(inside(tile(of_alice.page, "shout A")).locator("#said")).to_have_text("only for you ")
    assert (of_alice.faults, of_bob.faults) == ([], [])


def test_what_fails_is_told_and_what_is_sent_twice_happens_once(
    alice: Person, board: Workspace, shouts: WidgetInstance, visit: Visit
) -> None:
    visitor = visit(alice)
    page = opened(visitor, board)
    widget = inside(tile(page, "shout A"))
    widget.get_by_role("button", name="Fail").click()
    expect(widget.locator("#end")).to_have_text("HANDLER_ERROR")
    expect(widget.locator("#said")).to_have_text(f"Failing {alice.user.display_name}")
    expect(page.locator("#toasts")).to_contain_text("shout A: The plugin's code failed.")
    expect(page.locator("#toasts")).not_to_contain_text("inside")
    lose_answers(page, 2)
    widget.get_by_role("button", name="Say").click()
    expect(widget.locator("#end")).to_have_text("done")
    assert PluginRun.objects.filter(action="say").count() == 1


def lose_answers(page: Page, most: int) -> None:
    """The first answers to actions arrive at nobody, though the server has carried them out."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if len(lost) >= most:
            route.continue_()
            return
        lost.append(route.fetch().text())
        route.abort("connectionreset")

    page.route("**/widget-action", lose)


def test_it_is_opened_from_lists_and_the_palette(
    alice: Person, board: Workspace, shouts: WidgetInstance, visit: Visit
) -> None:
    inline = pie({"name": "inline"}, sections=BOARD)
    assert alice.client.post("/api/widgets/install", {"file": inline}).status_code == 201
    visitor = visit(alice)
    page = opened(visitor, board)
    tile(page, "shout A").get_by_role("button", name="Menu of shout A").click()
    log = page.get_by_role("link", name="Run log")
    assert (log.get_attribute("href") or "") == f"/widgets/plugins/{shouts.widget_id}/runs/"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add panel").click()
    expect(page.get_by_role("button", name="Add shout")).to_be_visible()
    expect(page.get_by_role("button", name="Add inline")).to_have_count(0)
    page.get_by_role("button", name="Add shout").click()
    expect(page.get_by_text("Added: shout B")).to_be_visible()
    page.keyboard.press("Escape")
    visitor.go("/chat/")
    WidgetInstance.objects.all().delete()  # only now: the dashboard would ask for their frames
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search").fill("shout")
    page.get_by_role("option", name=re.compile("shout.*Open", re.DOTALL)).first.click()
    page.wait_for_url("**/dashboard/**")
    drawer = page.locator("panel-drawer")
    expect(inside(drawer).locator("#said")).to_be_visible()
    expect(drawer.get_by_role("link", name="Run log of shout A")).to_be_visible()
    opened_at = WidgetInstance.objects.select_related("workspace").get().workspace
    assert (opened_at.name, opened_at.visibility) == ("My dashboard", "private"), "nobody else is bothered by it"
    visitor.photograph("plugin-drawer", (1280,))
    assert visitor.faults == []


LIBRARY = b"""
window.shout = (id) => (document.getElementById(id).textContent = document.body ? 'late' : 'early');
const markup = '</script><!--';
"""
SHEET = b"#lib { color: rgb(1, 2, 3) }"


@pytest.fixture
def cdn() -> Iterator[Site]:
    """Somebody's network of files."""
    files = {
        "/lib.js": ("text/javascript", LIBRARY),
        "/quiet.js": ("application/javascript", b"window.quiet = 'there';"),
        "/other.js": ("text/javascript", b"document.getElementById('other').textContent = 'yes';"),
        "/style.css": ("text/css", SHEET),
        "/more.css": ("text/css", b"#quiet { color: rgb(4, 5, 6) }"),
    }
    with running({path: reply(*file) for path, file in files.items()}) as site:
        yield site


def reply(kind: str, body: bytes) -> Callable[[Any], None]:
    return lambda page: page.reply(body, content_type=kind, Access_Control_Allow_Origin="*")


def test_it_brings_what_its_manifest_names_and_asks_nobody(
    alice: Person, board: Workspace, frames: str, cdn: Site, visit: Visit
) -> None:
    named, quiet, other = (cdn.url(path) for path in ("/lib.js?v=1&w=2", "/quiet.js", "/other.js"))
    sheet, more = cdn.url("/style.css"), cdn.url("/more.css")
    sha = base64.b64encode(hashlib.sha256(LIBRARY).digest()).decode()
    page_text = f"""===widget===
<link rel="stylesheet" href="{sheet}">
<script defer crossorigin integrity="sha256-{sha}" onload="shout('lib')" src="{named}"></script>
<script>
  const write = (id, text) => () => (document.getElementById(id).textContent = text);
  document.addEventListener('DOMContentLoaded', () => write('order', typeof shout)());
</script>
<p id="lib">no</p><p id="order"></p><p id="quiet">no</p><p id="other">no</p><p id="fetch">no</p><p id="later">no</p>
<script src="{other}"></script>
<script>
  document.getElementById('quiet').textContent = window.quiet;
  fetch('{named}').then(write('fetch', 'yes'), write('fetch', 'refused'));
  const later = {{ src: '{other}', onload: write('later', 'yes'), onerror: write('later', 'refused') }};
  document.body.append(Object.assign(document.createElement('script'), later));
  PIE.onData(() => {{}});
</script>
===widget===
"""
    widget = {"allowedScripts": [named, quiet], "allowedStyles": [sheet, more]}
    put(alice, board, pie({"name": "charts"}, sections=page_text, widget=widget))
    assert len(cdn.requests) == 4
    visitor = visit(alice)
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url))
    shown = inside(tile(opened(visitor, board), "charts A"))
    expect(shown.locator("#fetch")).to_have_text("refused")
    expect(shown.locator("#later")).to_have_text("refused")
    expect(shown.locator("#order")).to_have_text("function")
    expect(shown.locator("#lib")).to_have_text("late")
    expect(shown.locator("#lib")).to_have_css("color", "rgb(1, 2, 3)")
    expect(shown.locator("#quiet")).to_have_text("there")
    expect(shown.locator("#quiet")).to_have_css("color", "rgb(4, 5, 6)")
    expect(shown.locator("#other")).to_have_text("no")
    assert len(cdn.requests) == 4, "only the install has asked"
    assert [url for url in asked if "/api/widgets/frame/" in url], "requests of the frames are seen"


def test_what_could_not_be_had_is_told_and_fetched_by_retry(
    alice: Person, board: Workspace, cdn: Site, visit: Visit
) -> None:
    library = cdn.pages.pop("/lib.js")
    page_text = "===widget===\n<p id=lib>no</p><script>shout('lib'); PIE.onData(() => {});</script>\n===widget===\n"
    put(alice, board, pie({"name": "charts"}, sections=page_text, widget={"allowedScripts": [cdn.url("/lib.js")]}))
    visitor = visit(alice)
    broken = tile(opened(visitor, board), "charts A")
    expect(broken).to_contain_text("answered with status 404")
    visitor.photograph("plugin-lacks-a-script")
    visitor.check_accessibility()
    cdn.pages["/lib.js"] = library
    broken.get_by_role("button", name="Retry").click()
    expect(inside(broken).locator("#lib")).to_have_text("late")
    assert visitor.faults == []
