"""Stage: access. The sample manifests and apps that come with the application."""

from __future__ import annotations

import functools
import io
import zipfile
from pathlib import Path
from typing import Final

from django.conf import settings

FIRST: Final = "task-board"


@functools.cache
def _samples() -> dict[str, str]:
    folder = settings.BASE_DIR / "samples" / "manifests"
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.json"))}


@functools.cache
def _apps() -> dict[str, bytes]:
    folder = settings.BASE_DIR / "samples" / "apps"
    found = sorted(path.parent for path in folder.glob("*/app.yaml"))
    return {app.name: _archive(app) for app in found}


def _archive(folder: Path) -> bytes:
    """The folder as a zip archive; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.writestr(zipfile.ZipInfo(file.relative_to(folder).as_posix()), file.read_bytes())
    return packed.getvalue()


def sample_app_names() -> list[str]:
    """The names of the sample apps."""
    return list(_apps())


def sample_app(name: str) -> bytes | None:
    """The zip archive of one, or None."""
    return _apps().get(name)


def sample_names() -> list[str]:
    """Their names, the Task Board first."""
    return sorted(_samples(), key=lambda name: (name != FIRST, name))


def sample_manifest(name: str) -> str | None:
    """The JSON text of one, or None."""
    return _samples().get(name)
