"""Stage: access. A widget's script: fetched once, checked, and kept as a file of its version, so that what runs is
what was installed (docs/sandbox.md). What pages of plugins load from elsewhere is fetched in the same way.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import close_old_connections, transaction

from sandbox.frames.exceptions import InvalidScript, InvalidStyle
from widgets_manager.core.exceptions import ApiError
from widgets_manager.egress.client import fetch
from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.urls import parse_target
from widgets_manager.files.actions import read_blob
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.samples import own_sample_script

SCRIPT_PATH: Final = "sandbox/entrypoint.js"
PROBLEM_PATH: Final = "sandbox.entrypoint"
MAX_SCRIPT: Final = 2_000_000
FETCH_SECONDS: Final = 10.0
JAVASCRIPT: Final = (
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "text/ecmascript",
    "application/ecmascript",
)
_LOCAL: Final = frozenset({"localhost", "127.0.0.1"})


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of text that is fetched: its noun for people, the media types it has, and the error when it is no such."""

    noun: str
    types: tuple[str, ...]
    error: type[ApiError]


SCRIPT: Final = Sort("script", JAVASCRIPT, InvalidScript)
STYLE: Final = Sort("style sheet", ("text/css",), InvalidStyle)


def script_of(version: PackageVersion) -> str | None:
    """The text of the version's script; None when it could not be had, or the version brings none."""
    file = version.files.select_related("blob").filter(path=SCRIPT_PATH).first()
    return read_blob(file.blob).decode("utf-8-sig") if file else None


def fetch_script(block: Mapping[str, Any], *, development: bool) -> bytes:
    """The script that a valid `sandbox` block names, checked. Blocks for at most ten seconds.

    Raises ApiError with the path `sandbox.entrypoint`: FETCH_FAILED (502), or as `check_script`.
    """
    url = str(block["entrypoint"])
    data = own_sample_script(url)
    if data is None:
        data = fetch_text(url, SCRIPT, PROBLEM_PATH, development=development)
    return check_script(block, data)


def check_script(block: Mapping[str, Any], data: bytes) -> bytes:
    """The bytes, if they are the block's script. Raises ApiError: INVALID_SCRIPT or INTEGRITY_MISMATCH (422)."""
    check_text(data, SCRIPT, PROBLEM_PATH, named="The script")
    wanted = block.get("integrity")
    if wanted is not None and (found := digest(data, wanted)) != wanted:
        message = f"The script has changed: the manifest's integrity is {wanted}, the script's is {found}."
        raise ApiError(message, code="INTEGRITY_MISMATCH", status=422, path=PROBLEM_PATH)
    return data


def fetch_text(url: str, sort: Sort, path: str, *, development: bool, seconds: float | None = None) -> bytes:
    """The script or style sheet at an address, checked. Blocks for at most FETCH_SECONDS, and no longer than `seconds`.

    Raises ApiError with the path: FETCH_FAILED (502), or as `check_text`.
    """
    if not transaction.get_connection().in_atomic_block:
        close_old_connections()  # a slow answer must not keep a connection of the pool
    try:
        # Plain http only by name: an https address that redirects to a plain one would give the script to anybody.
        allowed = (*settings.FETCH_ALLOW_HOSTS, *_local_server(url, development=development))
        data = fetch(
            url,
            max_bytes=MAX_SCRIPT,
            timeout=FETCH_SECONDS if seconds is None else min(seconds, FETCH_SECONDS),
            accept=sort.types,
            allow_http=False,
            allow_hosts=allowed,
        ).body
    except FetchError as error:
        message = f"The {sort.noun} {url[:200]} could not be fetched: {error.message}"
        raise ApiError(message, code=error.code, status=error.status, path=path) from None
    return check_text(data, sort, path, named=f"The {sort.noun} {url[:200]}")


def check_text(data: bytes, sort: Sort, path: str, *, named: str) -> bytes:
    """The bytes, if they are a text that a widget's document can hold. Raises the sort's error with the path."""
    if not data.strip():
        raise sort.error(f"{named} is empty.", path=path)
    if len(data) > MAX_SCRIPT:
        raise sort.error(f"{named} has {len(data):,} bytes; at most {MAX_SCRIPT:,} are allowed.", path=path)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{named} is not UTF-8: byte {error.start + 1} cannot be read."
        raise sort.error(message, path=path) from None
    return data


def digest(data: bytes, like: str = "sha256-") -> str:
    """The integrity of a script as browsers write it (Subresource Integrity), by the algorithm of `like`."""
    algorithm = like.partition("-")[0]
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def _local_server(url: str, *, development: bool) -> tuple[str, ...]:
    """Who develops a widget serves it from this machine: that very server is let through, in development only."""
    target = parse_target(url)
    return (f"{target.host}:{target.port}",) if development and target.host in _LOCAL else ()
