"""The frames in a real browser, with one host and with two: what their headers let through, and what they do not.

The scripts in them are stand-ins of a few lines; tests/e2e/sandbox/test_security.py attacks the real ones.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils.safestring import mark_safe
from playwright.sync_api import Frame, Page, expect

from sandbox.frames import documents, script_kind
from tests.core.browser import Visitor
from tests.egress.site import Site, running
from tests.people import Person
from tests.sandbox.places import place_scripted, scripted
from widgets_manager.packages.models import PackageFile
from widgets_manager.widgets.models import InstalledWidget, Workspace

pytestmark = pytest.mark.e2e

WRAPPER = """
const config = JSON.parse(document.getElementById('sandbox-config').textContent);
const frame = document.createElement('iframe');
frame.setAttribute('sandbox', 'allow-scripts');
frame.src = config.frameUrl;
document.body.append(frame);
"""
BRIDGE = """
const config = JSON.parse(document.getElementById('sandbox-config').textContent);
const script = document.createElement('script');
script.textContent = config.script;
document.body.append(script);
"""
SCRIPT = "document.getElementById('widget-root').textContent = 'It runs in ' + self.origin;"


@pytest.fixture(params=["one host", "two hosts"])
def address(request: pytest.FixtureRequest, live_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The application's, in both modes."""
    settings.SANDBOX_ORIGIN = "" if request.param == "one host" else live_url.replace("127.0.0.1", "localhost")
    built = {"wrapper": mark_safe(WRAPPER), "bridge": mark_safe(BRIDGE)}  # noqa: S308  (stand-ins, above)
    monkeypatch.setattr(documents, "_built", built.__getitem__)
    return live_url


@pytest.fixture
def site() -> Iterator[Site]:
    """Somebody else's server, which lets everybody read."""
    page = lambda page: page.reply(b"ok", content_type="text/html", Access_Control_Allow_Origin="*")  # noqa: E731
    with running({"/": page}) as site:
        yield site


@pytest.fixture
def mounted(
    address: str, page: Page, alice: Person, team: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Frame]:
    """Places a widget and frames it in a page of the application; the answer is the widget's own frame."""

    def mount(script: str = SCRIPT, **block: Any) -> Frame:
        monkeypatch.setattr(script_kind, "script_of", lambda version: script)
        instance = place_scripted(alice, team, scripted(sandbox=block))
        Visitor(page, address).sign_in("alice")
        open_frame(page, f"/api/widgets/sandbox?widgetId={instance.widget_id}&channelId={uuid.uuid4()}")
        page.wait_for_function("() => frames.length === 1", timeout=5000)
        [wrapper] = page.main_frame.child_frames
        wrapper.wait_for_function("() => frames.length === 1", timeout=5000)
        [widget] = wrapper.child_frames
        widget.wait_for_load_state()
        return widget

    return mount


def open_frame(page: Page, source: str) -> None:
    """A frame of the page, sealed as the panel's is."""
    page.evaluate(
        """source => {
            const frame = document.createElement('iframe');
            const origin = document.body.dataset.sandboxOrigin;
            frame.setAttribute('sandbox', origin === 'null' ? 'allow-scripts' : 'allow-scripts allow-same-origin');
            frame.style = 'position: fixed; inset: 0; z-index: 9'; // browsers let frames that nobody sees wait
            frame.src = source;
            document.body.append(frame);
        }""",
        source,
    )


def tried(widget: Frame, attempt: str) -> str:
    """What came of an expression in the widget: its value, or the name of its error."""
    result: str = widget.evaluate(
        f"async () => {{ try {{ return String(await ({attempt})) }} catch (e) {{ return e.name }} }}"
    )
    return result


def test_it_works(mounted: Callable[..., Frame], address: str, settings: Any) -> None:
    widget = mounted()
    expect(widget.locator("#widget-root")).to_have_text("It runs in null")
    scripts = settings.SANDBOX_ORIGIN or address
    assert widget.url.startswith(f"{scripts}/api/widgets/frame/")
    assert widget.parent_frame
    assert widget.parent_frame.url.startswith(f"{scripts}/api/widgets/sandbox?")
    assert widget.parent_frame.evaluate("self.origin") == (settings.SANDBOX_ORIGIN or "null")


def test_nothing_of_the_page_can_be_reached(mounted: Callable[..., Frame]) -> None:
    widget = mounted()
    assert tried(widget, "document.cookie") == "SecurityError"
    assert tried(widget, "localStorage.length") == "SecurityError"
    assert tried(widget, "parent.document") == "SecurityError"
    assert tried(widget, "top.document") == "SecurityError"
    assert tried(widget, "(top.location.href = 'about:blank', 'went')") == "SecurityError"


def test_no_feature_is_allowed(mounted: Callable[..., Frame], page: Page) -> None:
    widget = mounted()
    allowed = "() => document.featurePolicy.allowedFeatures()"
    assert page.evaluate(allowed), "pages have some"
    assert widget.evaluate(allowed) == []
    assert widget.parent_frame
    assert widget.parent_frame.evaluate(allowed) == []


def test_the_network_is_what_the_manifest_names(mounted: Callable[..., Frame], site: Site) -> None:
    with running(site.pages) as other:
        widget = mounted(permissions=["network:fetch"], networkAllowlist=[f"http://{site.netloc}"])
        ask = "fetch({}).then(answer => answer.text())"
        assert tried(widget, ask.format(json.dumps(site.url("/?named")))) == "ok"
        assert tried(widget, ask.format(json.dumps(other.url("/?not-named")))) == "TypeError"
        assert [path for path, _ in site.requests] == ["/?named"]
        assert other.requests == []


LINKS = "<link rel=preconnect href={0}><link rel=stylesheet href={0}><meta http-equiv=refresh content='0;url={0}'>"


def test_without_names_there_is_none(mounted: Callable[..., Frame], page: Page, site: Site) -> None:
    widget = mounted()
    away = json.dumps(site.url("/?away"))
    for attempt in (
        f"fetch({away}, {{mode: 'no-cors'}})",
        f"new Promise(done => {{ const i = new Image(); i.onload = i.onerror = done; i.src = {away} }})",
        f"(document.head.innerHTML += {json.dumps(LINKS.format(site.url('/?away')))})",
        f"(location.href = {away})",
    ):
        tried(widget, attempt)
        page.wait_for_timeout(200)
    assert site.requests == []
    page.goto(site.url("/?control"))
    assert [path for path, _ in site.requests if "favicon" not in path] == ["/?control"]


def test_a_page_frames_nothing_but_the_wrapper(mounted: Callable[..., Frame], page: Page, address: str) -> None:
    mounted()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    for source in ("/sign-in/", "/api/widgets/list", "/api/widgets/sandbox/x", "data:text/html,hello"):
        open_frame(page, source)
    page.wait_for_timeout(500)
    assert len([text for text in refused if "frame-src" in text]) == 4, refused


def test_another_site_frames_neither(mounted: Callable[..., Frame], page: Page, site: Site, settings: Any) -> None:
    widget = mounted()
    assert widget.parent_frame
    addresses = [widget.parent_frame.url, widget.url]
    for address in addresses:
        page.goto(site.url("/"))
        page.evaluate("source => { document.body.innerHTML = `<iframe src='${source}'></iframe>` }", address)
        # With one host an opaque wrapper must be let in, so that nothing keeps another site from framing the inner
        # document. What it then has is a script without a page to talk to.
        if settings.SANDBOX_ORIGIN or address == addresses[0]:
            _await_refusal(page)


def _await_refusal(page: Page) -> None:
    """Until the newest frame shows the browser's own error; what it was asked for is never shown."""
    deadline = time.monotonic() + 20
    while not (frames := page.main_frame.child_frames) or not frames[-1].url.startswith("chrome-error:"):
        assert time.monotonic() < deadline, [frame.url for frame in frames]
        page.wait_for_timeout(50)


def test_a_person_who_opens_the_address_is_told(mounted: Callable[..., Frame], page: Page) -> None:
    widget = mounted()
    assert widget.parent_frame
    for address in (widget.parent_frame.url, widget.url):
        answer = page.goto(address)
        assert answer
        assert answer.status == 403
        expect(page.get_by_role("alert")).to_contain_text("inside the application only")


def test_a_script_that_could_not_be_had_is_seen_and_the_page_is_told(
    address: str, page: Page, alice: Person, team: Workspace, settings: Any
) -> None:
    instance = place_scripted(alice, team)
    InstalledWidget.objects.update(problems=[{"path": "sandbox.entrypoint", "message": "It is gone."}])
    PackageFile.objects.all()._raw_delete(PackageFile.objects.db)
    Visitor(page, address).sign_in("alice")
    page.evaluate("() => addEventListener('message', event => { window.told = [event.origin, event.data] })")
    channel = str(uuid.uuid4())
    open_frame(page, f"/api/widgets/sandbox?widgetId={instance.widget_id}&channelId={channel}")
    expect(page.frame_locator("iframe").get_by_role("alert")).to_contain_text("It is gone.")
    page.wait_for_function("() => window.told")
    origin, data = page.evaluate("() => window.told")
    assert origin == (settings.SANDBOX_ORIGIN or "null")
    assert data == {
        "type": "event",
        "method": "failed",
        "id": "failed",
        "params": {"message": "It is gone."},
        "channelId": channel,
        "widgetId": str(instance.widget_id),
    }


def test_what_remains_of_the_history(mounted: Callable[..., Frame], page: Page) -> None:
    """When this fails a browser lets the bridge stop what docs/security.md says that nobody can."""
    widget = mounted()
    length = page.evaluate("history.length")
    heard = widget.evaluate(
        """async () => {
            let heard = 0;
            navigation.addEventListener('navigate', (event) => { heard += 1; event.preventDefault(); });
            for (let step = 0; step < 5; step += 1) {
                location.hash = `x${step}`;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            return heard;
        }"""
    )
    assert (heard, page.evaluate("history.length") - length) == (0, 5)
