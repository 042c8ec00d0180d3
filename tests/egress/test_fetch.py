"""Fetching, against real servers on loopback that are let through by name."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest

from tests.egress import site as pages
from tests.egress.site import MANIFEST, NoNetwork, Page, Site, redirect, running, zipped
from widgets_manager.egress.client import Fetched, fetch
from widgets_manager.egress.exceptions import FetchError, Reason


@pytest.fixture
def site() -> Iterator[Site]:
    with running(
        {
            "/": lambda page: page.reply(MANIFEST),
            "/charset": lambda page: page.reply(MANIFEST, content_type="Application/JSON; charset=utf-8"),
            "/plain": lambda page: page.reply(MANIFEST, content_type="text/plain"),
            "/special": lambda page: page.reply(MANIFEST, content_type="application/vnd.widget+json"),
            "/image": lambda page: page.reply(b"\x89PNG", content_type="image/png"),
            "/lookalike": lambda page: page.reply(MANIFEST, content_type="application/jsonp"),
            "/untyped": lambda page: page.reply(MANIFEST, content_type=None),
            "/error": lambda page: page.reply(b"{}", status=500),
            "/empty": lambda page: page.reply(b""),
            "/large": lambda page: page.reply(b"x" * 1_000_001),
            "/exact": lambda page: page.reply(b"x" * 1_000_000),
            "/drip": pages.drip,
            "/drip-head": pages.drip_head,
            "/silent": pages.silent,
            "/endless": pages.endless,
            "/endless-head": pages.endless_head,
            "/bomb": pages.bomb,
            "/zipped": zipped(gzip.compress(MANIFEST)),
            "/zipped-cut": zipped(gzip.compress(MANIFEST)[:-4]),
            "/zipped-damaged": zipped(b"not gzip at all"),
            "/zipped-more": zipped(gzip.compress(MANIFEST) + b"more"),
            "/zipped-exact": zipped(gzip.compress(b"x" * 1_000_000)),
            "/brotli": lambda page: page.reply(MANIFEST, Content_Encoding="br"),
            "/not-http": lambda page: write(page, b"SSH-2.0-OpenSSH_9.6\r\n"),
            "/cut": lambda page: write(
                page, b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nabc"
            ),
            "/nowhere": lambda page: page.reply(b"", status=302),
            "/bad-location": redirect("http://[::1/"),
            "/to-file": redirect("file:///etc/passwd"),
            "/1": redirect("/2", 301),
            "/2": redirect("3", 307),
            "/3": redirect("/?at=the-end#part", 308),
            "/0": redirect("/1", 303),
            "/loop": redirect("/loop"),
        }
    ) as running_site:
        yield running_site


def write(page: Page, raw: bytes) -> None:
    page.wfile.write(raw)
    page.close_connection = True


def get(site: Site, path: str, **options: Any) -> Fetched:
    return fetch(site.url(path), **{"allow_hosts": [site.netloc], **options})


def refusal(url: str, **options: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, **options)
    assert (caught.value.code, caught.value.status) == ("FETCH_FAILED", 502)
    return caught.value


def test_it_works(site: Site) -> None:
    assert get(site, "/") == Fetched(site.url("/"), 200, "application/json", MANIFEST)


@pytest.mark.parametrize("path", ["/charset", "/plain", "/special"])
def test_json_and_text_types_are_accepted(site: Site, path: str) -> None:
    assert get(site, path).body == MANIFEST


@pytest.mark.parametrize(
    ("path", "reason", "says"),
    [
        ("/image", Reason.CONTENT_TYPE, "'image/png', not application/json, text/…"),
        ("/lookalike", Reason.CONTENT_TYPE, "'application/jsonp'"),
        ("/untyped", Reason.CONTENT_TYPE, "'not given'"),
        ("/error", Reason.STATUS, "status 500"),
        ("/missing", Reason.STATUS, "status 404"),
        ("/large", Reason.TOO_LARGE, "larger than 1,000,000 bytes"),
        ("/endless", Reason.TOO_LARGE, "larger than 1,000,000 bytes"),
        ("/bomb", Reason.TOO_LARGE, "larger than 1,000,000 bytes"),
        ("/endless-head", Reason.PROTOCOL, "not HTTP"),
        ("/zipped-cut", Reason.PROTOCOL, "cut off"),
        ("/zipped-damaged", Reason.PROTOCOL, "damaged"),
        ("/zipped-more", Reason.PROTOCOL, "after the end"),
        ("/brotli", Reason.PROTOCOL, "'br'"),
        ("/not-http", Reason.PROTOCOL, "not HTTP"),
        ("/cut", Reason.PROTOCOL, "broke off"),
        ("/nowhere", Reason.PROTOCOL, "without saying where"),
        ("/bad-location", Reason.PROTOCOL, "not a URL"),
        ("/to-file", Reason.URL, "must begin with https://"),
        ("/0", Reason.REDIRECTS, "more than 3 times"),
        ("/loop", Reason.REDIRECTS, "more than 3 times"),
    ],
)
def test_what_is_not_accepted_is_refused_with_a_reason(site: Site, path: str, reason: Reason, says: str) -> None:
    error = refusal(site.url(path), allow_hosts=[site.netloc])
    assert error.reason == reason
    assert says in error.message


@pytest.mark.parametrize("path", ["/drip", "/drip-head", "/silent"])
def test_slow_answers_end_with_the_time_for_the_whole(site: Site, path: str) -> None:
    error = refusal(site.url(path), allow_hosts=[site.netloc], timeout=0.4)
    assert error.reason == Reason.TIMEOUT
    assert "within 0.4 s" in error.message


def test_sizes_up_to_the_limit_pass(site: Site) -> None:
    assert get(site, "/empty").body == b""
    assert len(get(site, "/exact").body) == 1_000_000
    assert len(get(site, "/zipped-exact").body) == 1_000_000
    assert refusal(site.url("/"), allow_hosts=[site.netloc], max_bytes=3).reason == Reason.TOO_LARGE


def test_gzip_is_unpacked(site: Site) -> None:
    assert get(site, "/zipped").body == MANIFEST


def test_three_redirects_are_followed(site: Site) -> None:
    assert get(site, "/1").url == site.url("/?at=the-end")
    assert [path for path, _ in site.requests] == ["/1", "/2", "/3", "/?at=the-end"]


def test_the_request_says_only_what_it_must(site: Site) -> None:
    get(site, "/?q=a b".replace(" ", "%20") + "#secret")
    path, headers = site.requests[0]
    assert path == "/?q=a%20b"
    assert headers == {
        "Host": site.netloc,
        "Accept": "application/json, text/*",
        "Accept-Encoding": "gzip",
        "User-Agent": "Widget-Manager/1.0",
        "Connection": "close",
    }


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(site, "/").body == MANIFEST


def test_the_name_is_resolved_once_and_that_answer_is_connected_to(site: Site) -> None:
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int, seconds: float) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    url = f"http://widgets.example:{site.server_port}/"
    assert fetch(url, allow_hosts=["Widgets.Example."], resolve=resolve).body == MANIFEST
    assert asked == [("widgets.example", site.server_port)]
    assert site.requests[0][1]["Host"] == f"widgets.example:{site.server_port}"


def test_a_name_that_changes_its_address_gains_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    monkeypatch.setattr(httpcore, "SyncBackend", NoNetwork)
    monkeypatch.setattr(NoNetwork, "attempts", [], raising=False)
    error = refusal(f"http://rebinding.example:{site.server_port}/", resolve=lambda *_: next(answers))
    assert error.reason == Reason.CONNECT
    assert NoNetwork.attempts == ["93.184.215.14"]
    assert not site.requests


def test_each_address_of_a_name_is_tried(site: Site) -> None:
    url = f"http://widgets.example:{site.server_port}/"
    # Nothing listens on that port of 127.0.0.2; the second answer is where the site is.
    found = fetch(url, allow_hosts=["widgets.example"], resolve=lambda *_: ["127.0.0.2", "127.0.0.1"])
    assert found.body == MANIFEST


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::1"], ["fe80::1%eth0"], ["::ffff:93.184.215.14"]],
)
def test_one_private_answer_refuses_the_name(site: Site, answers: list[str]) -> None:
    error = refusal(f"http://inside.example:{site.server_port}/", resolve=lambda *_: answers)
    assert error.reason == Reason.BLOCKED
    assert not any(answer in error.message for answer in answers)  # tells nothing about the network here
    assert not site.requests


@pytest.mark.parametrize("allowed", ["{}", "127.0.0.1"])
def test_a_redirect_is_checked_like_the_first_address(site: Site, allowed: str) -> None:
    with running({"/": lambda page: page.reply(b'"secret"')}) as secret:
        site.pages["/inside"] = redirect(secret.url("/"))
        options: dict[str, Any] = {"allow_hosts": [allowed.format(site.netloc)]}
        if allowed == "127.0.0.1":  # a host without a port means all its ports
            assert fetch(site.url("/inside"), **options).body == b'"secret"'
            return
        assert refusal(site.url("/inside"), **options).reason == Reason.BLOCKED
        assert not secret.requests


@pytest.mark.parametrize(
    "to", ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:127.0.0.1]/", "//10.0.0.1/"]
)
def test_a_redirect_to_inside_is_refused(site: Site, to: str) -> None:
    site.pages["/inside"] = redirect(to)
    assert refusal(site.url("/inside"), allow_hosts=[site.netloc]).reason == Reason.BLOCKED


def test_names_without_an_address_are_told_apart_from_slow_ones() -> None:
    def unknown(host: str, port: int, seconds: float) -> list[str]:
        raise OSError(-2, "Name or service not known")

    def slow(host: str, port: int, seconds: float) -> list[str]:
        raise TimeoutError

    assert refusal("https://nobody.example/", resolve=unknown).reason == Reason.DNS
    assert refusal("https://nobody.example/", resolve=lambda *_: []).reason == Reason.DNS
    assert refusal("https://nobody.example/", resolve=slow).reason == Reason.TIMEOUT


def test_the_system_resolver_is_asked_by_default(site: Site) -> None:
    assert fetch(f"http://localhost:{site.server_port}/", allow_hosts=["localhost"]).body == MANIFEST
    assert refusal(f"http://localhost:{site.server_port}/").reason == Reason.BLOCKED


def test_nothing_listens() -> None:
    with running({}) as gone:
        pass
    error = refusal(gone.url("/"), allow_hosts=[gone.netloc])
    assert error.reason == Reason.CONNECT
    assert error.message == f"No connection to 127.0.0.1 on port {gone.server_port}."


def test_http_is_refused_in_production_except_for_named_hosts(site: Site, settings: Any) -> None:
    settings.ENVIRONMENT = "production"
    assert refusal("http://widgets.example/", resolve=lambda *_: ["93.184.215.14"]).reason == Reason.URL
    assert get(site, "/").body == MANIFEST


def test_hosts_named_in_the_settings_are_let_through(site: Site, settings: Any) -> None:
    settings.FETCH_ALLOW_HOSTS = (site.netloc,)
    assert fetch(site.url("/")).body == MANIFEST


def test_the_server_never_fetches_itself(site: Site, settings: Any) -> None:
    settings.PUBLIC_ORIGIN = f"http://{site.netloc}"
    error = refusal(site.url("/"), allow_hosts=[site.netloc, "127.0.0.1"])
    assert error.reason == Reason.BLOCKED
    settings.PUBLIC_ORIGIN = "https://widgets.example"
    for url in ("https://widgets.example/api/", "http://WIDGETS.example./", "https://widgets.example:443/"):
        assert refusal(url, allow_hosts=["widgets.example"]).reason == Reason.BLOCKED
    assert not site.requests


def test_neither_of_the_servers_two_ports_under_the_other_ones_name(site: Site, settings: Any) -> None:
    settings.PUBLIC_ORIGIN, settings.SANDBOX_ORIGIN = "http://127.0.0.1:1", f"http://localhost:{site.server_port}"
    for host in ("127.0.0.1", "localhost"):
        url = f"http://{host}:{site.server_port}/"
        assert refusal(url, allow_hosts=[f"{host}:{site.server_port}"]).reason == Reason.BLOCKED
    settings.SANDBOX_ORIGIN = ""
    assert get(site, "/").status == 200


class TestTls:
    """Encrypted connections go to the pinned address but are verified against the name."""

    @pytest.fixture
    def secure(self) -> Iterator[Site]:
        with running({"/": lambda page: page.reply(MANIFEST)}, tls=True) as running_site:
            yield running_site

    @pytest.fixture
    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=pages.TLS / "authority.pem")

    def test_the_original_name_is_verified(self, secure: Site, trusting: ssl.SSLContext) -> None:
        options: dict[str, Any] = {"resolve": lambda *_: ["127.0.0.1"], "tls": trusting}
        url = f"https://widgets.example:{secure.server_port}/"
        assert fetch(url, allow_hosts=["widgets.example"], **options).body == MANIFEST
        error = refusal(url.replace("widgets.", "other."), allow_hosts=["other.example"], **options)
        assert error.reason == Reason.CONNECT
        assert "certificate of other.example is not accepted" in error.message

    def test_an_unknown_authority_is_refused(self, secure: Site) -> None:
        url = f"https://widgets.example:{secure.server_port}/"
        error = refusal(url, allow_hosts=["widgets.example"], resolve=lambda *_: ["127.0.0.1"])
        assert "certificate of widgets.example is not accepted" in error.message

    def test_plain_http_behind_an_https_address(self, site: Site) -> None:
        error = refusal(site.url("/").replace("http:", "https:"), allow_hosts=[site.netloc])
        assert error.reason == Reason.CONNECT
        assert "No secure connection" in error.message
