"""Scripts and style sheets that a plugin's page loads from elsewhere: fetched at the install, brought by the page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from sandbox.frames import scripts
from sandbox.plugins import pinned
from sandbox.plugins.markup import loads_of, unlisted
from tests.egress import site as pages
from tests.egress.site import Site, redirect
from tests.packages.test_archives import pack
from tests.people import Person, assert_refused
from tests.plugins.packages import pie
from tests.plugins.runs import place
from tests.sandbox.scripts import javascript, serving
from tests.sandbox.test_frames import frame, wrapper_address
from tests.sandbox.test_plugin_page import document
from widgets_manager.core.models import AuditEntry
from widgets_manager.packages.models import PackageFile, PackageVersion
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

CHART = b"window.Chart = '</script><!-- \xc3\xa9';\n"
SHEET = b"p { color: red }\n"


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(scripts, "FETCH_SECONDS", 1.0)
    with serving(
        {
            "/chart.js": javascript(CHART),
            "/style.css": javascript(SHEET, "text/css; charset=utf-8"),
            "/page.js": javascript(b"<!doctype html>", "text/html"),
            "/latin.css": javascript("é".encode("latin-1"), "text/css"),
            "/huge.js": javascript(b"/" * (scripts.MAX_SCRIPT + 1)),
            "/silent.js": pages.silent,
            "/to-metadata.js": redirect("http://169.254.169.254/latest/meta-data/"),
            "/blank.css": javascript(b" \n", "text/css"),
        }
    ) as running_site:
        yield running_site


def asking(page: str, scripts: list[str] | None = None, styles: list[str] | None = None) -> str:
    """A plugin with that page, whose manifest names these."""
    sections = f"===widget===\n{page}\n===widget===\n"
    return pie(sections=sections, widget={"allowedScripts": scripts or [], "allowedStyles": styles or []})


def install(person: Person, text: str) -> dict[str, Any]:
    response = person.client.post("/api/widgets/install", {"file": text})
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def shown(person: Person) -> Any:
    """The document of the one plugin, placed."""
    widget = InstalledWidget.objects.get()
    spot = WidgetInstance.objects.filter(widget=widget).first()
    instance = spot.pk if spot else place(person, widget)
    return document(person, WidgetInstance.objects.get(pk=instance))


def data(text: bytes, kind: str) -> str:
    return f"data:{kind};charset=utf-8;base64,{base64.b64encode(text).decode()}"


def test_it_works(alice: Person, site: Site) -> None:
    chart, sheet = f"{site.url('/chart.js')}?v=1&w=2", site.url("/style.css")
    page = (
        f'<p title="a > b">x</p><!-- <script src="{chart}"></script> -->\n'
        f"<SCRIPT defer\n  src='{chart.replace('&', '&amp;')}' data-x=\"1 & 2\"></SCRIPT>"
        f"<link href={sheet} rel='x StyleSheet'>"
        f"<script>const text = '<link rel=stylesheet href=\"{sheet}\">';</script>"
    )
    answer = install(alice, asking(page, [chart], [sheet]))
    assert (answer.get("warnings", []), answer["widget"]["problems"]) == ([], [])
    files = alice.client.get(f"/api/widgets/{answer['widget']['id']}/files").json()["files"]
    assert [file for file in files if file["path"].startswith("pinned/")] == [
        {"path": "pinned/1-chart.js", "size": len(CHART), "media_type": "text/javascript"},
        {"path": "pinned/2-style.css", "size": len(SHEET), "media_type": "text/css"},
    ]
    asked = len(site.requests)
    response = shown(alice)
    text = response.content.decode()
    assert text.endswith(
        f'<p title="a > b">x</p><!-- <script src="{chart}"></script> -->\n'
        f'<SCRIPT defer\n  src="{data(CHART, "text/javascript")}" data-x="1 & 2"></SCRIPT>'
        f"<link href=\"{data(SHEET, 'text/css')}\" rel='x StyleSheet'>"
        f"<script>const text = '<link rel=stylesheet href=\"{sheet}\">';</script>\n\n"
    )
    policy = response["Content-Security-Policy"]
    assert "script-src 'unsafe-inline' data:; style-src 'unsafe-inline' data:; " in policy
    assert site.netloc not in policy
    assert response["Connection-Allowlist"] == "()"
    assert len(site.requests) == asked


def test_what_the_page_does_not_mention_comes_before_it(alice: Person, site: Site) -> None:
    install(alice, asking("<html lang=de><p>x", [site.url("/chart.js")], [site.url("/style.css")]))
    text = shown(alice).content.decode()
    before = text.partition("<html lang=de>")[0]
    script, style = data(CHART, "text/javascript"), data(SHEET, "text/css")
    assert before.endswith(f'<script src="{script}"></script>\n<link rel="stylesheet" href="{style}">\n')


def test_a_file_that_changes_there_changes_nothing_here(alice: Person, site: Site) -> None:
    text = asking("<p>x", [site.url("/chart.js")])
    first = install(alice, text)["widget"]
    site.pages["/chart.js"] = javascript(b"changed()")
    assert data(CHART, "text/javascript") in shown(alice).content.decode()
    alice.client.delete(f"/api/widgets/{first['id']}")
    assert install(alice, text)["widget"]["content_hash"] != first["content_hash"]
    assert data(b"changed()", "text/javascript") in shown(alice).content.decode()


def test_what_is_installed_is_what_was_looked_at(alice: Person, site: Site) -> None:
    text = asking("<p>x", [site.url("/chart.js")], [site.url("/style.css")])
    preview = alice.client.post("/api/widgets/preview", {"file": text}).json()["preview"]
    assert preview["plugin"]["widget_servers"] == [site.netloc]
    sentence = f"Its widget brings scripts and styles of {site.netloc}, fetched at the install only."
    assert sentence in preview["permissions"]
    assert {"path": "pinned/1-chart.js", "size": len(CHART), "text": CHART.decode()} in preview["files"]
    site.pages["/chart.js"] = javascript(b"changed()")
    body = {"file": text, "contentHash": preview["content_hash"]}
    assert_refused(alice.client.post("/api/widgets/install", body), 409, "CONTENT_CHANGED")
    assert not PackageVersion.objects.exists()


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/nowhere.js", "could not be fetched: The address answered with status 404"),
        ("/page.js", "content type is 'text/html'"),
        ("/style.css", "content type is 'text/css'"),
        ("/huge.js", "larger than 2,000,000 bytes"),
        ("/silent.js", "could not be fetched: "),
        ("/to-metadata.js", "could not be fetched: "),
    ],
)
def test_what_cannot_be_had_is_a_problem(alice: Person, site: Site, path: str, says: str) -> None:
    answer = install(alice, asking("<p>x", [site.url("/chart.js"), site.url(path)]))
    [warning] = answer["warnings"]
    assert warning["path"] == "manifest.widget.allowedScripts[1]"
    assert says in warning["message"]
    assert answer["widget"]["problems"] == [warning]
    assert [file.path for file in PackageFile.objects.filter(path__startswith="pinned/")] == ["pinned/1-chart.js"]


def test_every_reason_is_told_and_what_is_shown_instead(alice: Person, team: Workspace, site: Site) -> None:
    text = asking("<p>x", [site.url("/nowhere.js")], [site.url("/latin.css"), site.url("/blank.css")])
    widget = install(alice, text)["widget"]
    reasons = [problem["message"] for problem in widget["problems"]]
    assert [reason.rpartition("/")[2] for reason in reasons[1:]] == [
        "latin.css is not UTF-8: byte 1 cannot be read.",
        "blank.css is empty.",
    ]
    row = InstalledWidget.objects.get()
    spot = WidgetInstance.objects.get(pk=place(alice, row, workspaceId=str(team.pk)))
    panel = alice.client.get(f"/api/panels/{spot.panel_id}/view").json()["panel"]["sandbox"]
    assert (panel["status"], panel["problems"], panel["can_retry"]) == ("chat_only", widget["problems"], True)
    wrapper = frame(wrapper_address(alice, spot)).content.decode()
    assert "Widget Error" in wrapper
    assert "blank.css is empty." in wrapper


def test_together_they_have_limits(alice: Person, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "MAX_BYTES", len(CHART) + 1)
    named = [site.url("/chart.js")], [site.url("/style.css")]
    [problem] = install(alice, asking("<p>x", *named))["widget"]["problems"]
    assert problem["path"] == "manifest.widget.allowedStyles[0]"
    assert (
        f"is too much: with those before it {len(CHART + SHEET)} bytes, of at most {len(CHART) + 1}"
        in problem["message"]
    )
    InstalledWidget.objects.all().delete()
    monkeypatch.setattr(pinned, "MAX_SECONDS", 0.0)
    asked = len(site.requests)
    problems = install(alice, asking("<p>x", *named))["widget"]["problems"]
    assert ["was not fetched" in problem["message"] for problem in problems] == [True, True]
    assert len(site.requests) == asked


def test_more_than_ten_are_refused(alice: Person) -> None:
    many = [f"https://cdn.example.com/{number}.js" for number in range(6)]
    response = alice.client.post("/api/widgets/install", {"file": asking("<p>x", many, many)})
    error = assert_refused(response, 422, "INVALID_PLUGIN", "manifest.widget")
    assert "12 scripts and styles; at most 10" in error["message"]


@pytest.mark.parametrize(
    "address",
    ["http://cdn.example.com/x.js", "http://localhost.example/x.js", "http://127.0.0.1@evil.example/", "x.js"],
)
def test_addresses_of_the_manifest(alice: Person, address: str) -> None:
    response = alice.client.post("/api/widgets/install", {"file": asking("<p>x", [address])})
    assert_refused(response, 422, "INVALID_PLUGIN", "manifest.widget.allowedScripts[0]")


def test_production_asks_nobody_on_this_machine(alice: Person, site: Site, settings: Any) -> None:
    settings.ENVIRONMENT = "production"
    [problem] = install(alice, asking("<p>x", [site.url("/chart.js")]))["widget"]["problems"]
    assert "must begin with https://" in problem["message"]
    assert site.requests == []


def test_without_a_page_nothing_is_fetched(alice: Person, site: Site) -> None:
    widget = install(alice, pie(widget={"allowedScripts": [site.url("/chart.js")]}))["widget"]
    assert (widget["problems"], site.requests) == ([], [])


def test_a_viewer_makes_the_server_fetch_nothing(vera: Person, site: Site) -> None:
    body = {"file": asking("<p>x", [site.url("/chart.js")])}
    assert_refused(vera.client.post("/api/widgets/install", body), 403, "PERMISSION_DENIED")
    assert site.requests == []


class TestRetry:
    """POST /api/widgets/<id>/entrypoint."""

    def test_it_works(self, alice: Person, bob: Person, charlie: Person, site: Site) -> None:
        late = javascript(CHART)
        del site.pages["/chart.js"]
        widget = install(alice, asking("<p>x", [site.url("/chart.js")], [site.url("/style.css")]))["widget"]
        again = f"/api/widgets/{widget['id']}/entrypoint"
        path = "manifest.widget.allowedScripts[0]"
        error = assert_refused(alice.client.post(again), 502, "FETCH_FAILED", path)
        assert AuditEntry.objects.get(action="widget.fetch").data["problems"][0]["message"] == error["message"]
        for stranger in (bob, charlie):
            assert_refused(stranger.client.post(again), 404, "NOT_FOUND")
        site.pages["/chart.js"] = javascript(b"\xff")
        assert_refused(alice.client.post(again), 422, "INVALID_SCRIPT", path)
        site.pages["/chart.js"] = late
        answer = alice.client.post(again).json()["widget"]
        assert (answer["problems"], answer["id"]) == ([], widget["id"])
        assert answer["content_hash"] != widget["content_hash"]
        assert data(CHART, "text/javascript") in shown(alice).content.decode()

    def test_a_bad_style_sheet(self, alice: Person, site: Site) -> None:
        widget = install(alice, asking("<p>x", [], [site.url("/blank.css")]))["widget"]
        response = alice.client.post(f"/api/widgets/{widget['id']}/entrypoint")
        assert_refused(response, 422, "INVALID_STYLE", "manifest.widget.allowedStyles[0]")

    def test_a_plugin_without_a_page(self, alice: Person) -> None:
        widget = install(alice, pie())["widget"]
        assert_refused(alice.client.post(f"/api/widgets/{widget['id']}/entrypoint"), 400, "NO_SANDBOX")


def test_what_is_not_listed_is_told_of(alice: Person, site: Site) -> None:
    other = "https://cdn.example.com/other.js"
    page = f"<p>\n<script src='{other}'></script>\n<link rel=stylesheet href=x.css><link rel=icon href=y.png>"
    answer = install(alice, asking(f"{page}<script src='{site.url('/chart.js')}#x'></script>", [site.url("/chart.js")]))
    first, second = answer["warnings"]
    assert first["message"] == f"'{other}' is not loaded: it is not in manifest.widget.allowedScripts"
    assert second["message"] == "'x.css' is not loaded: it is not in manifest.widget.allowedStyles"
    assert second["line"] == first["line"] + 1
    assert answer["widget"]["problems"] == []
    text = shown(alice).content.decode()
    assert f"<script src='{other}'></script>" in text, "it stays, and its policy refuses it"


def test_a_file_is_brought_once(alice: Person, site: Site) -> None:
    tag = f"<script src='{site.url('/chart.js')}'></script>"
    install(alice, asking(f"<p>x{tag}{tag}", [site.url("/chart.js")] * 2))
    brought = f'<script src="{data(CHART, "text/javascript")}"></script>'
    assert shown(alice).content.decode().endswith(f"<p>x{brought}{tag}\n\n")


A = "https://a.example/1.js"
LONG = 400_000


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<script src=//CDN.example.com/a.js>", ["//CDN.example.com/a.js"]),
        (f"<script src={A} src=https://a.example/2.js>", [A]),
        (f"<link rel=stylesheet href={A} />", [A]),
        (f"<script\fsrc\n=\t'{A}?a=1&amp;copy=2&copy=3'>", [f"{A}?a=1&copy=2&copy=3"]),
        (f"<b a='>' b=\"<script src=x>\" c==><script/src={A}>", [A]),
        (f"</b a='>'><script src={A}></script><!--><script src={A}></script>", [A, A]),
        (f"<!-- > <script src=x></script> --><!x><?y><a<b><1<script src={A}>", [A]),
        (f"<link rel=preload href={A}><script src></script><script src=''></script><script src=>", []),
        (f"<script>'<script src={A}>'</script ><style><link rel=stylesheet href=x></STYLE>", []),
        (f"<textarea><script src={A}></textarea><title></titles><script src={A}></title>", []),
        (f"<script src={A}", []),
        (f"<a b='<script src={A}>", []),
        (f"<plaintext><script src={A}>", []),
        (f"\r\n\u2028\n<b>\U0001f600\u00a0</b><script src={A}>", [A]),
        *(
            pytest.param((part * LONG)[:LONG], [], id=f"long {part}")
            for part in ("<", "<a ", "<!--", "<a b='", "</a ", "<a =", "<script ", "<title>", "&")
        ),
    ],
)
def test_what_a_page_loads(page: str, found: list[str]) -> None:
    """Also in one pass over pages that never end what they begin."""
    loads = loads_of(page)
    assert [load.address for load in loads] == found
    assert all(page[load.begin : load.end].strip("'") == load.address for load in loads if "&" not in load.address)
    assert all(page.count("\n", 0, load.begin) == load.line - 1 for load in loads)


def test_an_archive_brings_no_such_files(alice: Person) -> None:
    packed = pack({"plugin.pie": pie(sections="===widget===\n<p>\n===widget===\n").encode(), "pinned/1-x.js": b"1"})
    body = {"file": SimpleUploadedFile("doer.zip", packed)}
    response = alice.client.post("/api/widgets/install-file", body, content_type=MULTIPART_CONTENT)
    error = assert_refused(response, 422, "INVALID_PLUGIN")
    assert error["errors"][0]["file"] == "pinned/1-x.js"
    assert "the folder pinned/ is for what the server fetches" in error["message"]


def test_one_address_in_two_writings() -> None:
    page = "<script src=' //CDN.example.com:443/a.js#top '></script><script src=data:text/javascript,1></script>"
    assert list(unlisted(page, ["https://cdn.example.com/a.js"], [])) == []
