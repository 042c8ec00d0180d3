"""POST /api/widgets/<id>/entrypoint: the script is fetched again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from sandbox.frames.scripts import digest, script_of
from tests.egress.site import Site
from tests.people import Person, assert_refused
from tests.sandbox.scripts import SCRIPT, javascript, scripted, serving
from tests.widgets.conftest import install, manifest, place
from widgets_manager.core.models import AuditEntry
from widgets_manager.live.models import Event
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget, Workspace


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    """Its script is not there yet."""
    with serving({}) as running_site:
        del running_site.pages["/widget.js"]
        yield running_site


@pytest.fixture
def chat_only(alice: Person, site: Site) -> dict[str, Any]:
    """A widget whose script could not be had."""
    widget = install(alice, scripted(site.url("/widget.js")))
    assert widget["sandbox"]["status"] == "chat_only"
    return widget


def retry(person: Person, widget: dict[str, Any], **headers: str) -> Any:
    return person.client.post(f"/api/widgets/{widget['id']}/entrypoint", headers=headers)


def test_it_works(alice: Person, site: Site, team: Workspace, chat_only: dict[str, Any]) -> None:
    place(alice, chat_only["id"], team)
    site.pages["/widget.js"] = javascript()
    before = Event.objects.latest("id").pk
    widget = retry(alice, chat_only).json()["widget"]
    assert (widget["id"], widget["problems"], widget["sandbox"]["status"]) == (chat_only["id"], [], "ready")
    assert widget["content_hash"] != chat_only["content_hash"]
    assert script_of(InstalledWidget.objects.get().package_version) == SCRIPT.decode()
    assert [entry.action for entry in AuditEntry.objects.filter(action__in=["widget.fetch", "widget.update"])]
    assert {event.type for event in Event.objects.filter(pk__gt=before)} == {"widget.put", "instance.put"}


def test_it_is_still_not_there(alice: Person, site: Site, chat_only: dict[str, Any]) -> None:
    site.pages["/widget.js"] = lambda page: page.reply(b"", status=410)
    error = assert_refused(retry(alice, chat_only), 502, "FETCH_FAILED", "sandbox.entrypoint")
    assert "status 410" in error["message"]
    [problem] = alice.client.get(f"/api/widgets/{chat_only['id']}").json()["widget"]["problems"]
    assert problem == {"path": "sandbox.entrypoint", "message": error["message"]}
    assert AuditEntry.objects.get(action="widget.fetch").data["problems"] == [problem]


def test_it_is_another_script(alice: Person, site: Site) -> None:
    widget = install(alice, scripted(site.url("/widget.js"), integrity=digest(SCRIPT)))
    site.pages["/widget.js"] = javascript(b"other()")
    assert_refused(retry(alice, widget), 422, "INTEGRITY_MISMATCH", "sandbox.entrypoint")
    site.pages["/widget.js"] = javascript(b"\xff")
    assert_refused(retry(alice, widget), 422, "INVALID_SCRIPT", "sandbox.entrypoint")
    site.pages["/widget.js"] = javascript()
    assert retry(alice, widget).json()["widget"]["sandbox"]["status"] == "ready"


def test_a_widget_with_its_script_keeps_it(alice: Person, site: Site) -> None:
    site.pages["/widget.js"] = javascript()
    widget = install(alice, scripted(site.url("/widget.js")))
    assert retry(alice, widget).json()["widget"]["package_version"] == widget["package_version"]
    del site.pages["/widget.js"]
    assert_refused(retry(alice, widget), 502, "FETCH_FAILED")
    row = InstalledWidget.objects.get()
    assert (row.problems, str(row.package_version_id)) == ([], widget["package_version"])
    site.pages["/widget.js"] = javascript(b"newer()")
    assert retry(alice, widget).json()["widget"]["content_hash"] != widget["content_hash"]
    assert script_of(InstalledWidget.objects.get().package_version) == "newer()"


def test_a_refused_retry_may_be_sent_again(alice: Person, site: Site, chat_only: dict[str, Any]) -> None:
    assert retry(alice, chat_only, **{"Idempotency-Key": "x"}).status_code == 502
    site.pages["/widget.js"] = javascript()
    assert retry(alice, chat_only, **{"Idempotency-Key": "x"}).status_code == 200


def test_a_widget_installed_before_scripts_were_fetched(alice: Person, site: Site, chat_only: dict[str, Any]) -> None:
    old = PackageVersion.objects.get()
    PackageVersion.objects.bulk_create(
        [
            PackageVersion(
                tenant=old.tenant,
                content_hash="0" * 64,
                form=old.form,
                slug=old.slug,
                name=old.name,
                version=old.version,
                manifest=old.manifest,
                blocks={},
                size=old.size,
            )
        ]
    )
    before = PackageVersion.objects.get(content_hash="0" * 64)
    InstalledWidget.objects.update(package_version=before, problems=[])
    install(alice, manifest())
    import_module("widgets_manager.widgets.migrations.0003_scripts_not_fetched_yet").say_so(apps, None)
    rows = dict(InstalledWidget.objects.values_list("slug", "problems"))
    assert rows == {
        "weather": [{"path": "sandbox.entrypoint", "message": "The script has not been fetched yet."}],
        "todo": [],
    }
    site.pages["/widget.js"] = javascript()
    assert retry(alice, chat_only).json()["widget"]["sandbox"]["status"] == "ready"
    version = InstalledWidget.objects.get(slug="weather").package_version
    assert script_of(version) == SCRIPT.decode()
    assert "sandbox" in version.blocks


def test_there_must_be_a_script_to_fetch(alice: Person) -> None:
    assert_refused(retry(alice, install(alice, manifest())), 400, "NO_SANDBOX")


def test_nothing_else_is_accepted(alice: Person, chat_only: dict[str, Any]) -> None:
    response = alice.client.post(f"/api/widgets/{chat_only['id']}/entrypoint", {"url": "https://example.org/"})
    assert_refused(response, 422, "INVALID_INPUT", "url")


def test_only_who_manages_it(
    alice: Person, bob: Person, vera: Person, charlie: Person, site: Site, team: Workspace, chat_only: dict[str, Any]
) -> None:
    assert_refused(retry(bob, chat_only), 404, "NOT_FOUND")
    place(alice, chat_only["id"], team)
    asked = len(site.requests)
    assert_refused(retry(bob, chat_only), 403, "PERMISSION_DENIED")
    assert_refused(retry(vera, chat_only), 403, "PERMISSION_DENIED")
    assert_refused(retry(charlie, chat_only), 404, "NOT_FOUND")
    assert len(site.requests) == asked


def test_the_text_of_the_install_says_the_same(alice: Person, site: Site) -> None:
    response = alice.client.post("/api/widgets/install", {"file": json.dumps(scripted(site.url("/widget.js")))})
    answer = response.json()
    error = assert_refused(retry(alice, answer["widget"]), 502, "FETCH_FAILED")
    assert answer["warnings"] == [{"path": error["path"], "message": error["message"]}]
