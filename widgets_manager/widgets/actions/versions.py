"""Stage: actions. A widget moves to another version of its package; its places and what they keep stay."""

from __future__ import annotations

from collections.abc import Iterable

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, Conflict, Problem
from widgets_manager.core.unit_of_work import commit_mark, unit_of_work
from widgets_manager.files.actions import read_blob
from widgets_manager.packages.actions import store_package_version
from widgets_manager.packages.blocks import package_blocks
from widgets_manager.packages.models import PackageVersion
from widgets_manager.packages.parsers import Package
from widgets_manager.widgets.access import require_widget_manager
from widgets_manager.widgets.actions.installs import (
    Source,
    announce_changed,
    collect_files,
    failure_noted,
    lock_widget,
    read_source,
)
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.scripted import is_framed


def replace_version(
    *,
    actor: Actor,
    widget: InstalledWidget,
    package: Package,
    problems: Iterable[Problem] = (),
    source: tuple[str, str] | None = None,
) -> InstalledWidget:
    """The widget, moved to this package, which is complete but for what `problems` name.

    `source` is where it comes from, type and reference, when that is no longer what the widget was installed from. A
    name that somebody gave it stays. Configurations are not touched: one that no longer fits is refused when it is next
    changed. The same package again changes nothing. Raises Conflict SLUG_CHANGED, PermissionDenied, and what blocks
    raise.
    """
    require_widget_manager(actor, widget)
    told = [problem.as_dict() for problem in problems]
    with unit_of_work():
        row = lock_widget(widget)
        if package.slug != row.slug:
            message = f"The package is '{package.slug}' now; '{row.slug}' can only be replaced by another '{row.slug}'."
            raise Conflict(message, code="SLUG_CHANGED", path="panelId")
        before, version = row.package_version, store_package_version(actor=actor, package=package)
        origin = source or (row.source_type, row.source_ref)
        if (before, row.problems, row.source_type, row.source_ref) == (version, told, *origin):
            return row
        _move(row, before, version)
        row.source_type, row.source_ref = origin
        row.problems = told
        row.save()
        record_audit(actor=actor, action="widget.update", target=row, slug=row.slug, hash=version.content_hash)
        package_blocks.migrate(actor=actor, install=row, before=before.blocks, after=version.blocks)
        announce_changed(row)
    return row


def update_widget(
    *, actor: Actor, widget: InstalledWidget, source: Source, content_hash: str | None = None
) -> tuple[InstalledWidget, tuple[Problem, ...]]:
    """The widget, moved to what `source` has, and warnings about that. Raises as `install_widget`, and SLUG_CHANGED."""
    require_widget_manager(actor, widget)
    with failure_noted(source):
        package, problems, warnings = read_source(actor=actor, source=source, content_hash=content_hash)
        moved = replace_version(
            actor=actor, widget=widget, package=package, problems=problems, source=(source.type, source.ref)
        )
    return moved, (*problems, *warnings)


def go_to_version(*, actor: Actor, widget: InstalledWidget, version: PackageVersion) -> InstalledWidget:
    """The widget, moved to one of the versions that it has been (`versions_of`)."""
    return replace_version(actor=actor, widget=widget, package=_package_of(version))


def collect_again(*, actor: Actor, widget: InstalledWidget) -> InstalledWidget:
    """Fetch again what the widget needs from other servers, and move it to the version that has it.

    Raises ApiError: NO_SANDBOX (400) for a widget that is shown in no frame; FETCH_FAILED (502), INVALID_SCRIPT,
    INVALID_STYLE or INTEGRITY_MISMATCH (422) when it still cannot be had. Then a widget without it keeps the reason as
    its problem, and one that has it stays as it is.
    """
    require_widget_manager(actor, widget)
    if not is_framed(widget.manifest):
        raise ApiError(f"'{widget.name}' brings no script and no page of its own.", code="NO_SANDBOX")
    package = _package_of(widget.package_version)
    collected = collect_files(package.blocks, package.manifest)
    if collected.failures:
        _keep_reason(actor, widget, collected.problems)
        raise collected.failures[0]
    with unit_of_work():
        record_audit(actor=actor, action="widget.fetch", target=widget, slug=widget.slug)
        return replace_version(actor=actor, widget=widget, package=package.with_files(collected.files))


def _move(row: InstalledWidget, before: PackageVersion, version: PackageVersion) -> None:
    if row.name == before.name:
        row.name = version.name
    row.version = version.version
    row.manifest = version.manifest
    row.package_version = version


def _package_of(version: PackageVersion) -> Package:
    """The package that was stored. One stored before its blocks were known to anybody gets them now."""
    return Package(
        form=version.form,
        slug=version.slug,
        name=version.name,
        version=version.version,
        manifest=version.manifest,
        blocks={**package_blocks.kept(version.manifest), **version.blocks},
        files={file.path: read_blob(file.blob) for file in version.files.select_related("blob")},
    )


def _keep_reason(actor: Actor, widget: InstalledWidget, problems: Iterable[Problem]) -> None:
    # The refused request may be sent again with its Idempotency-Key: this note is not what it asked for.
    token = commit_mark.set(None)
    try:
        with unit_of_work():
            row = lock_widget(widget)
            reasons = [problem.as_dict() for problem in problems]
            record_audit(actor=actor, action="widget.fetch", target=row, slug=row.slug, problems=reasons)
            if row.problems and row.problems != reasons:
                row.problems = reasons
                row.save(update_fields=["problems", "updated_at"])
                announce_changed(row)
    finally:
        commit_mark.reset(token)
