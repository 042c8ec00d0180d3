"""Stage: actions. Store bytes, read them back, and delete what nobody refers to any more."""

from __future__ import annotations

import logging
import re
import time
import uuid
from datetime import timedelta
from typing import IO, BinaryIO, Final

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.db.models.functions import Now

from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput, NotFound
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.files import storage
from widgets_manager.files.locks import lock_for_storing, try_lock_for_deleting
from widgets_manager.files.models import Blob
from widgets_manager.files.references import all_references

logger = logging.getLogger(__name__)

MAX_BYTES: Final = 10_000_000
# What was stored within this time may still get its first reference.
GRACE: Final = timedelta(days=1)
_MEDIA_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*(; ?charset=[A-Za-z0-9-]+)?")


def store_blob(
    *,
    actor: Actor,
    media_type: str,
    data: bytes | None = None,
    stream: IO[bytes] | None = None,
    max_bytes: int = MAX_BYTES,
) -> Blob:
    """Store `data` or everything in `stream`; the same bytes again give the tenant's same blob.

    The row belongs to the caller's transaction; refer to the blob there, or within a day. Raises TooLarge (413) and
    InvalidInput for a malformed media type.
    """
    actor.require_role(Role.MEMBER, "storing files")
    if len(media_type) > 100 or not _MEDIA_TYPE.fullmatch(media_type):
        raise InvalidInput(f"'{media_type[:100]}' is not a media type such as image/png.", path="mediaType")
    source = data if data is not None else stream
    if source is None:
        raise ValueError("store_blob needs data or stream")
    draft = storage.Draft(source, max_bytes)
    try:
        with unit_of_work():
            lock_for_storing(draft.written.sha256)
            draft.keep()
            return _row(actor, draft.written, media_type)
    finally:
        draft.drop()


def open_blob(blob: Blob) -> BinaryIO:
    """The blob's bytes, for reading. Raises NotFound when the file is gone from the disk (which is logged)."""
    try:
        return storage.open_file(blob.sha256)
    except FileNotFoundError:
        logger.error("a stored file is missing on disk", extra={"blob_id": str(blob.pk), "sha256": blob.sha256})
        raise NotFound("The stored file is missing on the server.", code="FILE_MISSING") from None


def read_blob(blob: Blob) -> bytes:
    """All of the blob's bytes. Raises NotFound like open_blob."""
    with open_blob(blob) as file:
        return file.read()


def collect_garbage(grace: timedelta = GRACE) -> int:
    """Delete blobs that no registered query names, files without a blob, and abandoned drafts; returns how many.

    Safe beside any number of writers: content that someone is storing at the moment is left alone.
    """
    deleted = 0
    for pk, sha256 in list(_unreferenced(grace).values_list("pk", "sha256")):
        deleted += _delete_row(pk, sha256, grace)
        _delete_orphan(sha256)
    for sha256 in storage.old_names(time.time() - grace.total_seconds()):
        deleted += _delete_orphan(sha256)
    return deleted + storage.drop_old_drafts(time.time() - GRACE.total_seconds())


def _row(actor: Actor, written: storage.Written, media_type: str) -> Blob:
    blob = Blob(tenant=actor.tenant, sha256=written.sha256, size=written.size, media_type=media_type)
    Blob.objects.bulk_create([blob], ignore_conflicts=True)
    rows = Blob.objects.filter(tenant=actor.tenant, sha256=written.sha256)
    rows.update(stored_at=Now())
    return rows.get()


def _unreferenced(grace: timedelta) -> QuerySet[Blob]:
    rows = Blob.objects.filter(stored_at__lt=Now() - grace)
    for references in all_references():
        rows = rows.exclude(pk__in=references)
    return rows


def _delete_row(pk: uuid.UUID, sha256: str, grace: timedelta) -> int:
    with transaction.atomic():
        if not try_lock_for_deleting(sha256):
            return 0
        try:
            # Asked again under the lock: it may have been stored or referred to meanwhile.
            return _unreferenced(grace).filter(pk=pk).delete()[0]
        except ProtectedError:
            logger.error("a blob is referred to by rows that registered no references", extra={"blob_id": str(pk)})
            return 0


def _delete_orphan(sha256: str) -> int:
    # Apart from deleting the row, which must have committed first: a file without a row is harmless, a row without
    # its file is not.
    with transaction.atomic():
        if not try_lock_for_deleting(sha256) or Blob.objects.filter(sha256=sha256).exists():
            return 0
        return int(storage.remove_file(sha256))
