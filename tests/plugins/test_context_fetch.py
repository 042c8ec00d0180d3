"""`context.fetch`: hosts that are declared or granted, what is sent and answered, and what is not."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.plugins.models import FetchRequest
from tests.egress.site import Page, Site, redirect, running
from tests.people import Person, assert_refused
from tests.plugins.obedient import OBEDIENT, refusal, value
from tests.plugins.runs import plugin
from widgets_manager.egress.client import Fetched
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.usefixtures("isolates")


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def widget(alice: Person) -> InstalledWidget:
    return plugin(alice, OBEDIENT, tenant_wide=True)


@pytest.fixture
def site() -> Iterator[Site]:
    def echo(page: Page) -> None:
        said = page.server.bodies[-1].decode() if page.server.bodies else ""
        page.reply(
            f"{page.command} {page.headers['Authorization']} {said}".encode(), content_type="text/plain", X_More="1"
        )

    pages = {
        "/": lambda page: page.reply(b'{"visitors": 3}'),
        "/echo": echo,
        "/png": lambda page: page.reply(b"\x89PNG", content_type="image/png"),
        "/missing": lambda page: page.reply(b"{}", status=404),
        "/large": lambda page: page.reply(b"x" * (10 * 1024 * 1024 + 1), content_type="text/plain"),
        "/away": redirect("http://localhost:1/secret"),
        "/back": redirect("/"),
    }
    with running(pages) as started:
        yield started


@pytest.fixture
def fetcher(alice: Person, site: Site) -> InstalledWidget:
    return plugin(alice, OBEDIENT, name="fetcher", permissions={"hosts": [site.netloc, "api.example.com"]})


def test_it_works(alice: Person, site: Site, fetcher: InstalledWidget) -> None:
    got = value(alice, fetcher, f"return await context.fetch('{site.url('/')}')")
    assert (got["ok"], got["status"], got["body"]) == (True, 200, '{"visitors": 3}')
    assert got["headers"]["content-type"] == "application/json"
    options = "{ method: 'POST', headers: { Authorization: 'Bearer k' }, body: JSON.stringify({ a: 1 }) }"
    got = value(alice, fetcher, f"return await context.fetch('{site.url('/echo')}', {options})")
    assert (got["body"], got["headers"]["x-more"]) == ('POST Bearer k {"a":1}', "1")
    assert value(alice, fetcher, f"return (await context.fetch('{site.url('/missing')}')).ok") is False
    png = value(alice, fetcher, f"return await context.fetch('{site.url('/png')}')")
    assert (base64.b64decode(png["body"]), png["encoding"]) == (b"\x89PNG", "base64")
    assert value(alice, fetcher, f"return (await context.fetch('{site.url('/back')}')).url") == site.url("/")
    logged = FetchRequest.objects.filter(method="POST").get()
    assert (logged.url, logged.status, logged.run.widget) == (site.url("/echo"), 200, fetcher)


SEED = """
const response = await context.fetch('https://api.example.com/data', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ key: 'value' })
});

// Response: { ok: boolean, status: number, body: string }
const data = JSON.parse(response.body);
return { ok: response.ok, status: response.status, data };
"""


def test_the_example_of_the_reference(alice: Person, fetcher: InstalledWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def answer(url: str, **more: Any) -> Fetched:
        asked.append((url, more))
        return Fetched(url, 201, "application/json", b'{"id": 1}')

    monkeypatch.setattr("sandbox.plugins.context.fetching.fetch", answer)
    assert value(alice, fetcher, SEED) == {"ok": True, "status": 201, "data": {"id": 1}}
    [(url, sent)] = asked
    assert (url, sent["method"], sent["body"]) == ("https://api.example.com/data", "POST", b'{"key":"value"}')
    assert (sent["timeout"], sent["max_bytes"], sent["allow_http"]) == (240, 10 * 1024 * 1024, False)


def test_what_is_not_fetched(alice: Person, site: Site, fetcher: InstalledWidget) -> None:
    def refused(url: str, options: str = "{}") -> tuple[str, str]:
        return refusal(alice, fetcher, f"await context.fetch('{url}', {options})")

    code, message = refused("https://elsewhere.example.com/")
    assert code == "HOST_NOT_ALLOWED"
    assert "allowed: " + site.netloc + ", api.example.com" in message
    assert refused("http://api.example.com/")[0] == "FETCH_FAILED"  # without TLS
    assert refused("http://169.254.169.254/latest/")[0] == "HOST_NOT_ALLOWED"
    assert refused(site.url("/away"))[0] == "FETCH_FAILED"
    assert refused(site.url("/large"))[0] == "FETCH_FAILED"
    assert refused(site.url("/back"), "{ method: 'CONNECT' }")[0] == "INVALID_INPUT"
    assert "JSON.stringify" in refused(site.url("/"), "{ body: { a: 1 } }")[1]
    assert refused(site.url("/"), "{ headers: { Host: 'x' } }")[0] == "INVALID_INPUT"
    assert refused("nonsense")[0] == "FETCH_FAILED"
    assert FetchRequest.objects.filter(status=None).exclude(error="").count() == 8
    assert not any(path == "/secret" for path, _ in site.requests)


def test_ten_requests_in_a_run(alice: Person, site: Site, fetcher: InstalledWidget) -> None:
    code = f"for (let n = 0; n < 11; n++) await context.fetch('{site.url('/')}')"
    assert refusal(alice, fetcher, code) == ("TOO_MANY_CALLS", "A run may call context.fetch 10 times.")
    assert len(site.requests) == 10


def test_hosts_that_people_grant(alice: Person, bob: Person, site: Site, widget: InstalledWidget) -> None:
    path = f"/api/plugins/{widget.pk}/hosts"
    assert alice.client.get(path).json() == {"declared": [], "granted": [], "found": [], "private": []}
    assert refusal(alice, widget, f"await context.fetch('{site.url('/')}')")[0] == "HOST_NOT_ALLOWED"
    assert_refused(bob.client.put(path, {"hosts": [site.netloc]}), 403, "PERMISSION_DENIED")
    assert alice.client.put(path, {"hosts": [site.netloc]}).json()["granted"] == [site.netloc]
    assert value(bob, widget, f"return (await context.fetch('{site.url('/')}')).status") == 200
    # Who has signed in is not carried on to another host, be it granted or not.
    other = site.netloc.replace("127.0.0.1", "localhost")
    site.pages["/hop"] = redirect(f"http://{other}/echo")
    assert alice.client.put(path, {"hosts": [site.netloc, other]}).json()["granted"] == sorted([site.netloc, other])
    assert value(bob, widget, f"return (await context.fetch('{site.url('/hop')}')).status") == 200
    signed = "{ headers: { authorization: 'Bearer k' } }"
    assert refusal(bob, widget, f"await context.fetch('{site.url('/hop')}', {signed})")[0] == "FETCH_FAILED"
    assert alice.client.put(path, {"hosts": []}).json()["granted"] == []
    assert refusal(bob, widget, f"await context.fetch('{site.url('/')}')")[0] == "HOST_NOT_ALLOWED"
