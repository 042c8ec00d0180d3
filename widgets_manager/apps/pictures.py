"""Stage: actions. Pictures from elsewhere, fetched by this server: the page's policy lets the browser ask nobody else,
and whoever serves a picture learns nothing about who looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import close_old_connections, transaction

from widgets_manager.apps.access import private_hosts
from widgets_manager.core.exceptions import ApiError, InvalidInput
from widgets_manager.egress.client import fetch

MAX_PICTURE: Final = 5_000_000  # bytes
PICTURE_SECONDS: Final = 10.0
_ANY: Final = ("image/", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a kind that runs nothing; `media_type` is what its first bytes say."""

    media_type: str
    data: bytes


def fetch_picture(url: str) -> Picture:
    """The picture at a public address, at most 5 MB.

    Blocks for up to ten seconds; no database connection is held. Raises FetchError (FETCH_FAILED 502), InvalidInput
    for what is no address, and NO_PICTURE 422 for anything but PNG, JPEG, GIF, WebP or AVIF (SVG can hold scripts).
    """
    if not url.startswith(("https://", "http://")) or len(url) > 2_000:
        raise InvalidInput("url: must be an https address of at most 2,000 characters", path="url")
    if not transaction.get_connection().in_atomic_block:
        close_old_connections()
    hosts = private_hosts()
    data = fetch(url, max_bytes=MAX_PICTURE, timeout=PICTURE_SECONDS, accept=_ANY, allow_hosts=hosts).body
    media_type = picture_type(data)
    if media_type is None:
        raise ApiError(
            "There is no picture at this address (PNG, JPEG, GIF, WebP or AVIF).",
            code="NO_PICTURE",
            status=422,
            path="url",
        )
    return Picture(media_type, data)


def picture_type(data: bytes) -> str | None:
    """The media type that the first bytes say; None for what is no such picture."""
    for start, media_type in _STARTS:
        if data.startswith(start):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/avif" if data[4:12] in (b"ftypavif", b"ftypavis") else None


_STARTS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
