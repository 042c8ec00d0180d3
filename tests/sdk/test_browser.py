"""The JavaScript SDK in a browser, in a page of another origin than the server's."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from tests.sdk.talking import Talk

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("sdk")]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(js_sdk: Path) -> Iterator[str]:
    """The address of a page with an agent, beside the installed package."""
    shutil.copy(Path(__file__).parent / "agents/page.html", js_sdk)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(js_sdk))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/page.html"
        server.shutdown()
        thread.join(15)


def test_it_works(browser: Browser, elsewhere: str, live_url: str, talk: Talk) -> None:
    values = dict(line.split("=", 1) for line in talk.env.splitlines())
    settings = {"agentId": values["AGENT_ID"], "token": values["AGENT_TOKEN"], "baseUrl": values["AGENT_BASE_URL"]}
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{elsewhere}?{urlencode(settings)}")
    talk.say("go")
    talk.answer(talk.widget("file-picker"), {"files": [{"id": talk.upload("a.txt", "zwölf".encode())}]})
    answer = talk.next()
    assert answer["text"] == "a.txt: zwölf"
    assert talk.download(answer["attachments"][0]).decode() == "zwölf"
    assert talk.client.post(f"/api/agents/{talk.agent_id}/revoke").status_code == 200
    expect(page.locator("pre")).to_have_text("NotAuthorized\n")
    assert faults == []
    page.close()
