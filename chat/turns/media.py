"""Stage: validation. Pictures and files in what a plugin's handler returns, taken out of it for people to see.

A result may have `image` or `images` (a data address, an `<svg>`, or `{data, mimeType}`), and `file` or `files`
(`{filename, mimeType, data}` with base64, or `{filename, url}`). In their place the result says what was there.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from widgets_manager.widgets.prompts import clean

MAX_MEDIA: Final = 300_000  # characters of all that one run shows
MOST: Final = 6
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml"})
_DATA: Final = re.compile(
    r"data:([a-z0-9.+/-]{3,100})(?:;charset=[a-z0-9-]+)?;base64,([A-Za-z0-9+/=\s]*)", re.IGNORECASE
)
_MIME: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_KEYS: Final = {"image": "image", "images": "image", "file": "file", "files": "file"}


def take_media(result: Any) -> tuple[Any, list[dict[str, Any]]]:
    """The result without its pictures and files, and these: `{kind: image | file, name, mime, size, url}`.

    `url` is a data address or the one that the handler gave; empty for what is too large to be shown here. `size` is
    in bytes, None where nobody has said it.
    """
    if not isinstance(result, Mapping):
        return result, []
    left, room = dict(result), MAX_MEDIA
    media: list[dict[str, Any]] = []
    for key, kind in _KEYS.items():
        given = result.get(key)
        if key not in result or (key.endswith("s") and not isinstance(given, list)):
            continue
        found = list(_each(given, kind))[: MOST - len(media)]
        if not found:
            continue
        left[key] = ", ".join(f"({one['mime']}, {one['name']}: shown to the person)" for one in found)
        for one in found:
            room -= len(one["url"])
            media.append(one if room >= 0 else {**one, "url": ""})
    return left, media


def _each(given: Any, kind: str) -> Iterator[dict[str, Any]]:
    for value in given if isinstance(given, list) else [given]:
        one = _one(value, kind)
        if one is not None:
            yield one


def _one(value: Any, kind: str) -> dict[str, Any] | None:
    if isinstance(value, str):
        return _of_text(value, kind, "")
    if not isinstance(value, Mapping):
        return None
    name = clean(value.get("filename") or value.get("name") or "", 200)
    data = value.get("data") or value.get("base64")
    if isinstance(data, str):
        mime = str(value.get("mimeType") or value.get("mime") or "application/octet-stream").lower()
        text = data if data.startswith(("data:", "<svg")) else f"data:{mime};base64,{data}"
        return _of_text(text, kind, name)
    url = value.get("url")
    if isinstance(url, str) and url.startswith(("https://", "http://", "/")):
        mime, size = str(value.get("mimeType") or ""), value.get("size")
        known = mime if _MIME.fullmatch(mime) else ""
        counted = size if isinstance(size, int) and not isinstance(size, bool) else None
        return {"kind": "file", "name": name or "file", "mime": known, "size": counted, "url": url[:2_000]}
    return None


def _of_text(text: str, kind: str, name: str) -> dict[str, Any] | None:
    if text.lstrip().startswith("<svg"):
        url = "data:image/svg+xml," + quote(text)
        return {
            "kind": "image",
            "name": name or "image",
            "mime": "image/svg+xml",
            "size": len(text.encode()),
            "url": url,
        }
    match = _DATA.fullmatch(text.strip())
    if match is None:
        return None
    mime = match[1].lower()
    try:
        size = len(base64.b64decode(match[2], validate=False))
    except (binascii.Error, ValueError):
        return None
    # What is no picture that browsers show safely is a file to keep, whatever it calls itself.
    shown = "image" if mime in _PICTURES else "file"
    url = f"data:{mime if shown == 'image' else 'application/octet-stream'};base64,{''.join(match[2].split())}"
    return {"kind": shown, "name": name or kind, "mime": mime, "size": size, "url": url}
