"""Requests of apps: this server's routes and panels, and other hosts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.apps.conftest import GREETER, install_app
from tests.egress.site import Site, redirect, running
from tests.people import Person
from tests.widgets.conftest import install, place
from widgets_manager.apps import access
from widgets_manager.apps import requests as sending
from widgets_manager.apps import routes as registry
from widgets_manager.apps.requests import send_request
from widgets_manager.apps.results import Resolved
from widgets_manager.apps.routes import RouteCall, register_route
from widgets_manager.core.exceptions import ApiError, NotFound
from widgets_manager.core.models import AuditEntry
from widgets_manager.widgets.models import InstalledWidget, Workspace

pytestmark = pytest.mark.django_db


def answer(call: RouteCall) -> Any:
    if call.query.get("fail"):
        raise NotFound("There is no such probe.", code="NO_PROBE")
    return {
        "method": call.method, "path": dict(call.path), "query": dict(call.query), "body": call.body,
        "user": call.actor.user.username, "app": call.app.slug if call.app else None,
    }  # fmt: skip


@pytest.fixture(autouse=True)
def probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_routes", dict(registry._routes))
    register_route("/probe", answer, methods=("GET", "POST"))
    register_route("/probe/{name}/parts", answer)
    register_route("/probe/fixed/parts", lambda call: "fixed")


def send(person: Person, url: str, **more: Any) -> Resolved:
    return send_request(actor=person.actor, app=more.pop("app", None), url=url, **more)


def refusal(person: Person, url: str, **more: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        send(person, url, **more)
    return caught.value


class TestRoutes:
    def test_it_works(self, alice: Person) -> None:
        got = send(alice, "/probe?a=1&b=2", method="post", query={"b": 3}, body={"x": [1]})
        assert (got.status, got.success) == (200, True)
        assert got.value == {
            "method": "POST", "path": {}, "query": {"a": "1", "b": 3}, "body": {"x": [1]}, "user": "alice", "app": None
        }  # fmt: skip

    def test_what_writes_needs_a_member_and_is_audited(self, alice: Person, vera: Person) -> None:
        assert send(vera, "/probe").success
        got = send(vera, "/probe", method="POST", body={"x": 1})
        assert (got.status, got.value["error"]["code"]) == (403, "PERMISSION_DENIED")
        assert send(alice, "/probe", method="POST", query={"a": 1}, body={"x": 1}).success
        assert send(alice, "/probe", method="POST", body="\x00").success
        assert send(alice, "/probe", method="POST", body="x" * 10_001).success
        entries = AuditEntry.objects.filter(action="route.call").order_by("pk").values_list("data", flat=True)
        given = {"path": {}, "query": {"a": 1}, "body": {"x": 1}}
        assert entries[0] == {"route": "POST /probe", "app": "", "given": given}
        assert [set(entry["given"]) for entry in entries[1:]] == [{"bytes"}, {"bytes"}]

    def test_effect_says_what_writes(self, vera: Person) -> None:
        register_route("/probe-search", answer, methods=("POST",), effect="read")
        register_route("/probe-count", answer, effect="write")
        assert send(vera, "/probe-search", method="POST", reading=True).success
        assert send(vera, "/probe-count").status == 403
        assert refusal(vera, "/probe-count", reading=True).code == "WRITE_IN_SOURCE"
        assert refusal(vera, "/probe", method="POST", reading=True).code == "WRITE_IN_SOURCE"

    def test_named_segments(self, alice: Person) -> None:
        assert send(alice, "/probe/x.y/parts").value["path"] == {"name": "x.y"}
        assert send(alice, "/probe/fixed/parts").value == "fixed"
        assert refusal(alice, "/probe/a/b/parts").code == "UNKNOWN_ROUTE"

    def test_a_full_address_of_this_server(self, alice: Person, settings: Any) -> None:
        assert send(alice, f"{settings.PUBLIC_ORIGIN}/probe").value["user"] == "alice"

    def test_its_refusal_is_an_answer(self, alice: Person) -> None:
        got = send(alice, "/probe", query={"fail": 1})
        assert (got.status, got.error) == (404, "There is no such probe.")
        assert got.value["error"]["code"] == "NO_PROBE"

    @pytest.mark.parametrize(
        ("url", "method", "code", "says"),
        [
            ("/prob", "GET", "UNKNOWN_ROUTE", "did you mean '/probe'?"),
            ("/probe", "DELETE", "METHOD_NOT_ALLOWED", "it takes: GET, POST"),
            ("/probe", "TRACE", "INVALID_INPUT", "is not one of GET, POST"),
            ("probe", "GET", "INVALID_INPUT", "must begin with / "),
            ("//example.org/x", "GET", "INVALID_INPUT", "must begin with /"),
            ("/api/tokens", "POST", "UNKNOWN_ROUTE", "No route of this server"),
            ("/api/panels/../tokens", "GET", "NOT_FOUND", ""),
            ("/admin/", "GET", "UNKNOWN_ROUTE", ""),
            ("javascript:alert(1)", "GET", "INVALID_INPUT", ""),
            ("file:///etc/passwd", "GET", "FETCH_FAILED", "must begin with https"),
        ],
    )
    def test_what_is_no_route(self, alice: Person, url: str, method: str, code: str, says: str) -> None:
        try:
            error = send(alice, url, method=method).value["error"]
            found = (error["code"], error["message"])
        except ApiError as refused:
            found = (refused.code, refused.message)
        assert found[0] == code
        assert says in found[1]

    @pytest.mark.parametrize("path", ["probe", "/Probe", "/api/x", "/admin/x", "/a//b", "/a?b", "/"])
    def test_paths_of_routes(self, path: str) -> None:
        with pytest.raises(ValueError, match="is not a path"):
            register_route(path, answer)

    def test_a_path_is_registered_once(self) -> None:
        with pytest.raises(ValueError, match="twice"):
            register_route("/probe", answer)


class TestPanels:
    def test_view_and_operation(self, alice: Person, team: Workspace) -> None:
        panel = place(alice, install(alice)["id"], team)
        added = send(
            alice, "/api/panels/task-board/add", method="POST",
            body={"panelId": panel["panel_id"], "params": {"title": "milk"}},
        )  # fmt: skip
        assert added.value["success"]
        shown = send(alice, f"/api/panels/{panel['panel_id']}/view").value
        assert set(shown) == {"panel", "tree", "data"}
        assert "milk" in json.dumps(shown["data"])

    def test_the_same_checks_as_over_http(self, alice: Person, charlie: Person, vera: Person, team: Workspace) -> None:
        panel = place(alice, install(alice)["id"], team)
        body = {"instanceId": panel["id"], "params": {"title": "x"}}
        for person, status in ((charlie, 404), (vera, 403)):
            got = send(person, "/api/panels/task-board/add", method="POST", body=body)
            assert got.status == status
        assert send(charlie, f"/api/panels/{panel['panel_id']}/view").status == 404
        assert send(alice, "/api/panels/task-board/fly", method="POST", body={"instanceId": panel["id"]}).status == 404
        assert send(alice, "/api/panels/task-board/add", method="POST", body={"x": 1}).status == 422

    def test_a_source_only_reads(self, alice: Person, team: Workspace) -> None:
        panel = place(alice, install(alice)["id"], team)
        body = {"instanceId": panel["id"], "params": {"title": "x"}}
        got = send(alice, "/api/panels/task-board/add", method="POST", body=body, reading=True)
        assert (got.status, got.value["error"]["code"]) == (422, "WRITE_IN_SOURCE")
        listed = send(alice, "/api/panels/task-board/list", method="POST", body=body | {"params": {}}, reading=True)
        assert listed.value["success"]


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    pages = {
        "/json": lambda page: page.reply(b'{"a": [1, 2]}'),
        "/text": lambda page: page.reply("häuser".encode(), content_type="text/plain; charset=utf-8"),
        "/gone": lambda page: page.reply(b'{"error": {"message": "It is gone."}}', status=410),
        "/broken": lambda page: page.reply(b"{"),
        "/nothing": lambda page: page.reply(b"", status=204, content_type=None),
        "/away": redirect("http://elsewhere.example/json"),
        "/large": lambda page: page.reply(b'"' + b"x" * 1_000_001 + b'"'),
    }
    with running(pages) as site:
        settings.FETCH_ALLOW_HOSTS = (site.netloc,)  # without TLS, on loopback
        settings.APP_HTTP_HOSTS = (site.netloc,)
        yield site


class TestHosts:
    def test_it_works(self, alice: Person, site: Site) -> None:
        got = send(alice, site.url("/json"), query={"q": "a b", "n": [1, 2], "on": True}, headers={"X-Part": "7"})
        assert (got.value, got.status) == ({"a": [1, 2]}, 200)
        path, headers = site.requests[0]
        assert path == "/json?q=a+b&n=1&n=2&on=true"
        assert headers["X-Part"] == "7"
        assert not {"Cookie", "Authorization"} & set(headers)

    def test_a_body_is_sent_as_json(self, alice: Person, site: Site) -> None:
        assert send(alice, site.url("/json"), method="POST", body={"title": "x"}).success
        assert site.bodies == [b'{"title":"x"}']
        assert site.requests[0][1]["Content-Type"] == "application/json"

    def test_a_source_only_gets(self, alice: Person, site: Site) -> None:
        assert refusal(alice, site.url("/json"), method="POST", reading=True).code == "WRITE_IN_SOURCE"
        assert send(alice, site.url("/json"), reading=True).success
        assert len(site.requests) == 1

    def test_other_answers(self, alice: Person, site: Site) -> None:
        assert send(alice, site.url("/text")).value == "häuser"
        assert send(alice, site.url("/nothing")) == Resolved(None, 204)
        gone = send(alice, site.url("/gone"))
        assert (gone.status, gone.success, gone.error) == (410, False, "It is gone.")

    @pytest.mark.parametrize("path", ["/broken", "/away", "/large"])
    def test_what_is_no_answer(self, alice: Person, site: Site, path: str) -> None:
        assert refusal(alice, site.url(path)).code == "FETCH_FAILED"

    def test_only_named_hosts(self, alice: Person, site: Site, settings: Any) -> None:
        settings.APP_HTTP_HOSTS = ("api.example.com",)
        error = refusal(alice, site.url("/json"))
        assert (error.code, error.status) == ("HOST_NOT_ALLOWED", 403)
        assert "allowed: api.example.com" in error.message
        assert site.requests == []

    def test_hosts_that_the_app_names(
        self, alice: Person, site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "private_hosts", lambda: [site.netloc])
        settings.APP_HTTP_HOSTS = ()
        app = install_app(alice, GREETER.replace("grant:", f"network: ['{site.netloc}']\n  grant:"))
        assert send(alice, site.url("/json"), app=app).success
        assert refusal(alice, site.url("/json")).code == "HOST_NOT_ALLOWED"

    def test_an_app_opens_no_private_host_to_itself(self, alice: Person, site: Site, settings: Any) -> None:
        settings.APP_HTTP_HOSTS = ()  # FETCH_ALLOW_HOSTS has it: for installing
        app = install_app(alice, GREETER.replace("grant:", f"network: ['{site.netloc}']\n  grant:"))
        assert refusal(alice, site.url("/json"), app=app).code == "INVALID_INPUT"  # no TLS
        assert refusal(alice, site.url("/json").replace("http:", "https:"), app=app).code == "FETCH_FAILED"
        assert site.requests == []

    @pytest.mark.parametrize(
        ("ours", "theirs", "both"),
        [
            (["a.test"], ["a.test"], ["a.test"]),
            (["a.test:8443"], ["a.test"], ["a.test:8443"]),
            (["a.test"], ["A.test:8443", "b.test"], ["A.test:8443"]),
            (["a.test:1"], ["a.test:2"], []),
            (["::1"], ["::1"], ["::1"]),
            ([], ["a.test"], []),
        ],
    )
    def test_private_hosts_are_named_twice(
        self, settings: Any, ours: list[str], theirs: list[str], both: list[str]
    ) -> None:
        settings.APP_HTTP_HOSTS, settings.FETCH_ALLOW_HOSTS = ours, theirs
        assert access.private_hosts() == both

    def test_a_named_host_may_not_be_private(self, alice: Person, site: Site, settings: Any) -> None:
        settings.FETCH_ALLOW_HOSTS = ()
        assert refusal(alice, site.url("/json")).code == "INVALID_INPUT"  # no TLS
        error = refusal(alice, site.url("/json").replace("http:", "https:"))
        assert error.code == "FETCH_FAILED"
        assert site.requests == []

    @pytest.mark.parametrize("name", ["Cookie", "authorization", "Host", "X-Forwarded-For", "Proxy-Authorization"])
    def test_headers_that_say_who_asks(self, alice: Person, site: Site, name: str) -> None:
        error = refusal(alice, site.url("/json"), headers={name: "x"})
        assert (error.code, error.path) == ("INVALID_INPUT", f"headers.{name}")

    @pytest.mark.parametrize("headers", [{"X-A": "a\r\nX-B: c"}, {"X A": "b"}, {f"X-{n}": "" for n in range(21)}])
    def test_headers_that_are_none(self, alice: Person, site: Site, headers: dict[str, str]) -> None:
        assert refusal(alice, site.url("/json"), headers=headers).code == "INVALID_INPUT"
        assert site.requests == []

    def test_large_bodies(self, alice: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sending, "MAX_BODY", 10)
        assert refusal(alice, site.url("/json"), method="POST", body="x" * 10).path == "body"


def test_an_app_of_another_person_is_no_key(alice: Person, charlie: Person, both: InstalledWidget) -> None:
    """`app` only lends its hosts; what is reached is what the actor may reach."""
    assert send(charlie, "/probe", app=both).value["user"] == "charlie"
