"""A widget moves to another version: by address, text or file, and back to one that it has been."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from tests.docs.openapi import check_answer
from tests.people import Person, assert_refused
from tests.widgets.conftest import install, manifest, place
from widgets_manager.core.models import AuditEntry
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT = tmp_path


def update(person: Person, widget: dict[str, Any], **changes: Any) -> Any:
    body = {"file": json.dumps(manifest(**changes))}
    return person.client.post(f"/api/widgets/{widget['id']}/update", body)


def versions(person: Person, widget: dict[str, Any]) -> list[dict[str, Any]]:
    answer = person.client.get(f"/api/widgets/{widget['id']}/versions")
    found: list[dict[str, Any]] = check_answer("GET", "/api/widgets/{widget_id}/versions", answer)["versions"]
    return found


def test_it_works(alice: Person) -> None:
    widget = install(alice, manifest(widgetVersion="1.0.0"))
    panel = place(alice, widget["id"], config={"title": "Mine"})
    answer = update(alice, widget, widgetVersion="2.0.0", title="Newer")
    moved = check_answer("POST", "/api/widgets/{widget_id}/update", answer)["widget"]
    assert (moved["id"], moved["version"], moved["name"]) == (widget["id"], "2.0.0", "Newer")
    assert WidgetInstance.objects.get(pk=panel["id"]).config == {"title": "Mine"}
    newer, older = versions(alice, widget)
    assert [(row["version"], row["current"]) for row in (newer, older)] == [("2.0.0", True), ("1.0.0", False)]
    back = alice.client.post(f"/api/widgets/{widget['id']}/versions", {"version": older["id"]})
    assert check_answer("POST", "/api/widgets/{widget_id}/versions", back)["widget"]["version"] == "1.0.0"
    assert [row["current"] for row in versions(alice, widget)] == [False, True]
    assert AuditEntry.objects.filter(action="widget.update").count() == 2


def test_a_file(alice: Person) -> None:
    widget = install(alice, manifest())
    body = {"file": SimpleUploadedFile("todo.json", json.dumps(manifest(widgetVersion="2.0.0")).encode())}
    answer = alice.client.post(f"/api/widgets/{widget['id']}/update-file", body, content_type=MULTIPART_CONTENT)
    assert check_answer("POST", "/api/widgets/{widget_id}/update-file", answer)["widget"]["source_ref"] == "todo.json"


def test_what_was_previewed_is_what_comes(alice: Person) -> None:
    widget = install(alice, manifest())
    body = {"file": json.dumps(manifest(widgetVersion="2.0.0")), "contentHash": "0" * 64}
    assert_refused(alice.client.post(f"/api/widgets/{widget['id']}/update", body), 409, "CONTENT_CHANGED")
    assert_refused(update(alice, widget, panelId="other"), 409, "SLUG_CHANGED")
    assert len(versions(alice, widget)) == 1


def test_who_may(alice: Person, bob: Person, vera: Person, charlie: Person) -> None:
    widget = install(alice, manifest(), tenantWide=True)
    update(alice, widget, widgetVersion="2.0.0")
    older = versions(alice, widget)[1]["id"]
    for person in (bob, vera):
        assert_refused(update(person, widget, widgetVersion="3.0.0"), 403, "PERMISSION_DENIED")
        address = f"/api/widgets/{widget['id']}/versions"
        assert_refused(person.client.post(address, {"version": older}), 403, "PERMISSION_DENIED")
        assert len(versions(person, widget)) == 2
    assert_refused(update(charlie, widget, widgetVersion="3.0.0"), 404, "NOT_FOUND")
    assert InstalledWidget.objects.get().version == "2.0.0"


def test_versions_of_others_are_not_its_own(alice: Person, bob: Person) -> None:
    mine = install(alice, manifest())
    theirs = install(bob, manifest(widgetVersion="9.0.0", description="bob's own"))
    foreign = versions(bob, theirs)[0]["id"]
    assert len(versions(alice, mine)) == 1
    refused = alice.client.post(f"/api/widgets/{mine['id']}/versions", {"version": foreign})
    assert_refused(refused, 404, "NOT_FOUND")
