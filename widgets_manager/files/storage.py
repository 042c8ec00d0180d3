"""Stage: access. Files on disk, named by their content: FILES_ROOT/aa/bb/<sha256>.

A file is complete or absent: it is written beside its place, synced and renamed. All web and worker hosts share
FILES_ROOT.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Final

from django.conf import settings

from widgets_manager.core.exceptions import ApiError

_CHUNK: Final = 256 * 1024
_DRAFTS: Final = "drafts"


class TooLarge(ApiError):
    """More bytes than are accepted here."""

    status = 413
    code = "TOO_LARGE"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: SHA-256 in hex, and bytes."""

    sha256: str
    size: int


def root() -> Path:
    """The folder of all files."""
    return Path(settings.FILES_ROOT)


def path_of(sha256: str) -> Path:
    """Where the file with this content is, or would be."""
    return root() / sha256[:2] / sha256[2:4] / sha256


class Draft:
    """Bytes on their way to a name: hashed while they are written, then kept or dropped."""

    def __init__(self, source: bytes | IO[bytes], max_bytes: int) -> None:
        folder = root() / _DRAFTS
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        self._path = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                self.written = _copy(source, file, max_bytes)
        except BaseException:
            self.drop()
            raise

    def keep(self) -> None:
        """Give the file its name; when it is there already, nothing changes."""
        place = path_of(self.written.sha256)
        if place.exists():
            self.drop()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        self._path.replace(place)
        # The names on the way must be on disk before a row may speak of the file.
        for folder in (place.parent, place.parent.parent, root()):
            _sync_folder(folder)

    def drop(self) -> None:
        """Forget the bytes."""
        self._path.unlink(missing_ok=True)


def open_file(sha256: str) -> BinaryIO:
    """The stored bytes, for reading. Raises FileNotFoundError."""
    return path_of(sha256).open("rb")


def remove_file(sha256: str) -> bool:
    """Delete the file; whether it was there."""
    try:
        path_of(sha256).unlink()
    except FileNotFoundError:
        return False
    return True


def old_names(before: float) -> Iterator[str]:
    """The SHA-256 of each stored file that was written before the moment (seconds since 1970)."""
    for file in root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        if len(file.name) == 64 and _age_mark(file) < before:
            yield file.name


def drop_old_drafts(before: float) -> int:
    """Delete what interrupted writers left; returns how many."""
    drafts = [file for file in root().glob(f"{_DRAFTS}/*") if _age_mark(file) < before]
    for draft in drafts:
        draft.unlink(missing_ok=True)
    return len(drafts)


def _age_mark(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _copy(source: bytes | IO[bytes], target: IO[bytes], max_bytes: int) -> Written:
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise TooLarge(f"The file is larger than the {max_bytes:,} bytes that are accepted here.")
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return Written(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
