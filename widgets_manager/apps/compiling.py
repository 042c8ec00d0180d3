"""Stage: validation. The compiled form of a stored package: as an earlier compiler left it, it is made anew when read.

A version is known by its content and never changes; what a compiler makes of it may. Nothing is written: a process
compiles what it reads once.
"""

from __future__ import annotations

import logging
import uuid
from functools import lru_cache
from typing import Any, Final

from widgets_manager.declarative import compiler
from widgets_manager.declarative.documents import Checked, Document, check, check_texts
from widgets_manager.declarative.folders import is_widget
from widgets_manager.files.actions import read_blob
from widgets_manager.packages.models import PackageFile, PackageVersion

logger = logging.getLogger(__name__)
MANIFESTS: Final = ("app.yaml", "app.yml", "app.json")
_KEPT: Final = 64  # compiled packages that a process remembers


def compiled_blocks(version: PackageVersion) -> dict[str, Any]:
    """The version's blocks as today's compiler makes them; as they are stored where it refuses what came."""
    kept: dict[str, Any] = version.blocks
    config = kept.get("widgets")
    if not config or config.get("compiler") == compiler.COMPILER:
        return kept
    return {**kept, **_recompiled(version.pk, compiler.COMPILER)}


@lru_cache(maxsize=_KEPT)
def _recompiled(version_id: uuid.UUID, _number: int) -> dict[str, Any]:
    version = PackageVersion.objects.get(pk=version_id)
    checked = check_stored(version)
    if checked.config is None:
        logger.warning("an installed app is shown as it was compiled once", extra={"package": str(version_id)})
        return {}
    return {"widgets": checked.config, **checked.app}


def check_stored(version: PackageVersion) -> Checked:
    """The package checked as it came: its files, or its manifest where that is all there is."""
    rows = {row.path: row for row in version.files.select_related("blob")}
    document = next((path for path in MANIFESTS if path in rows), None)
    if document is None:
        return check(Document(version.manifest))
    files = {path: _text(row) for path, row in rows.items() if is_widget(path)}
    return check_texts(_text(rows[document]), document, files=files)


def _text(row: PackageFile) -> str:
    return read_blob(row.blob).decode("utf-8")
