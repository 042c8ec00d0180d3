"""Storing, reading and forgetting bytes."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from tests.people import Person, assert_refused
from widgets_manager.core.exceptions import ApiError, InvalidInput, NotFound, PermissionDenied
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.files import storage
from widgets_manager.files.access import get_blob
from widgets_manager.files.actions import collect_garbage, open_blob, read_blob, store_blob
from widgets_manager.files.models import Blob
from widgets_manager.files.references import register_blob_references, unregister_blob_references

PNG = b"\x89PNG\r\n" + bytes(range(256))


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return tmp_path / "files"


def stored(root: Path) -> list[str]:
    return sorted(str(file.relative_to(root)) for file in root.rglob("*") if file.is_file())


def age(root: Path, days: int = 2) -> None:
    """Let everything that is stored be so many days old."""
    moment = timezone.now() - timedelta(days=days)
    Blob.objects.update(stored_at=moment)
    for name in stored(root):
        os.utime(root / name, (moment.timestamp(), moment.timestamp()))


def test_it_works(alice: Person, files_root: Path) -> None:
    blob = store_blob(actor=alice.actor, data=PNG, media_type="image/png")
    assert (blob.tenant, blob.size, blob.media_type) == (alice.tenant, len(PNG), "image/png")
    sha256 = hashlib.sha256(PNG).hexdigest()
    assert stored(files_root) == [f"{sha256[:2]}/{sha256[2:4]}/{sha256}"]
    assert read_blob(Blob.objects.get()) == PNG
    response = alice.client.get(f"/api/files/{blob.pk}")
    assert (response.status_code, response.content, response["Content-Type"]) == (200, PNG, "image/png")


def test_a_download_is_inert(alice: Person) -> None:
    blob = store_blob(actor=alice.actor, data=b"<script>alert(1)</script>", media_type="text/html")
    response = alice.client.get(f"/api/files/{blob.pk}")
    assert response["Content-Disposition"] == "attachment"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "private" in response["Cache-Control"]


def test_known_bytes_are_not_sent_again(alice: Person) -> None:
    blob = store_blob(actor=alice.actor, data=PNG, media_type="image/png")
    tag = alice.client.get(f"/api/files/{blob.pk}")["ETag"]
    again = alice.client.get(f"/api/files/{blob.pk}", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert alice.client.get(f"/api/files/{blob.pk}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_charlie_gets_nothing_and_learns_nothing(alice: Person, bob: Person, charlie: Person) -> None:
    blob = store_blob(actor=alice.actor, data=PNG, media_type="image/png")
    assert bob.client.get(f"/api/files/{blob.pk}").status_code == 200
    for blob_id in (blob.pk, "nonsense"):
        assert_refused(charlie.client.get(f"/api/files/{blob_id}"), 404, "NOT_FOUND")
    tag = {"If-None-Match": f'"{blob.sha256}"'}
    assert_refused(charlie.client.get(f"/api/files/{blob.pk}", headers=tag), 404, "NOT_FOUND")
    own = store_blob(actor=charlie.actor, data=PNG, media_type="text/plain")
    assert own.pk != blob.pk
    assert (own.created_at > blob.created_at, own.media_type) == (True, "text/plain")
    with pytest.raises(NotFound):
        get_blob(alice.actor, own.pk)


def test_nobody_signed_in_and_narrow_tokens(alice: Person, client: Any) -> None:
    blob = store_blob(actor=alice.actor, data=PNG, media_type="image/png")
    assert_refused(client.get(f"/api/files/{blob.pk}"), 401, "NOT_SIGNED_IN")
    assert_refused(alice.bearer("chat:intents").get(f"/api/files/{blob.pk}"), 403, "PERMISSION_DENIED")


def test_the_same_bytes_are_one_blob_and_one_file(
    alice: Person, bob: Person, charlie: Person, files_root: Path
) -> None:
    first = store_blob(actor=alice.actor, data=PNG, media_type="image/png")
    again = store_blob(actor=bob.actor, stream=io.BytesIO(PNG), media_type="image/png")
    store_blob(actor=charlie.actor, data=PNG, media_type="image/png")
    assert first == again
    assert again.stored_at > first.stored_at
    assert len(stored(files_root)) == 1


def test_too_large_leaves_nothing(alice: Person, files_root: Path) -> None:
    with pytest.raises(ApiError, match="1,000 bytes") as caught:
        store_blob(actor=alice.actor, stream=io.BytesIO(bytes(1001)), media_type="a/b", max_bytes=1000)
    assert (caught.value.code, caught.value.status) == ("TOO_LARGE", 413)
    assert store_blob(actor=alice.actor, data=bytes(1000), media_type="a/b", max_bytes=1000).size == 1000
    assert len(stored(files_root)) == 1


def test_an_endless_stream_is_cut(alice: Person, files_root: Path) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return bytes(size)

    stream = Endless()
    with pytest.raises(ApiError):
        store_blob(actor=alice.actor, stream=stream, media_type="a/b", max_bytes=1_000_000)  # type: ignore[arg-type]
    assert stream.given < 2_000_000
    assert stored(files_root) == []


@pytest.mark.parametrize("media_type", ["", "png", "text/html\r\nX-Evil: 1", "a/b; q=<script>", "x/" + "y" * 100])
def test_malformed_media_types_are_refused(alice: Person, media_type: str) -> None:
    with pytest.raises(InvalidInput, match="media type"):
        store_blob(actor=alice.actor, data=b"", media_type=media_type)


def test_a_viewer_stores_nothing(vera: Person, files_root: Path) -> None:
    with pytest.raises(PermissionDenied):
        store_blob(actor=vera.actor, data=PNG, media_type="image/png")
    assert not files_root.exists()


def test_a_file_lost_from_disk_is_said(alice: Person, files_root: Path) -> None:
    blob = store_blob(actor=alice.actor, data=PNG, media_type="image/png")
    storage.remove_file(blob.sha256)
    with pytest.raises(NotFound):
        open_blob(blob)
    assert_refused(alice.client.get(f"/api/files/{blob.pk}"), 404, "FILE_MISSING")


def test_the_database_refuses_other_names(alice: Person) -> None:
    with pytest.raises(IntegrityError):
        Blob.objects.create(tenant=alice.tenant, sha256="../../etc/passwd", size=1, media_type="a/b")


class TestGarbage:
    """collect_garbage"""

    @pytest.fixture
    def kept(self) -> Iterator[set[Any]]:
        ids: set[Any] = set()
        register_blob_references("test", lambda: Blob.objects.filter(pk__in=ids).values("pk"))
        yield ids
        unregister_blob_references("test")

    def test_it_works(self, alice: Person, files_root: Path, kept: set[Any]) -> None:
        used = store_blob(actor=alice.actor, data=b"used", media_type="a/b")
        store_blob(actor=alice.actor, data=b"unused", media_type="a/b")
        kept.add(used.pk)
        assert collect_garbage() == 0, "fresh blobs are left alone"
        age(files_root)
        assert collect_garbage() == 1
        assert list(Blob.objects.all()) == [used]
        assert [Path(name).name for name in stored(files_root)] == [used.sha256]

    def test_anothers_file_stays(self, alice: Person, charlie: Person, files_root: Path, kept: set[Any]) -> None:
        store_blob(actor=alice.actor, data=PNG, media_type="a/b")
        kept.add(store_blob(actor=charlie.actor, data=PNG, media_type="a/b").pk)
        age(files_root)
        assert collect_garbage() == 1
        assert read_blob(Blob.objects.get(tenant=charlie.tenant)) == PNG

    def test_stored_again_is_fresh_again(self, alice: Person, files_root: Path, kept: set[Any]) -> None:
        store_blob(actor=alice.actor, data=PNG, media_type="a/b")
        age(files_root)
        store_blob(actor=alice.actor, data=PNG, media_type="a/b")
        assert collect_garbage() == 0

    def test_what_a_rollback_or_a_crash_left_is_removed(self, alice: Person, files_root: Path) -> None:
        def write() -> None:
            with unit_of_work():
                store_blob(actor=alice.actor, data=PNG, media_type="a/b")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            write()
        (files_root / "drafts" / "half").write_bytes(b"ha")
        assert len(stored(files_root)) == 2
        assert collect_garbage() == 0
        age(files_root)
        assert collect_garbage() == 2
        assert stored(files_root) == []

    def test_a_writer_and_the_collector_never_leave_a_row_without_its_file(
        self, transactional_db: None, alice: Person, files_root: Path
    ) -> None:
        """One thread collects without grace, others store the same few contents over and over."""
        stop = threading.Event()
        actor = alice.actor

        def store(number: int) -> int:
            try:
                for turn in range(40):
                    with unit_of_work():
                        blob = store_blob(actor=actor, data=b"%d" % ((number + turn) % 3), media_type="a/b")
                        time.sleep(0.001)
                        assert read_blob(blob)
                return number
            finally:
                connection.close()

        def collect() -> int:
            try:
                deleted = 0
                while not stop.is_set():
                    deleted += collect_garbage(timedelta(0))
                return deleted
            finally:
                connection.close()

        with ThreadPoolExecutor(5) as pool:
            collector = pool.submit(collect)
            try:
                assert list(pool.map(store, range(4))) == [0, 1, 2, 3]
            finally:
                stop.set()
            assert collector.result() > 0
        for blob in Blob.objects.all():
            assert read_blob(blob)
