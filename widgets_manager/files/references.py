"""Stage: access. The registry of references: a blob that no room's query names may be deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

References = Callable[[], QuerySet[Any, Any]]

_registered: dict[str, References] = {}


def register_blob_references(name: str, references: References) -> None:
    """Keep the blobs whose ids `references()` selects, e.g. `lambda: PackageFile.objects.values("blob_id")`.

    Called in `AppConfig.ready()` by every room that stores blob ids. Raises ValueError for a name that is taken.
    """
    if name in _registered:
        raise ValueError(f"the blob references '{name}' are already registered")
    _registered[name] = references


def unregister_blob_references(name: str) -> None:
    """Forget them (for tests)."""
    _registered.pop(name, None)


def all_references() -> list[QuerySet[Any, Any]]:
    """A query of blob ids for each registered room."""
    return [references() for references in _registered.values()]
