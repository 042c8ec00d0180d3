"""Stage: validation. What a file is by its content, whatever its name or its sender claims; and how large a picture is.

A name only chooses between kinds whose content looks alike: texts among texts, documents that are ZIP archives inside.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import BinaryIO, Final

from widgets_manager.apps.pictures import picture_type

HEAD: Final = 64 * 1024
UNKNOWN: Final = "application/octet-stream"

_STARTS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-elf"),
)
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_ODF: Final = "application/vnd.oasis.opendocument"
# Ending of the name, what the archive must have inside, and what it then is.
_ZIPPED: Final = (
    (".docx", b"word/", f"{_OFFICE}.wordprocessingml.document"),
    (".xlsx", b"xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    (".pptx", b"ppt/", f"{_OFFICE}.presentationml.presentation"),
    (".odt", b"mimetype", f"{_ODF}.text"),
    (".ods", b"mimetype", f"{_ODF}.spreadsheet"),
    (".odp", b"mimetype", f"{_ODF}.presentation"),
    (".epub", b"mimetype", "application/epub+zip"),
)
_TEXTS: Final = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".html": "text/html",
    ".htm": "text/html",
    ".json": "application/json",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".css": "text/css",
    ".js": "text/javascript",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """The media type, and for pictures of the usual kinds width and height in pixels."""

    mime: str
    width: int | None = None
    height: int | None = None


def look_at(file: BinaryIO, name: str) -> Looked:
    """What is in a file that can seek; it stands at its beginning afterwards."""
    file.seek(0)
    head = file.read(HEAD)
    mime = picture_type(head)
    width, height = _measure(head, mime) if mime else (None, None)
    if mime is None:
        mime = _by_start(head) or _zipped(file, head, name) or _text(file, head, name) or UNKNOWN
    file.seek(0)
    return Looked(mime, width, height)


def _by_start(head: bytes) -> str | None:
    for start, mime in _STARTS:
        if head.startswith(start):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    return "video/mp4" if head[4:8] == b"ftyp" else None


def _zipped(file: BinaryIO, head: bytes, name: str) -> str | None:
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return None
    end = file.seek(0, 2)
    file.seek(max(0, end - HEAD))
    seen = head + file.read(HEAD)
    for ending, inside, mime in _ZIPPED:
        if name.lower().endswith(ending) and inside in seen:
            return mime
    return "application/zip"


def _text(file: BinaryIO, head: bytes, name: str) -> str | None:
    """A text is UTF-8 from beginning to end without control characters of binary formats."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = head
    try:
        file.seek(len(head))
        while piece:
            if "\x00" in decoder.decode(piece):
                return None
            piece = file.read(HEAD)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return next((mime for ending, mime in _TEXTS.items() if name.lower().endswith(ending)), "text/plain")


def _measure(head: bytes, mime: str) -> tuple[int | None, int | None]:
    if mime == "image/png" and len(head) >= 24:
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if mime == "image/gif" and len(head) >= 10:
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    if mime == "image/jpeg":
        return _measure_jpeg(head)
    if mime == "image/webp" and len(head) >= 30:
        return _measure_webp(head)
    return None, None


def _measure_jpeg(head: bytes) -> tuple[int | None, int | None]:
    """From the frame header (ITU T.81, B.2.2), which follows segments of `FF`, marker, length."""
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(head[at + 7 : at + 9]), int.from_bytes(head[at + 5 : at + 7])
        at += 2 + int.from_bytes(head[at + 2 : at + 4])
    return None, None


def _measure_webp(head: bytes) -> tuple[int | None, int | None]:
    """The three forms of the container: lossy, lossless, extended."""
    form = head[12:16]
    if form == b"VP8 ":
        return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    if form == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    return None, None
