"""Stage: access. Who sees and edits workspaces, widgets and instances; a stranger always gets NotFound."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.core.models import AuditEntry, Role
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

# What the audit trail calls coming to a version.
_MOVES: Final = ("widget.install", "widget.update")


def visible_workspaces(actor: Actor) -> QuerySet[Workspace]:
    """The actor's own workspaces and the tenant-wide ones."""
    shared = Q(visibility=Workspace.Visibility.TENANT)
    return Workspace.objects.filter(shared | Q(owner=actor.user), tenant=actor.tenant)


def get_workspace(actor: Actor, workspace_id: object) -> Workspace:
    """A workspace that the actor can open. Raises NotFound."""
    return get_or_404(visible_workspaces(actor), "workspace", pk=parse_id(workspace_id, "workspace"))


def require_editor(actor: Actor, workspace: Workspace) -> None:
    """Raise PermissionDenied unless the actor may change what stands on the workspace: members and above."""
    actor.require_role(Role.MEMBER, f"changing the dashboard '{workspace.name}'")


def require_manager(actor: Actor, workspace: Workspace) -> None:
    """Raise PermissionDenied unless the actor may rename, share or delete the workspace: its owner, or an admin."""
    require_editor(actor, workspace)
    if workspace.owner_id != actor.user_id and not actor.is_admin:
        raise PermissionDenied(f"Only {workspace.owner.display_name} or an admin can change the dashboard itself.")


def own_widgets(actor: Actor) -> QuerySet[InstalledWidget]:
    """What the actor installed and what is installed for the whole tenant."""
    return InstalledWidget.objects.filter(Q(user=actor.user) | Q(user=None), tenant=actor.tenant)


def visible_widgets(actor: Actor) -> QuerySet[InstalledWidget]:
    """`own_widgets`, and teammates' widgets that stand on a workspace the actor can open."""
    placed = WidgetInstance.objects.filter(widget=OuterRef("pk"), workspace__in=visible_workspaces(actor))
    rows = InstalledWidget.objects.select_related("package_version", "installed_by")
    return rows.filter(Q(user=actor.user) | Q(user=None) | Exists(placed), tenant=actor.tenant)


def get_widget(actor: Actor, widget_id: object) -> InstalledWidget:
    """A widget that the actor sees. Raises NotFound."""
    return get_or_404(visible_widgets(actor), "widget", pk=parse_id(widget_id, "widget"))


def versions_of(widget: InstalledWidget) -> QuerySet[PackageVersion]:
    """The versions that a widget is and has been, by its audit trail, newest first."""
    entries = AuditEntry.objects.filter(tenant=widget.tenant_id, target_id=str(widget.pk), action__in=_MOVES)
    hashes = [entry["hash"] for entry in entries.values_list("data", flat=True) if "hash" in entry]
    return PackageVersion.objects.filter(
        Q(content_hash__in=hashes) | Q(pk=widget.package_version_id), tenant=widget.tenant_id
    )


def get_version(widget: InstalledWidget, version_id: object) -> PackageVersion:
    """One of `versions_of`. Raises NotFound."""
    return get_or_404(versions_of(widget), "version of this widget", pk=parse_id(version_id, "version"))


def can_manage(actor: Actor, widget: InstalledWidget) -> bool:
    """Whether the actor may enable, rename or uninstall: the installer for themself, an admin always."""
    if actor.is_admin:
        return True
    return actor.can_write and widget.user_id == actor.user_id


def require_widget_manager(actor: Actor, widget: InstalledWidget) -> None:
    """Raise PermissionDenied unless `can_manage`."""
    if not can_manage(actor, widget):
        raise PermissionDenied(f"Only its installer or an admin can change '{widget.name}'.")


def visible_instances(actor: Actor) -> QuerySet[WidgetInstance]:
    """Instances on workspaces that the actor can open, widget and workspace loaded."""
    rows = WidgetInstance.objects.filter(tenant=actor.tenant, workspace__in=visible_workspaces(actor))
    return rows.select_related("widget", "workspace")


def get_instance(actor: Actor, instance_id: object) -> WidgetInstance:
    """An instance that the actor sees. Raises NotFound."""
    return get_or_404(visible_instances(actor), "panel", pk=parse_id(instance_id, "panel"))
