"""POST /api/widgets/install and install-file."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import MULTIPART_CONTENT

from tests.people import Person, assert_refused
from tests.widgets.conftest import install, manifest
from widgets_manager.core.models import AuditEntry
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget


def test_it_works(alice: Person) -> None:
    widget = install(alice)
    assert (widget["slug"], widget["source_type"], widget["enabled"]) == ("task-board", "file", True)
    assert widget["commands"][0]["examples"]
    assert AuditEntry.objects.filter(action="widget.install", target_id=widget["id"]).exists()
    assert [row["id"] for row in alice.client.get("/api/widgets/list").json()["widgets"]] == [widget["id"]]


def test_from_the_servers_own_sample_address(alice: Person, settings: Any) -> None:
    settings.PUBLIC_ORIGIN = "http://127.0.0.1:8000"
    url = "http://127.0.0.1:8000/api/widgets/sample-manifest?name=team-links"
    response = alice.client.post("/api/widgets/install", {"url": url})
    assert response.status_code == 201, response.content
    assert response.json()["widget"]["source_ref"] == url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/api/widgets/list",
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://2130706433/",
        "file:///etc/passwd",
        "gopher://x/",
        "https://user:pw@example.org/",
        "nonsense",
    ],
)
def test_private_and_odd_addresses_are_refused(alice: Person, settings: Any, url: str) -> None:
    settings.PUBLIC_ORIGIN = "http://127.0.0.1:8000"
    assert_refused(alice.client.post("/api/widgets/install", {"url": url}), 502, "FETCH_FAILED")
    assert not InstalledWidget.objects.exists()


def test_every_fault_is_listed_with_its_path(alice: Person) -> None:
    document = manifest(panelType="")
    document["intents"][0]["permission"] = "admin"
    document["intents"][1]["handler"] = "https://evil.example/"
    error = assert_refused(
        alice.client.post("/api/widgets/install", {"file": json.dumps(document)}), 422, "INVALID_MANIFEST"
    )
    paths = [problem["path"] for problem in error["errors"]]
    assert {"panelType", "intents[0].permission", "intents[1].handler"} <= set(paths)
    assert {"path": "intents[0].permission", "message": "'admin' is not one of 'read', 'write'"} in error["errors"]
    assert not PackageVersion.objects.exists()


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("not json", "INVALID_JSON", 422),
        ('{"panelId": "a", "panelId": "b"}', "INVALID_JSON", 422),
        ('{"panelId": NaN}', "INVALID_JSON", 422),
        ('{"title": "\\ud800"}', "INVALID_JSON", 422),
        ("[" * 5000 + "]" * 5000, "INVALID_JSON", 422),
        ("[]", "INVALID_MANIFEST", 422),
        ("{}", "INVALID_MANIFEST", 422),
        ("null", "INVALID_MANIFEST", 422),
        ('{"panelId": "' + "x" * 200_000 + '"}', "TOO_LARGE", 413),
    ],
)
def test_broken_files(alice: Person, text: str, code: str, status: int) -> None:
    assert_refused(alice.client.post("/api/widgets/install", {"file": text}), status, code)
    assert not InstalledWidget.objects.exists()


def test_ten_megabytes_and_a_thousand_intents(alice: Person) -> None:
    assert_refused(alice.client.post("/api/widgets/install", {"file": "x" * 10_000_000}), 413, "TOO_LARGE")
    intent = manifest()["intents"][1]
    document = manifest(intents=[intent | {"name": f"i{n}", "examples": []} for n in range(1000)])
    response = alice.client.post("/api/widgets/install", {"file": json.dumps(document)})
    assert response.status_code in (413, 422)
    assert not InstalledWidget.objects.exists()


def test_upload(alice: Person) -> None:
    file = SimpleUploadedFile("todo.json", json.dumps(manifest()).encode(), "application/json")
    response = alice.client.post("/api/widgets/install-file", {"file": file}, content_type=MULTIPART_CONTENT)
    assert response.status_code == 201, response.content
    assert response.json()["widget"]["source_ref"] == "todo.json"
    big = SimpleUploadedFile("big.json", b" " * 100_001, "application/json")
    assert_refused(
        alice.client.post("/api/widgets/install-file", {"file": big}, content_type=MULTIPART_CONTENT), 413, "TOO_LARGE"
    )


def test_builtins_cannot_be_shadowed(alice: Person) -> None:
    for slug in ("recent", "quick-links-a", "Quick Links Z", "demo"):
        text = json.dumps(manifest(panelId=slug))
        assert_refused(alice.client.post("/api/widgets/install", {"file": text}), 409, "DUPLICATE_SLUG", "panelId")


def test_one_slug_once_for_a_person_and_once_for_the_tenant(alice: Person, bob: Person) -> None:
    install(alice, manifest())
    assert_refused(alice.client.post("/api/widgets/install", {"file": json.dumps(manifest())}), 409, "DUPLICATE_SLUG")
    install(bob, manifest())
    install(alice, manifest(), tenantWide=True)
    response = alice.client.post("/api/widgets/install", {"file": json.dumps(manifest()), "tenantWide": True})
    assert_refused(response, 409, "DUPLICATE_SLUG")


def test_roles(bob: Person, vera: Person) -> None:
    body = {"file": json.dumps(manifest())}
    assert_refused(bob.client.post("/api/widgets/install", body | {"tenantWide": True}), 403, "PERMISSION_DENIED")
    assert_refused(vera.client.post("/api/widgets/install", body), 403, "PERMISSION_DENIED")


def test_warnings_tell_and_do_not_refuse(alice: Person) -> None:
    install(alice, manifest(panelId="first"))
    document = manifest(panelId="todo", descripton="typo")
    document["intents"][1]["handler"] = "api:/api/panels/elsewhere/list"
    response = alice.client.post("/api/widgets/install", {"file": json.dumps(document)})
    assert response.status_code == 201
    messages = " ".join(warning["message"] for warning in response.json()["warnings"])
    assert "description" in messages
    assert "nothing on this server serves 'api:/api/panels/elsewhere/list'" in messages


def test_claimed_examples_are_named(alice: Person, team: Any) -> None:
    from tests.widgets.conftest import place

    place(alice, install(alice, manifest(panelId="first", title="First"))["id"], team)
    response = alice.client.post("/api/widgets/install", {"file": json.dumps(manifest())})
    assert any("'add milk' is already an example of First" in w["message"] for w in response.json()["warnings"])


@pytest.mark.django_db(transaction=True)
def test_of_concurrent_installs_one_wins(alice: Person) -> None:
    clients = [alice.client for _ in range(8)]
    codes: list[int] = []

    def run(client: Any) -> None:
        codes.append(client.post("/api/widgets/install", {"file": json.dumps(manifest())}).status_code)
        connection.close()

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201] + [409] * 7
    assert InstalledWidget.objects.count() == 1


def test_a_charlie_sees_nothing_of_it(alice: Person, charlie: Person) -> None:
    widget = install(alice, manifest(), tenantWide=True)
    assert charlie.client.get("/api/widgets/list").json()["widgets"] == []
    assert_refused(charlie.client.get(f"/api/widgets/{widget['id']}"), 404, "NOT_FOUND")
    assert_refused(charlie.client.patch(f"/api/widgets/{widget['id']}", {"name": "x"}), 404, "NOT_FOUND")
    assert_refused(charlie.client.delete(f"/api/widgets/{widget['id']}"), 404, "NOT_FOUND")
    assert_refused(charlie.client.post("/api/widgets/enable", {"id": widget["id"], "enabled": False}), 404, "NOT_FOUND")
