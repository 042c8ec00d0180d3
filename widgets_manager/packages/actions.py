"""Stage: actions. The one write of this room."""

from __future__ import annotations

from widgets_manager.core.actor import Actor
from widgets_manager.core.models import Role
from widgets_manager.packages.models import PackageVersion
from widgets_manager.packages.parsers import Package


def store_package_version(*, actor: Actor, package: Package) -> PackageVersion:
    """The stored version with this content, new or not; two at once get the same one.

    Nobody sees a version by itself, so nothing is announced: the install that points to it is audited and announced.
    Raises PermissionDenied for a viewer.
    """
    actor.require_role(Role.MEMBER, "storing a package")
    version, _ = PackageVersion.objects.get_or_create(
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
    return version
