"""POST /api/widgets/install with the address of a site that behaves, or does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.egress import site as pages
from tests.egress.site import Site, redirect, running
from tests.people import Person, assert_refused
from tests.widgets.conftest import manifest
from widgets_manager.core.exceptions import NotFound
from widgets_manager.core.models import AuditEntry
from widgets_manager.live.models import Event
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.actions import installs
from widgets_manager.widgets.models import InstalledWidget

GOOD = json.dumps(manifest()).encode()


@pytest.fixture
def site(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site on loopback that is let through by name."""
    monkeypatch.setattr(installs, "FETCH_SECONDS", 1.0)
    with running(
        {
            "/good.json": lambda page: page.reply(GOOD),
            "/text": lambda page: page.reply(GOOD, content_type="text/plain"),
            "/moved": redirect("/good.json", 301),
            "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
            "/to-file": redirect("file:///etc/passwd"),
            "/loop": redirect("/loop"),
            "/slow": pages.drip,
            "/silent": pages.silent,
            "/endless": pages.endless,
            "/bomb": pages.bomb,
            "/large": lambda page: page.reply(b" " * 1_000_001),
            "/image": lambda page: page.reply(GOOD, content_type="image/png"),
            "/gone": lambda page: page.reply(GOOD, status=410),
            "/broken": lambda page: page.reply(b"{"),
            "/wrong": lambda page: page.reply(b"{}"),
        }
    ) as running_site:
        settings.FETCH_ALLOW_HOSTS = (running_site.netloc,)
        yield running_site


def install(person: Person, url: str) -> Any:
    return person.client.post("/api/widgets/install", {"url": url})


def nothing_written() -> bool:
    written = InstalledWidget.objects.exists() or PackageVersion.objects.exists()
    return not written and not Event.objects.filter(type="widget.put").exists()


@pytest.mark.parametrize("path", ["/good.json", "/text", "/moved"])
def test_it_works(alice: Person, site: Site, path: str) -> None:
    response = install(alice, site.url(path))
    assert response.status_code == 201, response.content
    widget = response.json()["widget"]
    assert (widget["source_type"], widget["source_ref"], widget["slug"]) == ("url", site.url(path), "todo")


@pytest.mark.parametrize(
    "path",
    [
        *("/to-metadata", "/to-file", "/loop", "/slow", "/silent", "/endless", "/bomb", "/large"),
        *("/image", "/gone", "/nowhere"),
    ],
)
def test_what_cannot_be_fetched_is_said_and_leaves_nothing(alice: Person, site: Site, path: str) -> None:
    assert_refused(install(alice, site.url(path)), 502, "FETCH_FAILED")
    assert nothing_written()
    assert not AuditEntry.objects.filter(action="widget.install").exists()


@pytest.mark.parametrize(("environment", "is_told"), [("development", True), ("production", False)])
def test_who_develops_is_told_how_a_private_address_is_installed(
    alice: Person, settings: Any, environment: str, is_told: bool
) -> None:
    settings.ENVIRONMENT = environment
    error = assert_refused(install(alice, "https://127.0.0.1:9/widget.json"), 502, "FETCH_FAILED")
    assert ("name the host in FETCH_ALLOW_HOSTS" in error["message"]) is is_told


@pytest.mark.parametrize(("path", "code"), [("/broken", "INVALID_JSON"), ("/wrong", "INVALID_MANIFEST")])
def test_what_is_fetched_is_checked(alice: Person, site: Site, path: str, code: str) -> None:
    assert_refused(install(alice, site.url(path)), 422, code)
    assert nothing_written()


@pytest.mark.parametrize("url", ["", " ", "http://[::1", "http://a\u2100b/", "http://" + "a" * 3000, "//x", "http:"])
def test_what_is_no_address_is_refused(alice: Person, url: str) -> None:
    assert_refused(install(alice, url), 502, "FETCH_FAILED")
    assert nothing_written()


@pytest.mark.django_db(transaction=True)
def test_no_connection_waits_for_a_slow_site(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Any] = []

    def fetch(*args: Any, **kwargs: Any) -> Any:
        held.append(connection.connection)
        raise NotFound("never mind")

    monkeypatch.setattr(installs, "fetch", fetch)
    install(alice, "https://example.org/widget.json")
    assert held == [None]


def test_a_viewer_makes_the_server_fetch_nothing(vera: Person, site: Site) -> None:
    assert_refused(install(vera, site.url("/good.json")), 403, "PERMISSION_DENIED")
    assert site.requests == []
