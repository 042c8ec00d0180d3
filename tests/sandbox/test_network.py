"""What a widget's script has this server fetch, and the log of it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sandbox.frames.actions import network as log
from sandbox.frames.actions.network import prune_network_log
from sandbox.frames.models import NetworkRequest
from tests.egress.site import Page, Site, redirect, running
from tests.people import Person, assert_refused
from tests.sandbox.places import ask, place_scripted, result, scripted
from widgets_manager.widgets.models import WidgetInstance, Workspace

PATH = "/api/widgets/network-log"
CSV = "day,visitors\nMo,3\n"


def echo(page: Page) -> None:
    said = page.server.bodies[-1].decode() if page.server.bodies else ""
    page.reply(f"{page.command} {page.headers.get('X-Key')} {said}".encode(), content_type="text/plain; charset=utf-8")


@pytest.fixture
def site() -> Iterator[Site]:
    with running(
        {
            "/": lambda page: page.reply(b'{"visitors": 3}'),
            "/csv": lambda page: page.reply(CSV.encode(), content_type="text/csv"),
            "/latin": lambda page: page.reply("é".encode("latin-1"), content_type="text/plain"),
            "/png": lambda page: page.reply(b"\x89PNG", content_type="image/png"),
            "/untyped": lambda page: page.reply(b"plain", content_type=None),
            "/none": lambda page: page.reply(b"", status=204, content_type=None),
            "/missing": lambda page: page.reply(b"{}", status=404),
            "/echo": echo,
            "/large": lambda page: page.reply(b"x" * (48 * 1024 - 2), content_type="text/plain"),
            "/larger": lambda page: page.reply(b"x" * (48 * 1024 - 1), content_type="text/plain"),
            "/huge": lambda page: page.reply(b"x" * 1_000_000, content_type="text/plain"),
            "/quotes": lambda page: page.reply(b'"' * 30_000, content_type="text/plain"),
            "/there": redirect("/csv"),
            "/away": redirect("http://localhost:1/secret"),
        }
    ) as running_site:
        yield running_site


@pytest.fixture
def chart(alice: Person, team: Workspace, site: Site) -> WidgetInstance:
    """A widget that may fetch from the site."""
    block = {"networkAllowlist": [f"http://{site.netloc}", "https://api.example.com"]}
    return place_scripted(alice, team, scripted(["network:fetch"], sandbox=block, panelId="chart"))


def fetch(person: Person, chart: WidgetInstance, url: str, **more: Any) -> Any:
    return ask(person, chart, "network.fetch", url=url, **more)


def logged(person: Person, chart: WidgetInstance) -> list[dict[str, Any]]:
    response = person.client.get(PATH, {"instanceId": str(chart.pk)})
    assert response.status_code == 200, response.content
    requests: list[dict[str, Any]] = response.json()["requests"]
    return requests


def test_it_works(alice: Person, chart: WidgetInstance, site: Site) -> None:
    url = site.url("/?day=Mo&q=a%20b")
    assert result(fetch(alice, chart, url)) == {
        "ok": True,
        "status": 200,
        "url": url,
        "contentType": "application/json",
        "body": '{"visitors": 3}',
        "encoding": "text",
    }
    [entry] = logged(alice, chart)
    assert entry | {"created_at": "", "milliseconds": 0} == {
        "method": "GET",
        "url": url,
        "status": 200,
        "size": 15,
        "milliseconds": 0,
        "error": "",
        "created_at": "",
        "user": "Alice",
    }


@pytest.mark.parametrize(
    ("path", "status", "body", "encoding"),
    [
        ("/csv", 200, CSV, "text"),
        ("/there", 200, CSV, "text"),
        ("/latin", 200, base64.b64encode(b"\xe9").decode(), "base64"),
        ("/png", 200, base64.b64encode(b"\x89PNG").decode(), "base64"),
        ("/untyped", 200, base64.b64encode(b"plain").decode(), "base64"),
        ("/none", 204, "", "text"),
        ("/missing", 404, "{}", "text"),
        ("/large", 200, "x" * (48 * 1024 - 2), "text"),
    ],
)
def test_what_comes_back(
    alice: Person, chart: WidgetInstance, site: Site, path: str, status: int, body: str, encoding: str
) -> None:
    answer = result(fetch(alice, chart, site.url(path)))
    assert (answer["status"], answer["body"], answer["encoding"]) == (status, body, encoding)
    assert answer["ok"] is (status < 300)


@pytest.mark.parametrize("path", ["/larger", "/huge", "/quotes"])
def test_what_a_message_has_no_room_for(alice: Person, chart: WidgetInstance, site: Site, path: str) -> None:
    assert_refused(fetch(alice, chart, site.url(path)), 413, "TOO_LARGE", "params.url")
    assert "48" in logged(alice, chart)[0]["error"].replace("49,152", "48")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_methods_headers_and_bodies_are_sent(alice: Person, chart: WidgetInstance, site: Site, method: str) -> None:
    sent = fetch(alice, chart, site.url("/echo"), method=method, headers={"X-Key": "k", "accept": "text/x"}, body="é")
    assert result(sent)["body"] == f"{method} k é"
    _, headers = site.requests[-1]
    assert {name: headers.get(name) for name in ("Cookie", "Authorization", "Referer")} == {
        "Cookie": None, "Authorization": None, "Referer": None
    }  # fmt: skip
    assert [value for name, value in headers.items() if name.lower() == "accept"] == ["text/x"]
    assert logged(alice, chart)[0]["method"] == method


def test_head_has_no_body(alice: Person, chart: WidgetInstance, site: Site) -> None:
    Page.do_HEAD = Page.do_GET  # type: ignore[attr-defined]
    answer = result(fetch(alice, chart, site.url("/huge"), method="HEAD"))
    assert (answer["status"], answer["body"]) == (200, "")


@pytest.mark.parametrize("name", ["Cookie", "authorization", "Host", "X-Forwarded-For", "Sec-Fetch-Site"])
def test_some_headers_are_the_servers(alice: Person, chart: WidgetInstance, site: Site, name: str) -> None:
    refused = fetch(alice, chart, site.url("/"), headers={name: "x"})
    assert_refused(refused, 422, "INVALID_INPUT", f"params.headers.{name}")
    assert site.requests == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://evil.example/x", "HOST_NOT_ALLOWED"),
        ("http://api.example.com/", "HOST_NOT_ALLOWED"),
        ("https://api.example.com:8443/", "HOST_NOT_ALLOWED"),
        ("https://api.example.com.evil.example/", "HOST_NOT_ALLOWED"),
        ("https://127.0.0.1:{port}/", "HOST_NOT_ALLOWED"),
        ("http://localhost:{port}/", "HOST_NOT_ALLOWED"),
        ("http://127.0.0.1/", "HOST_NOT_ALLOWED"),
        ("http://127.1:{port}/", "FETCH_FAILED"),
        ("http://user@127.0.0.1:{port}/", "FETCH_FAILED"),
        ("ftp://127.0.0.1:{port}/", "FETCH_FAILED"),
        ("//127.0.0.1:{port}/", "FETCH_FAILED"),
        ("/api/tokens", "FETCH_FAILED"),
    ],
)
def test_only_named_origins_are_asked(alice: Person, chart: WidgetInstance, site: Site, url: str, code: str) -> None:
    address = url.format(port=site.server_port)
    response = fetch(alice, chart, address)
    error = assert_refused(response, 403 if code == "HOST_NOT_ALLOWED" else 502, code)
    assert site.requests == []
    [entry] = logged(alice, chart)
    assert (entry["url"], entry["status"], entry["error"]) == (address, None, error["message"])


def test_the_refusal_names_what_is_allowed(alice: Person, chart: WidgetInstance, site: Site) -> None:
    error = assert_refused(fetch(alice, chart, "https://evil.example/x"), 403, "HOST_NOT_ALLOWED", "params.url")
    assert error["message"] == (
        f"The widget may not fetch from https://evil.example (allowed: http://{site.netloc}, https://api.example.com)."
    )


def test_a_redirect_leads_to_named_origins_only(alice: Person, chart: WidgetInstance, site: Site) -> None:
    assert_refused(fetch(alice, chart, site.url("/away")), 502, "FETCH_FAILED")
    assert logged(alice, chart)[0]["status"] is None


def test_without_an_allow_list_nothing_is_asked(alice: Person, team: Workspace, site: Site) -> None:
    gadget = place_scripted(alice, team, scripted(["network:fetch"]))
    error = assert_refused(fetch(alice, gadget, site.url("/")), 403, "HOST_NOT_ALLOWED")
    assert "networkAllowlist" in error["message"]


def test_production_asks_no_server_of_this_machine(
    alice: Person, chart: WidgetInstance, site: Site, settings: Any
) -> None:
    settings.ENVIRONMENT = "production"
    assert_refused(fetch(alice, chart, site.url("/")), 502, "FETCH_FAILED")
    assert site.requests == []


def test_a_private_address_is_refused_though_named(
    alice: Person, team: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    block = {"networkAllowlist": ["https://10.0.0.1"]}
    gadget = place_scripted(alice, team, scripted(["network:fetch"], sandbox=block))
    caplog.clear()
    assert_refused(fetch(alice, gadget, "https://10.0.0.1/"), 502, "FETCH_FAILED")
    # What a script asks for in vain is no fault of the server's.
    assert {line.name for line in caplog.records} & {"django.request", "widgets.request"} == {"widgets.request"}


def test_this_servers_own_sample_data(alice: Person, team: Workspace, settings: Any) -> None:
    block = {"networkAllowlist": [settings.PUBLIC_ORIGIN]}
    gadget = place_scripted(alice, team, scripted(["network:fetch"], sandbox=block))
    answer = result(fetch(alice, gadget, f"{settings.PUBLIC_ORIGIN}/api/widgets/sample-data?name=visitors"))
    assert (answer["ok"], answer["contentType"], answer["encoding"]) == (True, "application/json", "text")
    assert_refused(fetch(alice, gadget, f"{settings.PUBLIC_ORIGIN}/api/tokens"), 502, "FETCH_FAILED")
    assert [entry["status"] for entry in logged(alice, gadget)] == [None, 200]


def test_everybody_who_sees_the_panel_sees_its_log(
    alice: Person, bob: Person, vera: Person, chart: WidgetInstance, site: Site
) -> None:
    result(fetch(bob, chart, site.url("/csv")))
    result(fetch(vera, chart, site.url("/")))
    assert [entry["user"] for entry in logged(alice, chart)] == ["Vera", "Bob"]


def test_a_stranger_gets_404(alice: Person, charlie: Person, chart: WidgetInstance, site: Site) -> None:
    assert_refused(fetch(charlie, chart, site.url("/")), 404, "NOT_FOUND")
    assert_refused(charlie.client.get(PATH, {"instanceId": str(chart.pk)}), 404, "NOT_FOUND")
    assert site.requests == []
    assert not NetworkRequest.objects.exists()


def test_the_log_needs_a_panel(alice: Person, chart: WidgetInstance) -> None:
    assert_refused(alice.client.get(PATH), 422, "INVALID_INPUT", "instanceId")
    assert_refused(alice.client.get(PATH, {"instanceId": "x"}), 404, "NOT_FOUND")


def note(person: Person, chart: WidgetInstance, number: int, **changes: Any) -> None:
    NetworkRequest.objects.create(
        tenant=person.tenant, instance=chart, user=person.user, method="GET", url=f"https://x.example/{number}",
        created_at=timezone.now() - timedelta(seconds=1000 - number), **changes,
    )  # fmt: skip


def test_the_newest_hundred_are_shown(alice: Person, chart: WidgetInstance) -> None:
    for number in range(105):
        note(alice, chart, number)
    urls = [entry["url"].rpartition("/")[2] for entry in logged(alice, chart)]
    assert urls == [str(number) for number in range(104, 4, -1)]


def test_the_log_is_kept_for_a_week(
    alice: Person, chart: WidgetInstance, gadget: WidgetInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MOST_KEPT", 3)
    for number in range(5):
        note(alice, chart, number)
    note(alice, gadget, 1)
    note(alice, gadget, 2)
    NetworkRequest.objects.filter(instance=gadget, url__endswith="/1").update(
        created_at=timezone.now() - timedelta(days=8)
    )
    assert prune_network_log() == 3
    assert [entry["url"].rpartition("/")[2] for entry in logged(alice, chart)] == ["4", "3", "2"]
    assert [entry["url"].rpartition("/")[2] for entry in logged(alice, gadget)] == ["2"]
    assert prune_network_log() == 0
