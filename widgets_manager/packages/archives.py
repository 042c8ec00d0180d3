"""Stage: parsing. Zip archives from outside: read in memory, bounded, and nothing in them names a place outside."""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
import zlib
from typing import Final

from widgets_manager.core.exceptions import ApiError

MAX_ARCHIVE: Final = 10_000_000
MAX_FILES: Final = 200
MAX_UNPACKED: Final = 10_000_000
# Deflate packs a thousand equal bytes in one; what people write stays far below this.
MAX_RATIO: Final = 200
_LOCAL_HEADER: Final = 30  # bytes before an entry's name
_RATIO_MATTERS: Final = 100_000
MAX_PATH: Final = 300
_CHUNK: Final = 64 * 1024
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What systems put into archives beside what people put there.
_NOISE: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class InvalidArchive(ApiError):
    """The bytes are no zip archive that is accepted here; `path` is the entry at fault."""

    status = 422
    code = "INVALID_ARCHIVE"


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a zip archive does, an empty one included."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def read_archive(data: bytes, *, max_unpacked: int | None = None, max_ratio: int | None = None) -> dict[str, bytes]:
    """The files of a zip archive by path, in its order, without folders and without what systems add.

    `max_unpacked` bytes of all files together, none packed to less than a `max_ratio`th; MAX_UNPACKED and MAX_RATIO
    where absent.
    Raises InvalidArchive for anything that is damaged, encrypted or named badly, and TOO_LARGE (413).
    """
    if len(data) > MAX_ARCHIVE:
        raise _too_large(f"The archive is larger than {MAX_ARCHIVE:,} bytes.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _files(archive, max_unpacked or MAX_UNPACKED, max_ratio or MAX_RATIO)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, ValueError) as error:
        raise InvalidArchive(f"The archive is damaged or not a zip: {str(error)[:200]}.") from None


def _files(archive: zipfile.ZipFile, max_unpacked: int, max_ratio: int) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_noise(entry.filename)]
    if len(entries) > MAX_FILES:
        raise _too_large(f"The archive has {len(entries):,} files; at most {MAX_FILES} are accepted.")
    seen: dict[str, str] = {}
    files: dict[str, bytes] = {}
    _require_apart(archive)
    left = max_unpacked
    for entry in entries:
        _check(entry, seen)
        content = _unpacked(archive, entry, left, max_ratio)
        if content is None:
            raise _too_large(f"The archive unpacks to more than {max_unpacked:,} bytes.")
        left -= len(content)
        files[entry.filename] = content
    return files


def _is_noise(name: str) -> bool:
    return name.startswith(_NOISE[0]) or name.rpartition("/")[2] in _NOISE[1:]


def _check(entry: zipfile.ZipInfo, seen: dict[str, str]) -> None:
    """Refuse an entry by what the archive says of it. `seen` has the names so far as any file system compares them."""
    name = entry.filename
    shown = name[:100]
    if fault := _name_fault(name):
        raise InvalidArchive(f"'{shown}': {fault}.", path=shown)
    plain = unicodedata.normalize("NFC", name).casefold()
    if plain in seen:
        raise InvalidArchive(f"'{shown}' is in the archive twice (as '{seen[plain][:100]}').", path=shown)
    seen[plain] = name
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise InvalidArchive(f"'{shown}' is a link or device; only plain files are accepted.", path=shown)
    if entry.flag_bits & 0x1:
        raise InvalidArchive(f"'{shown}' is encrypted; nothing here knows the password.", path=shown)
    if entry.compress_type not in _METHODS:
        raise InvalidArchive(f"'{shown}' is packed by method {entry.compress_type}; use deflate or none.", path=shown)


def _name_fault(name: str) -> str:
    if not name or len(name) > MAX_PATH:
        return f"a path has 1 to {MAX_PATH} characters"
    if "\\" in name or any(ord(character) < 32 or ord(character) == 127 for character in name):
        return "a path has no backslashes and no control characters"
    if name.startswith("/") or name[1:2] == ":":
        return "a path is relative to the archive"
    if any(part in ("", ".", "..") for part in name.split("/")):
        return "a path has no empty parts, no '.' and no '..'"
    return ""


def _require_apart(archive: zipfile.ZipFile) -> None:
    """Refuse entries that lie in one another: the same packed bytes would be unpacked again and again."""
    end = 0
    for entry in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            shown = entry.filename[:100]
            raise InvalidArchive(f"'{shown}' lies inside of another entry.", path=shown)
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, max_ratio: int) -> bytes | None:
    """The bytes of an entry, counted while they come: what the archive says of their number is not believed.

    None when there are more than `left`.
    """
    content = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            content += chunk
            if len(content) > left:
                return None
    packed = max(entry.compress_size, 1)
    if len(content) > _RATIO_MATTERS and len(content) > max_ratio * packed:
        shown = entry.filename[:100]
        raise InvalidArchive(
            f"'{shown}' unpacks to more than {max_ratio} times its size; that is how bombs are made.", path=shown
        )
    return bytes(content)


def _too_large(message: str) -> ApiError:
    return ApiError(message, code="TOO_LARGE", status=413, path="file")
