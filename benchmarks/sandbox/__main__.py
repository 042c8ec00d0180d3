"""`python -m benchmarks.sandbox`: sealed frames of widgets beside ordinary iframes, in one Chromium and one run.

One web process with production settings and frames on a host name of their own. What is compared takes turns; medians
count. Needs the built front end (`npm run build`). About a minute.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Frame, Page, sync_playwright

from benchmarks.environment import Ratio, servers, show
from benchmarks.sandbox.plain import SCRIPT, plain_site
from config.embedded.processes import end, spawn
from config.embedded.supervisor import listen

MOUNTS: Final = 20
TURNS: Final = 5
CALLS: Final = 50  # in a row; more would meet the limit of the bridge, 20 a second and 60 at once
REFILL: Final = 3_200  # milliseconds until as many may be made again
MANY: Final = 20
LOADS: Final = 3
CHROMIUM: Final = os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium")
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MANIFEST: Final = {
    "panelId": "trivial",
    "panelType": "trivial",
    "title": "Trivial",
    "version": "1.0",
    "intents": [],
    "sandbox": {"entrypoint": "https://widgets.example.com/trivial.js", "permissions": []},
}
# In the dashboard's page: one more frame, as its panels make it.
MOUNT: Final = """async ([panel, instance]) => {
    const { panel: { sandbox } } = await (await fetch(`/api/panels/${panel}/view`)).json();
    const frame = document.createElement('sandbox-frame');
    const place = document.createElement('div');
    place.style = 'position: fixed; top: 0; left: 0; width: 300px; height: 200px; z-index: 999';
    Object.assign(frame, { panelId: panel, instanceId: instance, info: sandbox, config: sandbox.config });
    place.append(frame);
    const begun = performance.now();
    document.body.append(place);
    await new Promise((ready) => {
        const look = () => frame.querySelector('.sandbox-stage:not([data-covered])') && ready();
        new MutationObserver(look).observe(place, { subtree: true, childList: true, attributes: true });
    });
    const taken = performance.now() - begun;
    place.remove();
    return taken;
}"""
ALL_READY: Final = """count => document.querySelectorAll('.sandbox-stage:not([data-covered]) iframe').length === count
    && performance.now()"""
# Milliseconds of each of so many calls, one after the other.
IN_A_ROW: Final = """async ([kind, count, body]) => {
    const token = document.querySelector('meta[name=csrf-token]')?.content ?? '';
    const calls = {
        bridge: () => WidgetBridge.storage.get('x'),
        bare: () => fetch('/healthz').then((answer) => answer.text()),
        post: () => fetch('/api/widgets/bridge', { method: 'POST', body,
            headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token } }).then((answer) => answer.json()),
    };
    const times = [];
    for (let at = 0; at < count; at += 1) {
        const begun = performance.now();
        await calls[kind]();
        times.push(performance.now() - begun);
    }
    return times;
}"""


@contextmanager
def application() -> Iterator[tuple[str, str, str, list[tuple[str, str]]]]:
    """The address, a session, the path of a dashboard with twenty widgets, and their panel and instance ids."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        origin = f"http://127.0.0.1:{port}"
        os.environ.update(PUBLIC_ORIGIN=origin, SANDBOX_ORIGIN=f"http://localhost:{port}")
        with servers("benchmarks.sandbox.settings"):
            session, path, panels = prepare()
            command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--fd", str(listener.fileno())]
            command += ["--lifespan", "off", "--log-level", "warning", "--no-access-log"]
            process = spawn(command, pass_fds=(listener.fileno(),))
            try:
                yield origin, session, path, panels
            finally:
                end(process, signal.SIGTERM, 5)


def prepare() -> tuple[str, str, list[tuple[str, str]]]:
    """A person, signed in, with a dashboard of twenty trivial widgets."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)

    from django.test import Client

    from sandbox.frames.folders import Folder, put_widget
    from widgets_manager.core.access import session_actor
    from widgets_manager.core.actions.tenants import create_tenant
    from widgets_manager.core.models import User
    from widgets_manager.widgets.actions.instances import place_widget
    from widgets_manager.widgets.actions.workspaces import create_workspace

    user = User.objects.create_user("bench")
    actor = session_actor(user, create_tenant(name="Bench", owner=user).pk)
    with tempfile.TemporaryDirectory(prefix="wm-bench-") as folder:
        Path(folder, "manifest.json").write_text(json.dumps(MANIFEST))
        Path(folder, "trivial.js").write_text(SCRIPT)
        widget = put_widget(actor=actor, folder=Folder(Path(folder)), package=Folder(Path(folder)).read())
    workspace = create_workspace(actor=actor, name="Main")
    cells = [{"x": at % 6 * 2, "y": at // 6 * 3, "w": 2, "h": 3} for at in range(MANY)]
    places = [place_widget(actor=actor, workspace=workspace, widget=widget, layout=cell) for cell in cells]
    client = Client()
    client.force_login(user)
    panels = [(place.panel_id, str(place.pk)) for place in places]
    return client.cookies["sessionid"].value, f"/dashboard/{workspace.pk}/", panels


def mounts(page: Page, plain: Page, panel: tuple[str, str]) -> Iterator[Ratio]:
    """One frame, from its element to `ready`."""
    sealed, ordinary = [], []
    for _ in range(MOUNTS):
        sealed.append(page.evaluate(MOUNT, panel))
        ordinary.append(plain.evaluate("mount()"))
    ours, theirs = statistics.median(sealed[2:]), statistics.median(ordinary[2:])
    yield Ratio("mount to ready, beside a plain iframe", ours / theirs, note=f"{theirs:.1f} ms to {ours:.1f} ms")


def round_trips(page: Page, widget: Frame, instance: str) -> Iterator[Ratio]:
    """`storage.get` from the widget, beside what its way through the frames and the server consists of."""
    body = json.dumps({"instanceId": instance, "method": "storage.get", "params": {"key": "x"}})
    times: dict[str, list[float]] = {"bridge": [], "bare": [], "post": []}
    for _ in range(TURNS):
        page.wait_for_timeout(REFILL)
        for kind, taken in times.items():
            scope = widget if kind == "bridge" else page
            taken += scope.evaluate(IN_A_ROW, [kind, CALLS, body])
    middle = {kind: statistics.median(taken) for kind, taken in times.items()}
    late = {kind: statistics.quantiles(taken, n=100)[98] for kind, taken in times.items()}
    rate = 1000 / statistics.fmean(times["bridge"])
    for kind, label in (("bare", "a bare fetch"), ("post", "its own POST")):
        note = f"{middle[kind]:.1f} ms to {middle['bridge']:.1f} ms"
        yield Ratio(f"bridge call, p50, beside {label}", middle["bridge"] / middle[kind], note=note)
        note = f"{late[kind]:.1f} ms to {late['bridge']:.1f} ms"
        yield Ratio(f"bridge call, p99, beside {label}", late["bridge"] / late[kind], note=note)
    print(f"{rate:.0f} round trips per second, one after the other (the bridge lets 20 a second through for good)")


def many(page: Page, plain: Page, address: str, site: str) -> Iterator[Ratio]:
    """A dashboard of twenty, from the start of its navigation to the last `ready`."""
    sealed, ordinary = [], []
    for _ in range(LOADS):
        page.goto(address)
        sealed.append(float(page.wait_for_function(ALL_READY, arg=MANY).json_value()))
        plain.goto(f"{site}/?{MANY}")
        ordinary.append(float(plain.wait_for_function("() => window.allReady").json_value()))
    ours, theirs = statistics.median(sealed), statistics.median(ordinary)
    note = f"{theirs:.0f} ms to {ours:.0f} ms"
    yield Ratio("20 widgets, beside 20 plain iframes", ours / theirs, note=note)


def main() -> int:
    """Start everything, measure, print."""
    with application() as (origin, session, path, panels), plain_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context: Any = browser.new_context(viewport={"width": 1280, "height": 1800})
        context.add_cookies([{"name": "sessionid", "value": session, "url": origin}])
        page, plain = context.new_page(), context.new_page()
        plain.goto(f"{site}/?0")
        page.goto(origin + path)
        page.wait_for_function(ALL_READY, arg=MANY)
        page.bring_to_front()
        widget = page.locator("sandbox-frame iframe").first.element_handle().content_frame().child_frames[0]
        show(list(round_trips(page, widget, panels[0][1])))
        show(list(mounts(page, plain, panels[0])))
        show(list(many(page, plain, origin + path, site)))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
