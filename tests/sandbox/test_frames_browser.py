"""The frames in a real browser, with one host and with two: what their headers let through, and what they do not.

The scripts in them are stand-ins of a few lines; tests/e2e/sandbox/test_security.py attacks the real ones.
"""

from __future__ import annotations

import json
import re
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
        main = page.main_frame
        wait_for(page, lambda: bool(main.child_frames and main.child_frames[0].child_frames))
        [widget] = main.child_frames[0].child_frames
        widget.wait_for_url(re.compile("/api/widgets/frame/"))  # before that it is an empty page, which loads as well
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


def test_it_works(mounted: Callable[..., Frame], page: Page, address: str, settings: Any) -> None:
    widget = mounted()
    expect(widget.locator("#widget-root")).to_have_text("It runs in null")
    wrapper = widget.parent_frame
    assert wrapper
    scripts = settings.SANDBOX_ORIGIN or address
    assert widget.url.startswith(f"{scripts}/api/widgets/frame/")
    assert wrapper.url.startswith(f"{scripts}/api/widgets/sandbox?")
    assert wrapper.evaluate("self.origin") == (settings.SANDBOX_ORIGIN or "null")
    for reach in ("document.cookie", "localStorage.length", "parent.document", "top.document"):
        assert tried(widget, reach) == "SecurityError", reach
    assert tried(widget, "(top.location.href = 'about:blank', 'went')") == "SecurityError"
    features = "() => document.featurePolicy.allowedFeatures()"
    assert page.evaluate(features), "pages have some"
    assert [frame.evaluate(features) for frame in (wrapper, widget)] == [[], []]


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
    assert what_remains_of_the_history(widget, page) == (0, 5)
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


def what_remains_of_the_history(widget: Frame, page: Page) -> tuple[int, int]:
    """How many of five steps a script could stop, and how many became entries of the tab's history.

    When these are others than 0 and 5 a browser lets the bridge stop what docs/security.md says that nobody can.
    """
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
    return heard, page.evaluate("history.length") - length


def test_who_may_frame_whom(mounted: Callable[..., Frame], page: Page, site: Site, settings: Any) -> None:
    """A page of the application the wrapper alone; another site neither document; a person who opens one is told."""
    widget = mounted()
    assert widget.parent_frame
    wrapper_url, widget_url = widget.parent_frame.url, widget.url
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    sources = ("/sign-in/", "/api/widgets/list", "/api/widgets/sandbox/x", "data:text/html,hello")
    for source in sources:
        open_frame(page, source)
    wait_for(page, lambda: sum("frame-src" in text for text in refused) >= len(sources))
    for address in (wrapper_url, widget_url):
        answer = page.goto(address)
        assert answer
        assert answer.status == 403
        expect(page.get_by_role("alert")).to_contain_text("inside the application only")
    # With one host an opaque wrapper must be let in, so that nothing keeps another site from framing the inner
    # document. What it then has is a script without a page to talk to.
    for address in (wrapper_url, widget_url) if settings.SANDBOX_ORIGIN else (wrapper_url,):
        page.goto(site.url("/"))
        page.evaluate("source => { document.body.innerHTML = `<iframe src='${source}'></iframe>` }", address)
        # The browser's own error stands there; what it was asked for is never shown.
        wait_for(page, lambda: newest_frame(page).startswith("chrome-error:"))


def newest_frame(page: Page) -> str:
    frames = page.main_frame.child_frames
    return frames[-1].url if frames else ""


def wait_for(page: Page, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, [frame.url for frame in page.frames]
        page.wait_for_timeout(50)


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
