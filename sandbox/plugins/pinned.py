"""Stage: access. The scripts and style sheets that a plugin's page loads from elsewhere: fetched at the install, and
kept as files of its version, which the page brings itself. No browser asks their servers; what they send later changes
nothing.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from sandbox.frames.scripts import SCRIPT, STYLE, Sort, fetch_text
from sandbox.plugins.markup import loads_of, normal, put_in
from sandbox.plugins.reading import PINNED
from sandbox.plugins.unserved import WIDGET
from widgets_manager.core.exceptions import ApiError
from widgets_manager.files.actions import read_blob
from widgets_manager.packages.blocks import Collected
from widgets_manager.packages.models import PackageVersion

# Together; a single one has the limits of a widget's script.
MAX_BYTES: Final = 10_000_000
MAX_SECONDS: Final = 20.0
_LISTS: Final = {"allowedScripts": SCRIPT, "allowedStyles": STYLE}
_SUFFIX: Final = {SCRIPT: ".js", STYLE: ".css"}
_UNUSUAL: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Pin:
    """An address of the manifest: where it stands there (`path`), and the file of the version that has what it had."""

    url: str
    sort: Sort
    path: str
    file: str

    @property
    def key(self) -> tuple[Sort, str]:
        """What a tag of the page names it by."""
        return self.sort, normal(self.url)


def pins_of(block: Mapping[str, Any]) -> list[Pin]:
    """What the page of a plugin's block loads, in the order of the manifest, each once."""
    if WIDGET not in block["parts"]:
        return []
    widget = block["manifest"].get("widget", {})
    pins: dict[tuple[Sort, str], Pin] = {}
    for name, sort in _LISTS.items():
        for index, url in enumerate(widget.get(name, ())):
            pin = Pin(url, sort, f"manifest.widget.{name}[{index}]", f"{PINNED}{len(pins) + 1}-{_name(url, sort)}")
            pins.setdefault(pin.key, pin)
    return list(pins.values())


def servers_of(block: Mapping[str, Any]) -> list[str]:
    """The servers that an install asks for them."""
    return list(dict.fromkeys(urlsplit(pin.url).netloc for pin in pins_of(block)))


def collect_pins(block: Mapping[str, Any], *, development: bool) -> Collected:
    """What can be had of them, and why the rest cannot. Blocks for at most MAX_SECONDS."""
    files: dict[str, bytes] = {}
    failures: list[ApiError] = []
    end = time.monotonic() + MAX_SECONDS
    for pin in pins_of(block):
        try:
            data = _fetched(pin, end - time.monotonic(), development=development)
            _check_together(pin, sum(map(len, files.values())) + len(data))
            files[pin.file] = data
        except ApiError as failure:
            failures.append(failure)
    return Collected(files=files, failures=tuple(failures))


def missing_pins(version: PackageVersion, block: Mapping[str, Any]) -> list[Pin]:
    """Those that the version has no file of."""
    there = set(version.files.filter(path__startswith=PINNED).values_list("path", flat=True))
    return [pin for pin in pins_of(block) if pin.file not in there]


def bring(page: str, version: PackageVersion, block: Mapping[str, Any]) -> str:
    """The page with what it loads in it, each once: at the first tag that names it, or before all of the page."""
    files = {file.path: file.blob for file in version.files.select_related("blob").filter(path__startswith=PINNED)}
    left = {pin.key: pin for pin in pins_of(block) if pin.file in files}
    places = []
    for load in loads_of(page) if left else ():
        if pin := left.pop((STYLE if load.is_style else SCRIPT, normal(load.address)), None):
            places.append((load, _data_address(pin, read_blob(files[pin.file]))))
    before = [_tag(pin.sort, _data_address(pin, read_blob(files[pin.file]))) for pin in left.values()]
    return "".join([*before, put_in(page, places)])


def _fetched(pin: Pin, seconds: float, *, development: bool) -> bytes:
    if seconds <= 0:
        message = f"{_named(pin)} was not fetched: those before it took all of the {MAX_SECONDS:.0f} seconds."
        raise ApiError(message, code="FETCH_FAILED", status=502, path=pin.path)
    return fetch_text(pin.url, pin.sort, pin.path, development=development, seconds=seconds)


def _check_together(pin: Pin, size: int) -> None:
    if size > MAX_BYTES:
        message = f"{_named(pin)} is too much: with those before it {size:,} bytes, of at most {MAX_BYTES:,}."
        raise pin.sort.error(message, path=pin.path)


def _named(pin: Pin) -> str:
    return f"The {pin.sort.noun} {pin.url[:200]}"


def _name(url: str, sort: Sort) -> str:
    """A file's name by which people know it again: the last part of the address."""
    name = _UNUSUAL.sub("-", PurePosixPath(urlsplit(url).path).name)[-80:] or "index"
    return name if name.endswith(_SUFFIX[sort]) else name + _SUFFIX[sort]


def _data_address(pin: Pin, data: bytes) -> str:
    return f"data:{pin.sort.types[0]};charset=utf-8;base64,{base64.b64encode(data).decode()}"


def _tag(sort: Sort, address: str) -> str:
    if sort is STYLE:
        return f'<link rel="stylesheet" href="{address}">\n'
    return f'<script src="{address}"></script>\n'
