"""Installing a widget with a script: what is fetched, kept and told."""

from __future__ import annotations

import functools
import json
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from sandbox.frames import scripts
from sandbox.frames.scripts import SCRIPT_PATH, digest, script_of
from tests.egress import site as pages
from tests.egress.site import Site, redirect, running
from tests.people import Person, assert_refused
from tests.sandbox.scripts import SCRIPT, javascript, scripted, serving
from widgets_manager.egress.client import fetch
from widgets_manager.egress.exceptions import FetchError, Reason
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget, Workspace
from widgets_manager.widgets.samples import sample_manifest

HUGE = b"/" * (scripts.MAX_SCRIPT + 1)


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(scripts, "FETCH_SECONDS", 1.0)
    with serving(
        {
            "/moved.js": redirect("/widget.js"),
            "/to-metadata.js": redirect("http://169.254.169.254/latest/meta-data/"),
            "/page.js": javascript(b"<!doctype html>", "text/html"),
            "/untyped.js": javascript(content_type=None),
            "/json.js": javascript(b"{}", "application/json"),
            "/gone.js": lambda page: page.reply(b"", status=410),
            "/silent.js": pages.silent,
            "/huge.js": javascript(HUGE),
            "/latin.js": javascript("é".encode("latin-1")),
            "/empty.js": javascript(b" \n"),
        }
    ) as running_site:
        yield running_site


def install(person: Person, document: dict[str, Any], **body: Any) -> dict[str, Any]:
    """The answer: the widget, and warnings where there are any."""
    response = person.client.post("/api/widgets/install", {"file": json.dumps(document), **body})
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def preview(person: Person, document: dict[str, Any]) -> dict[str, Any]:
    response = person.client.post("/api/widgets/preview", {"file": json.dumps(document)})
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()["preview"]
    return shown


def test_it_works(alice: Person, site: Site) -> None:
    answer = install(alice, scripted(site.url("/widget.js"), permissions=["read:notes"]))
    assert "warnings" not in answer
    widget = answer["widget"]
    assert widget["problems"] == []
    assert widget["sandbox"] == {
        "status": "ready",
        "permissions": ["read:notes"],
        "network_allowlist": [],
        "min_size": None,
        "preferred_size": None,
        "entrypoint_host": site.netloc,
    }
    assert script_of(PackageVersion.objects.get()) == SCRIPT.decode()
    files = alice.client.get(f"/api/widgets/{widget['id']}/files").json()["files"]
    assert files == [{"path": SCRIPT_PATH, "size": len(SCRIPT), "media_type": "text/javascript"}]


def test_the_script_is_part_of_the_hash(alice: Person, bob: Person, site: Site) -> None:
    document = scripted(site.url("/widget.js"))
    first = install(alice, document)["widget"]["content_hash"]
    site.pages["/widget.js"] = javascript(b"other()")
    assert install(bob, document)["widget"]["content_hash"] != first


@pytest.mark.parametrize("path", ["/widget.js", "/moved.js"])
@pytest.mark.parametrize(
    "content_type", [*scripts.JAVASCRIPT, "Text/JavaScript;charset=UTF-8", "application/javascript ; x=y"]
)
def test_what_javascript_is_called(alice: Person, site: Site, path: str, content_type: str) -> None:
    site.pages["/widget.js"] = javascript(content_type=content_type)
    assert install(alice, scripted(site.url(path)))["widget"]["sandbox"]["status"] == "ready"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/gone.js", "could not be fetched: The address answered with status 410"),
        ("/nowhere.js", "could not be fetched: The address answered with status 404"),
        ("/page.js", "content type is 'text/html'"),
        ("/json.js", "content type is 'application/json'"),
        ("/untyped.js", "content type is 'not given'"),
        ("/silent.js", "could not be fetched: "),
        ("/huge.js", "larger than 2,000,000 bytes"),
        ("/to-metadata.js", "could not be fetched: "),
        ("/latin.js", "not UTF-8: byte 1"),
        ("/empty.js", "is empty"),
    ],
)
def test_without_its_script_it_is_installed_for_the_chat_only(alice: Person, site: Site, path: str, says: str) -> None:
    answer = install(alice, scripted(site.url(path)))
    [warning] = answer["warnings"]
    assert warning["path"] == "sandbox.entrypoint"
    assert says in warning["message"]
    assert answer["widget"]["problems"] == [warning]
    assert answer["widget"]["sandbox"]["status"] == "chat_only"
    version = InstalledWidget.objects.get().package_version
    assert not version.files.exists()
    assert script_of(version) is None


def test_a_server_that_does_not_run(alice: Person, site: Site) -> None:
    site.server_close()
    assert install(alice, scripted(site.url("/widget.js")))["widget"]["sandbox"]["status"] == "chat_only"


def test_localhost_by_name(alice: Person, site: Site) -> None:
    document = scripted(f"http://localhost:{site.server_port}/widget.js")
    assert install(alice, document)["widget"]["sandbox"]["status"] == "ready"


def test_production_asks_nobody_on_this_machine(alice: Person, site: Site, settings: Any) -> None:
    settings.ENVIRONMENT = "production"
    body = {"file": json.dumps(scripted(site.url("/widget.js")))}
    assert_refused(alice.client.post("/api/widgets/install", body), 422, "INVALID_MANIFEST", "sandbox.entrypoint")
    by_tls = scripted(f"https://localhost:{site.server_port}/widget.js")
    [warning] = install(alice, by_tls)["warnings"]
    assert "localhost is not on the public internet" in warning["message"]
    assert site.requests == []


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "[::1]", "metadata.internal"])
def test_private_addresses_are_not_asked(alice: Person, host: str) -> None:
    answer = install(alice, scripted(f"https://{host}/widget.js"))
    assert answer["widget"]["sandbox"]["status"] == "chat_only"


@pytest.mark.parametrize("algorithm", ["sha256-", "sha384-", "sha512-"])
def test_a_script_that_is_the_promised_one(alice: Person, site: Site, algorithm: str) -> None:
    document = scripted(site.url("/widget.js"), integrity=digest(SCRIPT, algorithm))
    assert "warnings" not in install(alice, document)


def test_a_script_that_has_changed(alice: Person, site: Site) -> None:
    promised, found = digest(b"what was reviewed"), digest(SCRIPT)
    [warning] = install(alice, scripted(site.url("/widget.js"), integrity=promised))["warnings"]
    assert warning["path"] == "sandbox.entrypoint"
    assert warning["message"].startswith("The script has changed: ")
    assert promised in warning["message"]
    assert found in warning["message"]


def test_a_preview_reads_the_same_script(alice: Person, site: Site) -> None:
    document = scripted(site.url("/widget.js"))
    shown = preview(alice, document)
    assert shown["files"] == [{"path": SCRIPT_PATH, "size": len(SCRIPT), "text": SCRIPT.decode()}]
    assert not PackageVersion.objects.exists()
    site.pages["/widget.js"] = javascript(b"other()")
    body = {"file": json.dumps(document), "contentHash": shown["content_hash"]}
    assert_refused(alice.client.post("/api/widgets/install", body), 409, "CONTENT_CHANGED")


def test_a_preview_tells_what_is_missing(alice: Person, site: Site) -> None:
    [warning] = preview(alice, scripted(site.url("/gone.js")))["warnings"]
    assert "status 410" in warning["message"]


def test_a_large_script_is_told_of(alice: Person, site: Site) -> None:
    site.pages["/widget.js"] = javascript(b"/" * 500_001)
    answer = install(alice, scripted(site.url("/widget.js")))
    [warning] = answer["warnings"]
    assert "500,001 bytes" in warning["message"]
    assert (answer["widget"]["problems"], answer["widget"]["sandbox"]["status"]) == ([], "ready")


def test_a_viewer_makes_the_server_fetch_nothing(vera: Person, site: Site) -> None:
    body = {"file": json.dumps(scripted(site.url("/widget.js")))}
    assert_refused(vera.client.post("/api/widgets/install", body), 403, "PERMISSION_DENIED")
    assert site.requests == []


@pytest.mark.django_db(transaction=True)
def test_no_connection_waits_for_a_slow_site(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[Any] = []

    def fetch(*args: Any, **kwargs: Any) -> Any:
        held.append(connection.connection)
        raise FetchError(Reason.TIMEOUT, "too slow")

    monkeypatch.setattr(scripts, "fetch", fetch)
    install(alice, scripted("https://widgets.example/weather.js"))
    assert held == [None]


def test_nothing_is_read_over_plain_http(alice: Person, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An https address may not lead to a plain one, not even in development."""
    trusting = ssl.create_default_context(cafile=pages.TLS / "authority.pem")
    by_name = functools.partial(fetch, resolve=lambda *_: ["127.0.0.1"], tls=trusting)
    monkeypatch.setattr(scripts, "fetch", by_name)
    settings.FETCH_ALLOW_HOSTS = ("widgets.example",)
    moved = redirect("http://elsewhere.example/widget.js")
    with running({"/widget.js": javascript(), "/moved.js": moved}, tls=True) as site:
        origin = f"https://widgets.example:{site.server_port}"
        [warning] = install(alice, scripted(f"{origin}/moved.js"))["warnings"]
        assert "http://elsewhere.example must begin with https://" in warning["message"]
        alice.client.delete(f"/api/widgets/{InstalledWidget.objects.get().pk}")
        assert "warnings" not in install(alice, scripted(f"{origin}/widget.js"))


class TestSamples:
    """The scripts of the samples are answered without a request."""

    @pytest.mark.parametrize("name", ["clock", "note-editor", "visitors-chart"])
    def test_it_works(self, alice: Person, name: str) -> None:
        answer = install(alice, json.loads(sample_manifest(name) or ""))
        assert "warnings" not in answer
        assert answer["widget"]["sandbox"]["status"] == "ready"

    def test_by_address_and_over_the_network(self, live_url: str, alice: Person) -> None:
        url = f"{live_url}/api/widgets/sample-manifest?name=clock"
        response = alice.client.post("/api/widgets/install", {"url": url})
        assert response.status_code == 201, response.content
        [version] = PackageVersion.objects.all()
        served = alice.client.get(version.manifest["sandbox"]["entrypoint"].removeprefix(live_url))
        assert served["Content-Type"] == "text/javascript; charset=utf-8"
        assert served.content.decode() == script_of(version)

    @pytest.mark.parametrize("file", ["other.js", "manifest.json", "..%2Fclock.js"])
    def test_nothing_else_is_served(self, client: Any, file: str) -> None:
        assert client.get(f"/api/widgets/samples/clock/{file}").status_code == 404

    def test_another_address_of_this_server_is_not_asked(self, alice: Person, settings: Any) -> None:
        settings.PUBLIC_ORIGIN = "http://127.0.0.1:8000"
        [warning] = install(alice, scripted("http://127.0.0.1:8000/api/widgets/samples/clock/other.js"))["warnings"]
        assert "this server's own" in warning["message"]

    def test_the_data(self, client: Any) -> None:
        answer = client.get("/api/widgets/sample-data?name=visitors")
        assert answer["Content-Type"] == "application/json"
        assert {"title", "unit", "days"} <= answer.json().keys()
        assert_refused(client.get("/api/widgets/sample-data"), 404, "NOT_FOUND", "name")


class TestSizes:
    """Pixels of the manifest as cells of the dashboard."""

    @pytest.mark.parametrize(
        ("least", "preferred", "min_size", "size"),
        [
            (None, None, [2, 2], [6, 5]),
            (None, (300, 300), [2, 2], [3, 5]),
            ((200, 180), (300, 124), [2, 3], [3, 3]),
            ((601, 400), None, [7, 6], [7, 6]),
            ((1, 1), (9999, 9999), [2, 2], [12, 12]),
        ],
    )
    def test_it_works(
        self, alice: Person, team: Workspace, site: Site, least: Any, preferred: Any, min_size: Any, size: Any
    ) -> None:
        wishes = {"minSize": least, "preferredSize": preferred}
        sizes = {key: {"width": pair[0], "height": pair[1]} for key, pair in wishes.items() if pair}
        widget = install(alice, scripted(site.url("/widget.js"), **sizes))["widget"]
        body = {"widgetId": widget["id"], "workspaceId": str(team.pk)}
        instance = alice.client.post("/api/widgets/instances", body).json()["instance"]
        assert (instance["min_size"], instance["size"]) == (min_size, size)
        assert [instance["layout"]["w"], instance["layout"]["h"]] == size
        assert (instance["sandbox"], instance["keeps"]) == (True, "instance")
        assert instance["package_version"] == widget["package_version"]


class TestView:
    """GET /api/panels/<id>/view: what frames the panel."""

    def test_it_works(self, alice: Person, bob: Person, charlie: Person, team: Workspace, site: Site) -> None:
        size = {"width": 200, "height": 160}
        document = scripted(site.url("/widget.js"), permissions=["write:chat"], minSize=size | {"depth": 3})
        settings = {"city": {"type": "string", "default": "Lima"}, "unit": {"default": "C"}, "days": {}}
        widget = install(alice, document | {"configSchema": {"properties": settings}})["widget"]
        body = {"widgetId": widget["id"], "workspaceId": str(team.pk), "config": {"city": "Oslo"}}
        panel = alice.client.post("/api/widgets/instances", body).json()["instance"]["panel_id"]
        assert bob.client.get(f"/api/panels/{panel}/view").json()["panel"]["sandbox"] == {
            "widget_id": widget["id"],
            "status": "ready",
            "problems": [],
            "permissions": ["write:chat"],
            "network_allowlist": [],
            "min_size": size,
            "preferred_size": None,
            "plugin": None,
            "config": {"city": "Oslo", "unit": "C"},
            "name": "Weather",
            "source": "uploaded file",
            "version": "1.0",
            "hash": widget["content_hash"][:12],
            "in_chat": False,
            "can_retry": False,
        }
        assert_refused(charlie.client.get(f"/api/panels/{panel}/view"), 404, "NOT_FOUND")

    def test_who_may_fetch_its_script_again(
        self, alice: Person, bob: Person, vera: Person, team: Workspace, site: Site
    ) -> None:
        """As the call itself has it: whoever may manage the widget."""
        widget = install(alice, scripted(site.url("/gone.js")))["widget"]
        body = {"widgetId": widget["id"], "workspaceId": str(team.pk)}
        panel = alice.client.post("/api/widgets/instances", body).json()["instance"]["panel_id"]
        for person, may in ((alice, True), (bob, False), (vera, False)):
            shown = person.client.get(f"/api/panels/{panel}/view").json()["panel"]["sandbox"]
            assert (shown["status"], shown["can_retry"]) == ("chat_only", may)
            allowed = person.client.post(f"/api/widgets/{widget['id']}/entrypoint").status_code != 403
            assert allowed is may

    def test_the_chat_knows_it_by_its_intents(self, alice: Person, team: Workspace, site: Site) -> None:
        handler = "api:/api/panels/forecast/list"
        intent = {"name": "show", "description": "Shows it", "examples": ["show it"], "handler": handler}
        for slug, intents in (("weather", []), ("forecast", [intent | {"permission": "read"}])):
            document = scripted(site.url("/widget.js")) | {"panelId": slug, "intents": intents}
            widget = install(alice, document)["widget"]
            body = {"widgetId": widget["id"], "workspaceId": str(team.pk)}
            panel = alice.client.post("/api/widgets/instances", body).json()["instance"]["panel_id"]
            shown = alice.client.get(f"/api/panels/{panel}/view").json()["panel"]["sandbox"]
            assert shown["in_chat"] is bool(intents)

    @pytest.mark.parametrize(
        ("address", "host"),
        [
            ("https://widgets.example.com:8443/w.json", "widgets.example.com:8443"),
            ("https://widg\u0435ts.example.com/w.json", "xn--widgts-6of.example.com"),
        ],
    )
    def test_where_it_came_from(self, alice: Person, team: Workspace, site: Site, address: str, host: str) -> None:
        widget = install(alice, scripted(site.url("/widget.js")))["widget"]
        InstalledWidget.objects.filter(pk=widget["id"]).update(source_type="url", source_ref=address)
        body = {"widgetId": widget["id"], "workspaceId": str(team.pk)}
        panel = alice.client.post("/api/widgets/instances", body).json()["instance"]["panel_id"]
        assert alice.client.get(f"/api/panels/{panel}/view").json()["panel"]["sandbox"]["source"] == host

    def test_others_have_none(self, alice: Person) -> None:
        assert alice.client.get("/api/panels/recent/view").json()["panel"]["sandbox"] is None

    def test_an_app_with_a_script_makes_a_panel(self, alice: Person, team: Workspace, site: Site) -> None:
        app = {"version": 1, "inline": {"x": {"tree": {"type": "divider"}}}}
        widget = install(alice, scripted(site.url("/widget.js")) | {"widgets": app})["widget"]
        body = {"widgetId": widget["id"], "workspaceId": str(team.pk)}
        assert alice.client.post("/api/widgets/instances", body).status_code == 201
