"""SANDBOX_ORIGIN: frames are served there and nothing else is; the application's host has none of them."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sandbox.frames.checks import browsers_tell_frames_from_pages, scripts_have_a_host_of_their_own
from sandbox.frames.middleware import SandboxHostMiddleware
from tests.people import PASSWORD, Person, assert_refused
from tests.sandbox.places import place_scripted
from tests.sandbox.test_frames import ADDRESS, IN_A_FRAME, ask, config_of
from widgets_manager.core.origins import is_sandbox_host
from widgets_manager.widgets.models import WidgetInstance, Workspace

SANDBOX = "localhost:9000"


@pytest.fixture(autouse=True)
def two_hosts(settings: Any) -> Any:
    settings.SANDBOX_ORIGIN = f"http://{SANDBOX}"
    return settings


def at(host: str, address: str, client: Client | None = None, **headers: str) -> Any:
    """What a frame at this host is answered."""
    return (client or Client()).get(address, headers={**IN_A_FRAME, "Host": host, **headers})


def addresses_of(person: Person, instance: WidgetInstance) -> list[str]:
    """Of the wrapper and of the widget's document, without their origin."""
    wrapper = urlsplit(ask(person.client, instance)["Location"])
    wrapper_address = f"{wrapper.path}?{wrapper.query}"
    return [wrapper_address, urlsplit(config_of(at(SANDBOX, wrapper_address))["frameUrl"]).path]


def test_it_works(alice: Person, gadget: WidgetInstance, settings: Any) -> None:
    response = ask(alice.client, gadget)
    assert response.status_code == 307
    assert response["Location"].startswith(f"http://{SANDBOX}{ADDRESS}?")
    address = urlsplit(response["Location"])
    wrapper = at(SANDBOX, f"{address.path}?{address.query}")
    assert wrapper.status_code == 200
    assert wrapper["Content-Security-Policy"].endswith(f"; frame-ancestors {settings.PUBLIC_ORIGIN}")
    config = config_of(wrapper)
    assert config["appOrigin"] == settings.PUBLIC_ORIGIN
    assert config["frameUrl"].startswith(f"http://{SANDBOX}/api/widgets/frame/")
    widget = at(SANDBOX, urlsplit(config["frameUrl"]).path)
    assert widget.status_code == 200
    allowed = f"; frame-ancestors http://{SANDBOX} {settings.PUBLIC_ORIGIN}; sandbox allow-scripts"
    assert widget["Content-Security-Policy"].endswith(allowed)
    page = alice.client.get("/widgets/", headers={"Accept": "text/html"})
    sources = f"; frame-src {settings.PUBLIC_ORIGIN}{ADDRESS} http://{SANDBOX}{ADDRESS}; "
    assert sources in page["Content-Security-Policy"]
    assert f'data-sandbox-origin="http://{SANDBOX}"' in page.content.decode()


def test_the_applications_host_has_no_frames(alice: Person, gadget: WidgetInstance) -> None:
    for address in addresses_of(alice, gadget):
        assert at(SANDBOX, address).status_code == 200
        assert at("testserver", address).status_code == 404
        assert_refused(at("127.0.0.1:8000", address, alice.client), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "address",
    ["/", "/sign-in/", "/dashboard/", "/admin/", "/api/schema", "/api/widgets/list", "/api/widgets/permissions",
     "/healthz", "/readyz", "/static/favicon.svg", "/api/widgets/sample-manifest", "/api/widgets/frame"],
)  # fmt: skip
def test_nothing_of_the_application_is_at_the_scripts_host(alice: Person, address: str, settings: Any) -> None:
    for debug in (False, True):
        settings.DEBUG = debug
        response = at(SANDBOX, address, alice.client)
        assert (response.status_code, response.content) == (404, b"There is nothing at this address.")
        assert not response.cookies
    assert at(SANDBOX, address, alice.bearer()).status_code == 404
    assert Client().post(address, headers={"Host": SANDBOX}).status_code == 404


def test_behind_a_proxy_that_ends_tls(alice: Person, team: Workspace, settings: Any) -> None:
    """As docs/operations.md sets production up: one process, two https names, which the proxy passes on."""
    app, scripts = "widgets.example.org", "scripts.example.net"
    settings.PUBLIC_ORIGIN, settings.SANDBOX_ORIGIN = f"https://{app}", f"https://{scripts}"
    settings.ALLOWED_HOSTS = [app, scripts, "testserver"]
    gadget = place_scripted(alice, team)
    settings.ENVIRONMENT = "production"
    settings.SECURE_PROXY_SSL_HEADER, settings.SECURE_SSL_REDIRECT = ("HTTP_X_FORWARDED_PROTO", "https"), True
    settings.SECURE_HSTS_SECONDS, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE = 60, True, True
    browser = Client(enforce_csrf_checks=True, headers={"X-Forwarded-Proto": "https", **IN_A_FRAME})
    at_app = {"Host": app, "Origin": settings.PUBLIC_ORIGIN}
    browser.get("/sign-in/", headers=at_app)
    form = {"username": "alice", "password": PASSWORD, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post("/sign-in/", form, headers=at_app).status_code == 302
    assert all(browser.cookies[name]["secure"] for name in (settings.SESSION_COOKIE_NAME, "csrftoken"))
    answer = ask_through(browser, gadget, at_app)
    assert (answer.status_code, answer["Strict-Transport-Security"]) == (307, "max-age=60")
    address = answer["Location"].removeprefix(settings.SANDBOX_ORIGIN)
    wrapper = browser.get(address, headers={"Host": scripts})
    assert wrapper.status_code == 200
    frame = config_of(wrapper)["frameUrl"].removeprefix(settings.SANDBOX_ORIGIN)
    assert browser.get(frame, headers={"Host": scripts}).status_code == 200
    plain = Client().get(address, headers={"Host": scripts, **IN_A_FRAME})
    assert (plain.status_code, plain["Location"]) == (301, settings.SANDBOX_ORIGIN + address)


def ask_through(browser: Client, instance: WidgetInstance, headers: dict[str, str]) -> Any:
    query = {"widgetId": str(instance.widget_id), "channelId": str(uuid.uuid4()), "instanceId": str(instance.pk)}
    return browser.get(ADDRESS, query, headers=headers)


def test_a_session_counts_for_nothing_there(alice: Person, gadget: WidgetInstance) -> None:
    query = f"?widgetId={gadget.widget_id}&channelId={uuid.uuid4()}"
    for client in (alice.client, alice.bearer()):
        response = at(SANDBOX, ADDRESS + query, client)
        assert response.status_code == 403
        assert "TICKET_INVALID" in response.content.decode()
        assert not response.cookies


def test_no_cookie_is_read_there() -> None:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(request.COOKIES))

    def read_at(host: str) -> str:
        request = RequestFactory(headers={"Host": host, "Cookie": "sessionid=x"}).get("/")
        response = SandboxHostMiddleware(answer)(request)
        assert isinstance(response, HttpResponse)
        return response.content.decode()

    assert (read_at("testserver"), read_at(SANDBOX)) == ("{'sessionid': 'x'}", "{}")


def test_the_host_is_known_by_its_name(settings: Any) -> None:
    assert is_sandbox_host(SANDBOX)
    assert is_sandbox_host("LOCALHOST"), "a proxy may leave the port out"
    assert not is_sandbox_host("127.0.0.1:9000")
    assert not is_sandbox_host("localhost.example.org:9000")
    assert not is_sandbox_host("")
    settings.SANDBOX_ORIGIN = ""
    assert not is_sandbox_host(SANDBOX)


def test_in_development_localhost_leads_to_the_application_unless_scripts_run_there(db: None, settings: Any) -> None:
    settings.DEBUG = True
    response = Client().get("/sign-in/?next=/", headers={"Host": "localhost:8000"})
    assert (response.status_code, response["Location"]) == (301, f"{settings.PUBLIC_ORIGIN}/sign-in/?next=/")
    assert Client().get("/sign-in/", headers={"Host": SANDBOX}).status_code == 404
    settings.SANDBOX_ORIGIN = ""
    assert Client().get("/sign-in/", headers={"Host": SANDBOX}).status_code == 301


def test_files_and_sockets_are_not_there(live_url: str, two_hosts: Any) -> None:
    scripts = live_url.replace("127.0.0.1", "localhost")
    file = "/static/admin/css/base.css"
    with httpx.Client() as client:
        assert client.get(live_url + file).status_code == 200
        assert client.get(scripts + file).status_code == 404
        assert client.get(scripts + "/sign-in/").status_code == 404
    token = {"Authorization": "Bearer x"}
    with pytest.raises(InvalidStatus) as refused:
        connect(scripts.replace("http:", "ws:") + "/ws/live/", additional_headers=token).close()
    assert refused.value.response.status_code == 403
    with connect(live_url.replace("http:", "ws:") + "/ws/live/", additional_headers=token) as socket:
        assert socket.recv(timeout=10), "the application's host opens sockets, whatever it then says"


async def test_their_port_answers_to_no_other_name(db: None, two_hosts: Any) -> None:
    from config import asgi  # when settings and apps are ready

    port: Any = asgi.scripts
    async with httpx.AsyncClient(transport=httpx.ASGITransport(port)) as client:
        for debug in (False, True):
            two_hosts.DEBUG = debug
            for host in ("127.0.0.1:9000", "testserver", "localhost.example.org:9000", "192.0.2.1"):
                for path in ("/", "/sign-in/", "/healthz", "/static/favicon.svg", ADDRESS):
                    response = await client.get(f"http://{host}{path}")
                    assert (response.status_code, response.text) == (404, "There is nothing at this address.")
        assert (await client.get(f"http://{SANDBOX}{ADDRESS}", headers=IN_A_FRAME)).status_code == 403, "it is reached"


@pytest.mark.parametrize(
    ("origin", "fault"),
    [
        ("https://widgets.example.org:8443", "the application's own host name"),
        ("https://scripts.example.org/path", "as browsers write it"),
        ("https://a@scripts.example.org", "as browsers write it"),
        ("https://Scripts.example.org", "as browsers write it"),
        ("https://scripts.example.org:443", "as browsers write it"),
        ("https://scripts.example.org:99999", "as browsers write it"),
        ("https://", "as browsers write it"),
        ("http://scripts.example.org", "https as well"),
    ],
)
def test_an_origin_that_separates_nothing_is_an_error(settings: Any, origin: str, fault: str) -> None:
    settings.PUBLIC_ORIGIN, settings.SANDBOX_ORIGIN = "https://widgets.example.org", origin
    [found] = scripts_have_a_host_of_their_own()
    assert found.id == "frames.E001"
    assert fault in found.msg


def test_production_without_one_is_warned(settings: Any) -> None:
    assert scripts_have_a_host_of_their_own() == []
    settings.SANDBOX_ORIGIN = ""
    assert scripts_have_a_host_of_their_own() == []
    settings.ENVIRONMENT = "production"
    [found] = scripts_have_a_host_of_their_own()
    assert found.id == "frames.W001"


@pytest.mark.parametrize(
    ("origin", "warned"),
    [("http://widgets.example.org", True), ("https://widgets.example.org", False), ("http://127.0.0.1:8000", False)],
)
def test_plain_http_is_warned_of_where_browsers_say_too_little(settings: Any, origin: str, warned: bool) -> None:
    settings.PUBLIC_ORIGIN = origin
    assert browsers_tell_frames_from_pages() == []
    settings.ENVIRONMENT = "production"
    assert [found.id for found in browsers_tell_frames_from_pages()] == ["frames.W002"] * warned
