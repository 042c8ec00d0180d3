"""Stage: actions. The one write of this room."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from widgets_manager.core.actor import Actor
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.files.actions import store_blob
from widgets_manager.packages.models import PackageFile, PackageVersion
from widgets_manager.packages.parsers import Package

# Known here, so that they are the same on every machine.
_MEDIA_TYPES: Final = {
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".json": "application/json",
    ".toml": "application/toml",
    ".md": "text/markdown",
    ".txt": "text/plain",
}


def store_package_version(*, actor: Actor, package: Package) -> PackageVersion:
    """The stored version with this content, new or not; two at once get the same one.

    Nobody sees a version by itself, so nothing is announced: the install that points to it is audited and announced.
    Raises PermissionDenied for a viewer.
    """
    actor.require_role(Role.MEMBER, "storing a package")
    with unit_of_work():
        version, made = _row(actor, package)
        if made and package.files:
            PackageFile.objects.bulk_create(_files(actor, version, package.files))
    return version


def _row(actor: Actor, package: Package) -> tuple[PackageVersion, bool]:
    return PackageVersion.objects.get_or_create(
        tenant=actor.tenant,
        content_hash=package.content_hash,
        defaults={
            "form": package.form,
            "slug": package.slug,
            "name": package.name,
            "version": package.version,
            "manifest": package.manifest,
            "blocks": package.blocks,
            "size": package.size,
        },
    )


def _files(actor: Actor, version: PackageVersion, files: Mapping[str, bytes]) -> list[PackageFile]:
    # Storing locks the rows of what is stored until the commit: two packages take them in one order.
    by_content = sorted(files.items(), key=lambda file: hashlib.sha256(file[1]).digest())
    return [
        PackageFile(
            tenant=actor.tenant,
            version=version,
            path=path,
            blob=store_blob(actor=actor, media_type=media_type_of(path), data=data),
        )
        for path, data in by_content
    ]


def media_type_of(path: str) -> str:
    """What the file most probably is, by its name."""
    suffix = PurePosixPath(path).suffix.lower()
    return _MEDIA_TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
