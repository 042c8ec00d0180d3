"""Keeping packages by their content."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.packages.test_validate_manifest import manifest
from tests.people import Person
from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.packages.actions import store_package_version
from widgets_manager.packages.models import PackageVersion
from widgets_manager.packages.parsers import Package, package_of


def package(**changes: Any) -> Package:
    return package_of("json", manifest() | changes)


def test_it_works(bob: Person) -> None:
    version = store_package_version(actor=bob.actor, package=package())
    version.refresh_from_db()
    assert version.tenant == bob.tenant
    assert (version.slug, version.name, version.version, version.form) == ("task-board", "Task Board", "1.2.0", "json")
    assert version.manifest == manifest()
    assert version.content_hash == package().content_hash
    assert version.size == package().size
    assert str(version) == "Task Board 1.2.0"


def test_the_same_content_is_stored_once_in_a_tenant(alice: Person, bob: Person, charlie: Person) -> None:
    first = store_package_version(actor=alice.actor, package=package())
    assert store_package_version(actor=bob.actor, package=package()) == first
    assert store_package_version(actor=bob.actor, package=package(title="Other")) != first
    charlies = store_package_version(actor=charlie.actor, package=package())
    assert charlies != first
    assert charlies.tenant == charlie.tenant


def test_any_text_survives(bob: Person) -> None:
    title = "任务 😀 \u202e <script>alert(1)</script> \U0010ffff"
    version = store_package_version(actor=bob.actor, package=package(title=title))
    assert PackageVersion.objects.get(pk=version.pk).manifest["title"] == title


def test_a_viewer_stores_nothing(vera: Person) -> None:
    with pytest.raises(PermissionDenied):
        store_package_version(actor=vera.actor, package=package())
    assert not PackageVersion.objects.exists()


def test_a_stored_version_never_changes(bob: Person) -> None:
    version = store_package_version(actor=bob.actor, package=package())
    version.name = "Other"
    with pytest.raises(TypeError, match="never changes"):
        version.save()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        PackageVersion.objects.filter(pk=version.pk).update(name="Other")
    version.refresh_from_db()
    assert version.name == "Task Board"


def test_the_database_keeps_hashes_unique(bob: Person) -> None:
    version = store_package_version(actor=bob.actor, package=package())
    version.pk, version._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_the_same_version(bob: Person) -> None:
    actor, found, ready = bob.actor, [], threading.Barrier(8)

    def store() -> None:
        try:
            ready.wait(10)
            with transaction.atomic():
                found.append(store_package_version(actor=actor, package=package()).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=store) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert len(set(found)) == 1
