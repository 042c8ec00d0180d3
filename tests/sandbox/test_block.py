"""The block `sandbox`: what people are told of it, and what becomes of their grants when a widget moves on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.frames.block import SANDBOX_BLOCK
from sandbox.frames.models import Grant
from tests.egress.site import Site
from tests.people import Person
from tests.sandbox.scripts import scripted, serving
from tests.widgets.conftest import install, place
from widgets_manager.packages.parsers import Package, Source, parse_package
from widgets_manager.packages.validation.shape import SCHEMA
from widgets_manager.widgets.actions.versions import replace_version
from widgets_manager.widgets.models import InstalledWidget, Workspace

ORIGINS = ["https://api.example.com", "https://b.example:8443"]
ALL: list[str] = SCHEMA["$defs"]["sandbox"]["properties"]["permissions"]["items"]["enum"]


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    with serving({}) as running_site:
        yield running_site


def package(site: Site, **sandbox: Any) -> Package:
    document = scripted(site.url("/widget.js"), **sandbox)
    return parse_package(Source(json.dumps(document).encode()), development=True)


def sentences(**sandbox: Any) -> list[str]:
    document = scripted("https://widgets.example.com/weather.js", **sandbox)
    return list(SANDBOX_BLOCK.preview(document["sandbox"], document))


def test_it_works(alice: Person, site: Site) -> None:
    body = {"file": json.dumps(scripted(site.url("/widget.js"), permissions=["read:notes"]))}
    preview = alice.client.post("/api/widgets/preview", body).json()["preview"]
    assert preview["permissions"] == [
        f"Runs a script of its own from {site.netloc}, in a sealed frame.",
        "Its script reads the notes of your dashboard.",
    ]


def test_every_permission_has_its_sentence() -> None:
    said = sentences(permissions=ALL, networkAllowlist=ORIGINS)
    assert len(said) == 1 + len(ALL) - 1 + len(ORIGINS)
    assert said[-2:] == ["May fetch from api.example.com.", "May fetch from b.example:8443."]
    assert sentences() == ["Runs a script of its own from widgets.example.com, in a sealed frame."]


def test_no_host_passes_for_another_one() -> None:
    document = scripted("https://widg\u0435ts.example/x.js")
    [said] = SANDBOX_BLOCK.preview(document["sandbox"], document)
    assert said == "Runs a script of its own from xn--widgts-6of.example, in a sealed frame."


@pytest.mark.parametrize(
    ("sandbox", "says"),
    [
        ({"permissions": ["network:fetch"]}, "lets the script fetch from nowhere"),
        ({"permissions": ["network:fetch"], "networkAllowlist": []}, "lets the script fetch from nowhere"),
        ({"networkAllowlist": ORIGINS}, "is not used without the permission 'network:fetch'"),
    ],
)
def test_what_is_odd_is_a_warning(site: Site, sandbox: dict[str, Any], says: str) -> None:
    [warning] = package(site, **sandbox).warnings
    assert warning.path == "sandbox.networkAllowlist"
    assert says in warning.message


class TestGrants:
    """An update that wants more asks again."""

    @pytest.fixture
    def grant(self, alice: Person, team: Workspace, site: Site) -> Grant:
        before = scripted(
            site.url("/widget.js"), permissions=["write:notes", "network:fetch"], networkAllowlist=ORIGINS
        )
        instance = place(alice, install(alice, before)["id"], team)
        widget = InstalledWidget.objects.get()
        return Grant.objects.create(
            tenant=alice.tenant,
            instance_id=instance["id"],
            user=alice.user,
            permission="write:notes",
            level=Grant.Level.ALWAYS,
            package_version=widget.package_version,
        )

    def move(self, alice: Person, after: Package) -> InstalledWidget:
        return replace_version(actor=alice.actor, widget=InstalledWidget.objects.get(), package=after)

    @pytest.mark.parametrize(
        "sandbox",
        [
            {"permissions": ["network:fetch", "write:notes"], "networkAllowlist": ORIGINS[::-1]},
            {"permissions": ["write:notes"]},
            {"permissions": ["write:notes", "network:fetch"], "networkAllowlist": ORIGINS[:1]},
        ],
    )
    def test_they_count_for_a_version_that_wants_no_more(
        self, alice: Person, site: Site, grant: Grant, sandbox: dict[str, Any]
    ) -> None:
        moved = self.move(alice, package(site, **sandbox, preferredSize={"width": 1, "height": 1}))
        grant.refresh_from_db()
        assert grant.package_version == moved.package_version

    @pytest.mark.parametrize(
        "sandbox",
        [
            {"permissions": ["write:notes", "write:chat", "network:fetch"], "networkAllowlist": ORIGINS},
            {"permissions": ["write:notes", "network:fetch"], "networkAllowlist": [*ORIGINS, "https://c.example"]},
        ],
    )
    def test_they_are_gone_when_it_wants_more(
        self, alice: Person, site: Site, grant: Grant, sandbox: dict[str, Any]
    ) -> None:
        self.move(alice, package(site, **sandbox))
        assert not Grant.objects.exists()

    def test_they_are_gone_with_the_script(self, alice: Person, site: Site, grant: Grant) -> None:
        document = scripted(site.url("/widget.js"))
        del document["sandbox"]
        self.move(alice, parse_package(Source(json.dumps(document).encode())))
        assert not Grant.objects.exists()

    def test_those_of_other_widgets_stay(self, alice: Person, bob: Person, site: Site, grant: Grant) -> None:
        widget = InstalledWidget.objects.get(pk=install(bob, scripted(site.url("/widget.js")))["id"])
        replace_version(actor=bob.actor, widget=widget, package=package(site, permissions=["write:chat"]))
        grant.refresh_from_db()
        assert grant.level == "always"
