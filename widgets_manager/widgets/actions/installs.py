"""Stage: actions. The install pipeline: source → parse → validate → warnings → one transaction → audit and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import IntegrityError, close_old_connections, transaction

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, Conflict, InvalidInput, NotFound, Problem
from widgets_manager.core.logs import debug_event
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.egress.bodies import too_large
from widgets_manager.egress.client import JSON_OR_TEXT, fetch
from widgets_manager.egress.exceptions import FetchError, Reason
from widgets_manager.packages.actions import store_package_version
from widgets_manager.packages.archives import is_archive
from widgets_manager.packages.blocks import Collected, package_blocks
from widgets_manager.packages.parsers import Package, package_forms, parse_package
from widgets_manager.packages.parsers import Source as PackageSource
from widgets_manager.widgets.access import require_widget_manager
from widgets_manager.widgets.actions.workspaces import announce_panels_changed, lock_instances
from widgets_manager.widgets.cache import invalidate_manifests
from widgets_manager.widgets.claims import claimed_examples, unserved_handlers
from widgets_manager.widgets.events import (
    InstancePut,
    InstanceRemoved,
    WidgetPut,
    WidgetRemoved,
    emit_about_widget,
    emit_to_workspace,
)
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.registry import builtins
from widgets_manager.widgets.samples import all_sample_names, own_address, sample_names, sample_package
from widgets_manager.widgets.serializers import show_instance, show_widget

MAX_FILE: Final = 10_000_000
MAX_TEXT: Final = 1_000_000
FETCH_SECONDS: Final = 10.0
PASTED: Final = "pasted text"
SAMPLE_PATH: Final = "/api/widgets/sample-manifest"
# Texts, and archives as servers name them; what is no package is told so when it is read.
FETCHED: Final = (*JSON_OR_TEXT, *(f"application/{name}" for name in ("yaml", "x-yaml", "zip", "octet-stream")))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a package comes from: its bytes are read before any transaction begins.

    `upload` says that somebody gave the bytes, of which there may be as many as their form allows.
    """

    type: str
    ref: str
    read: Callable[[], bytes]
    upload: bool = True


def from_url(url: str) -> Source:
    """A package at an http(s) address; the server's own samples are answered without a request."""
    return Source("url", url, lambda: _own_sample(url) or _fetched(url), upload=False)


def from_text(text: str) -> Source:
    """A package pasted as text."""
    return Source("file", PASTED, lambda: text.encode("utf-8", "surrogatepass"))


def from_upload(name: str, size: int, read: Callable[[], bytes]) -> Source:
    """An uploaded file. Raises TOO_LARGE (413) before it is read."""
    if size > MAX_FILE:
        raise _too_large(MAX_FILE)
    return Source("file", name[:200], read)


def read_package(*, actor: Actor, source: Source) -> tuple[Package, tuple[Problem, ...]]:
    """The package that would be installed, and warnings about it; nothing is written.

    Raises as `install_widget`.
    """
    actor.require_role(Role.MEMBER, "installing widgets")
    with failure_noted(source):
        package, problems, warnings = read_source(actor=actor, source=source)
        return package, (*problems, *warnings)


def install_widget(
    *,
    actor: Actor,
    source: Source,
    tenant_wide: bool = False,
    content_hash: str | None = None,
    choices: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[InstalledWidget, tuple[Problem, ...]]:
    """Install for the actor, or for the whole tenant (admins); returns the widget and warnings about its package.

    What the package needs from elsewhere is fetched first; what could not be had is a warning, and one of the widget's
    `problems`. With the `content_hash` of a preview, nothing else is installed than what was previewed. `choices` is
    what the person decided about the package's blocks, by their names. Raises FETCH_FAILED 502, INVALID_JSON,
    INVALID_MANIFEST, INVALID_APP or INVALID_ARCHIVE 422, TOO_LARGE 413, DUPLICATE_SLUG and CONTENT_CHANGED 409,
    InvalidInput for choices, PermissionDenied, and what the blocks raise. Nothing is written when it raises.
    """
    actor.require_role(
        Role.ADMIN if tenant_wide else Role.MEMBER,
        "installing for the whole organisation" if tenant_wide else "installing widgets",
    )
    with failure_noted(source):
        package, problems, warnings = read_source(actor=actor, source=source, content_hash=content_hash)
        widget = install_package(
            actor=actor,
            package=package,
            source_type=source.type,
            source_ref=source.ref,
            tenant_wide=tenant_wide,
            problems=problems,
            choices=choices,
        )
    debug_event("widget_install_success", source=source.type, ref=source.ref, slug=widget.slug, widget=str(widget.pk))
    return widget, (*problems, *warnings)


@contextmanager
def failure_noted(source: Source) -> Iterator[None]:
    """Note for developers why an install came to nothing."""
    try:
        yield
    except ApiError as error:
        debug_event("widget_install_fail", source=source.type, ref=source.ref, code=error.code, reason=error.message)
        raise


def read_source(
    *, actor: Actor, source: Source, content_hash: str | None = None
) -> tuple[Package, tuple[Problem, ...], tuple[Problem, ...]]:
    """The package with what it needs from elsewhere, what of that could not be had, and warnings.

    Raises as `install_widget`, CONTENT_CHANGED when it is not the one with that hash.
    """
    raw = PackageSource(source.read(), filename=_filename(source))
    if source.upload:
        limit = package_forms.form_of(raw).max_bytes
        if len(raw.data) > limit:
            raise _too_large(limit)
    package = parse_package(raw, development=settings.ENVIRONMENT != "production")
    collected = collect_files(package.blocks, package.manifest)
    warnings = (*package.warnings, *collected.warnings, *unserved_handlers(package), *claimed_examples(actor, package))
    complete = package.with_files(collected.files)
    if content_hash is not None and content_hash != complete.content_hash:
        raise Conflict(
            "The package is no longer what was previewed; look at it again.", code="CONTENT_CHANGED", path="contentHash"
        )
    return complete, collected.problems, warnings


def collect_files(blocks: Mapping[str, Any], manifest: Mapping[str, Any]) -> Collected:
    """What the blocks of a package need from other servers. Call it outside any transaction: servers may be slow."""
    return package_blocks.collected(blocks, manifest, development=settings.ENVIRONMENT != "production")


def install_package(
    *,
    actor: Actor,
    package: Package,
    source_type: str,
    source_ref: str,
    tenant_wide: bool = False,
    problems: Iterable[Problem] = (),
    choices: Mapping[str, Mapping[str, Any]] | None = None,
) -> InstalledWidget:
    """Install a package that is complete but for what `problems` name. Raises Conflict DUPLICATE_SLUG."""
    if package.slug in builtins:
        raise Conflict(
            f"'{package.slug}' is a built-in panel and cannot be replaced.", code="DUPLICATE_SLUG", path="panelId"
        )
    with unit_of_work():
        version = store_package_version(actor=actor, package=package)
        widget = InstalledWidget(
            tenant=actor.tenant,
            user=None if tenant_wide else actor.user,
            installed_by=actor.user,
            name=package.name,
            slug=package.slug,
            source_type=source_type,
            source_ref=source_ref,
            version=package.version,
            manifest=package.manifest,
            package_version=version,
            problems=[problem.as_dict() for problem in problems],
        )
        widget.full_clean(exclude=["manifest"], validate_unique=False, validate_constraints=False)
        try:
            with transaction.atomic():
                widget.save(force_insert=True)
        except IntegrityError:
            raise _taken(package, tenant_wide) from None
        record_audit(
            actor=actor,
            action="widget.install",
            target=widget,
            slug=widget.slug,
            source=source_ref,
            hash=version.content_hash,
        )
        package_blocks.install(actor=actor, install=widget, blocks=version.blocks, choices=choices or {})
        package_blocks.activate(actor=actor, install=widget, blocks=version.blocks)
        _invalidate(widget)
        emit_about_widget(widget, WidgetPut(widget=show_widget(widget)))
    return widget


_REMEDIES: Final = {
    "json": "change its panelId",
    "app": "name it otherwise: in package.toml, or by the name of its file",
    "plugin": "change its name",
}


def _taken(package: Package, tenant_wide: bool) -> Conflict:
    whom = "for your organisation" if tenant_wide else "by you"
    remedy = _REMEDIES.get(package.form, _REMEDIES["json"])
    return Conflict(
        f"A widget '{package.slug}' is already installed {whom}; uninstall it first, or {remedy}.",
        code="DUPLICATE_SLUG",
        path="panelId",
    )


def set_enabled(*, actor: Actor, widget: InstalledWidget, enabled: bool) -> InstalledWidget:
    """Switch a widget on or off; the very next chat request knows. Setting what is set already is no error."""
    require_widget_manager(actor, widget)
    with unit_of_work():
        row = lock_widget(widget)
        if row.enabled == enabled:
            return row
        row.enabled = enabled
        row.save(update_fields=["enabled", "updated_at"])
        switch = package_blocks.activate if enabled else package_blocks.deactivate
        switch(actor=actor, install=row, blocks=row.package_version.blocks)
        record_audit(actor=actor, action="widget.enable" if enabled else "widget.disable", target=row, slug=row.slug)
        announce_changed(row)
    return row


def rename_widget(*, actor: Actor, widget: InstalledWidget, name: str) -> InstalledWidget:
    """Give a widget another name; people and the chat use it."""
    require_widget_manager(actor, widget)
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 200:
        raise InvalidInput("name: must have 1 to 200 characters", path="name")
    with unit_of_work():
        row = lock_widget(widget)
        row.name = cleaned
        row.save(update_fields=["name", "updated_at"])
        record_audit(actor=actor, action="widget.rename", target=row, name=cleaned)
        announce_changed(row)
    return row


def uninstall_widget(*, actor: Actor, widget: InstalledWidget, keep_data: bool = True) -> None:
    """Remove a widget with its places and their data. What a plugin has in tables is kept for a while, or goes now."""
    require_widget_manager(actor, widget)
    if not transaction.get_connection().in_atomic_block:
        package_blocks.before_uninstall(actor=actor, install=widget, blocks=widget.package_version.blocks)
    with unit_of_work():
        # Nobody places it between here and the commit.
        row = lock_widget(widget, removing=True)
        if row.enabled:
            package_blocks.deactivate(actor=actor, install=row, blocks=row.package_version.blocks)
        package_blocks.uninstall(actor=actor, install=row, blocks=row.package_version.blocks, keep_data=keep_data)
        record_audit(actor=actor, action="widget.uninstall", target=row, slug=row.slug)
        for instance in lock_instances(row.instances.all()):
            announce_panels_changed(instance.workspace)
            emit_to_workspace(instance.workspace, InstanceRemoved(instance_id=str(instance.pk)))
        _invalidate(row)
        emit_about_widget(row, WidgetRemoved(widget_id=str(row.pk)))
        row.delete()


def announce_changed(widget: InstalledWidget) -> None:
    """Tell pages and caches, within the transaction that changes it, what the widget is now."""
    _invalidate(widget)
    for instance in widget.instances.select_related("workspace", "widget"):
        announce_panels_changed(instance.workspace)
        emit_to_workspace(instance.workspace, InstancePut(instance=show_instance(instance)))
    emit_about_widget(widget, WidgetPut(widget=show_widget(widget)))


def _invalidate(widget: InstalledWidget) -> None:
    invalidate_manifests(tenant_id=widget.tenant_id, user_id=widget.user_id)


def lock_widget(widget: InstalledWidget, *, removing: bool = False) -> InstalledWidget:
    """The row as it is now, held until the transaction ends; it is locked before its places. Raises NotFound."""
    row = InstalledWidget.objects.select_for_update(no_key=not removing).filter(pk=widget.pk).first()
    if row is None:
        raise NotFound("There is no such widget.")
    return row


def _filename(source: Source) -> str:
    """The name that the package goes by: of an address its last two parts, of pasted text none."""
    if source.ref == PASTED:
        return ""
    path = urlsplit(source.ref).path if source.type == "url" else source.ref
    query = parse_qs(urlsplit(source.ref).query) if source.type == "url" and path == SAMPLE_PATH else {}
    return query.get("name", ["/".join(path.split("/")[-2:])])[0]


def _own_sample(url: str) -> bytes | None:
    """The sample that a URL under PUBLIC_ORIGIN names; None for any other address."""
    path, query = own_address(url) or ("", "")
    if path != SAMPLE_PATH:
        return None
    name = parse_qs(query).get("name", [sample_names()[0]])[0]
    if (found := sample_package(name)) is None:
        raise NotFound(f"There is no sample '{name}' (there are: {', '.join(all_sample_names())}).", path="url")
    return found[0]


def _fetched(url: str) -> bytes:
    if not transaction.get_connection().in_atomic_block:
        close_old_connections()  # a slow answer must not keep a connection of the pool
    try:
        data = fetch(url, max_bytes=MAX_FILE, timeout=FETCH_SECONDS, accept=FETCHED).body
    except FetchError as error:
        if error.reason is Reason.BLOCKED and settings.ENVIRONMENT == "development":
            error.message += " Give it as a file or as text instead, or name the host in FETCH_ALLOW_HOSTS."
        raise
    if is_archive(data):
        return data
    # A text of a form that has a size of its own may have that; it is told by how it is called or begins.
    form = package_forms.form_of(PackageSource(data, urlsplit(url).path))
    limit = MAX_TEXT if form.max_bytes >= MAX_FILE else max(MAX_TEXT, form.max_bytes)
    if len(data) > limit:
        raise too_large(limit)
    return data


def _too_large(limit: int) -> ApiError:
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1000} KB"
    return ApiError(f"The file is larger than {size}.", code="TOO_LARGE", status=413, path="file")
