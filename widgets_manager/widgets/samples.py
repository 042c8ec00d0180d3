"""Stage: access. The sample manifests that come with the application."""

from __future__ import annotations

import functools
from typing import Final

from django.conf import settings

FIRST: Final = "task-board"


@functools.cache
def _samples() -> dict[str, str]:
    folder = settings.BASE_DIR / "samples" / "manifests"
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.json"))}


def sample_names() -> list[str]:
    """Their names, the Task Board first."""
    return sorted(_samples(), key=lambda name: (name != FIRST, name))


def sample_manifest(name: str) -> str | None:
    """The JSON text of one, or None."""
    return _samples().get(name)
