"""Pictures of other servers, through this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.egress.site import Page, Site, running
from tests.people import Person

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def sending(body: bytes, media_type: str) -> Callable[[Page], None]:
    return lambda page: page.reply(body, content_type=media_type)


PAGES = {
    "/p.png": sending(PNG, "image/png"),
    "/p": sending(PNG, "application/octet-stream"),
    "/a.svg": sending(b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/svg+xml"),
    "/lie.png": sending(b"<script>alert(1)</script>", "image/png"),
    "/page": sending(PNG, "text/html"),
    "/big.png": sending(PNG + b"\x00" * 5_000_001, "image/png"),
}


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    with running(PAGES) as found:
        settings.FETCH_ALLOW_HOSTS = settings.APP_HTTP_HOSTS = [found.netloc]
        yield found


def test_it_works(alice: Person, site: Site) -> None:
    response = alice.client.get(f"/api/pictures?url={quote(site.url('/p.png'))}")
    assert (response.status_code, response.content, response["Content-Type"]) == (200, PNG, "image/png")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, max-age=86400"
    assert "Cookie" not in site.requests[-1][1]


def test_the_first_bytes_say_what_it_is(alice: Person, site: Site) -> None:
    assert alice.client.get(f"/api/pictures?url={quote(site.url('/p'))}")["Content-Type"] == "image/png"


@pytest.mark.parametrize("path", ["/a.svg", "/lie.png"])
def test_what_could_hold_scripts_is_no_picture(alice: Person, site: Site, path: str) -> None:
    response = alice.client.get(f"/api/pictures?url={quote(site.url(path))}")
    assert (response.status_code, response.json()["error"]["code"]) == (422, "NO_PICTURE")


@pytest.mark.parametrize("path", ["/page", "/big.png", "/none"])
def test_what_is_not_sent_as_one_fails(alice: Person, site: Site, path: str) -> None:
    response = alice.client.get(f"/api/pictures?url={quote(site.url(path))}")
    assert (response.status_code, response.json()["error"]["code"]) == (502, "FETCH_FAILED")


@pytest.mark.parametrize("url", ["", "ftp://example.org/a.png", "//example.org/a.png", "https://" + "a" * 2_000])
def test_addresses_that_are_none_are_refused(alice: Person, url: str) -> None:
    assert alice.client.get("/api/pictures", {"url": url}).status_code == 422


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/a.png", "http://169.254.169.254/a.png", "https://[::1]/a.png"])
def test_private_addresses_are_not_asked(alice: Person, url: str) -> None:
    response = alice.client.get("/api/pictures", {"url": url})
    assert response.json()["error"]["code"] == "FETCH_FAILED"


def test_a_host_that_is_opened_for_installing_is_not_opened_for_pictures(
    alice: Person, site: Site, settings: Any
) -> None:
    for settings.FETCH_ALLOW_HOSTS, settings.APP_HTTP_HOSTS in (([site.netloc], []), ([], [site.netloc])):
        response = alice.client.get(f"/api/pictures?url={quote(site.url('/p.png'))}")
        assert (response.status_code, response.json()["error"]["code"]) == (502, "FETCH_FAILED")
    assert site.requests == []


def test_nobody_gets_one_without_signing_in(site: Site) -> None:
    assert Client().get(f"/api/pictures?url={quote(site.url('/p.png'))}").status_code == 401
    assert site.requests == []
