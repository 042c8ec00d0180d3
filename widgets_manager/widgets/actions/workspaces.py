"""Stage: actions. Workspaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet

from widgets_manager.core.access import not_found
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, InvalidInput
from widgets_manager.core.models import Membership, Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.events import recheck_access
from widgets_manager.widgets.access import get_instance, require_editor, require_manager, visible_workspaces
from widgets_manager.widgets.cache import invalidate_manifests
from widgets_manager.widgets.events import (
    InstancePut,
    WorkspacePut,
    WorkspaceRemoved,
    emit_about_workspace,
    emit_to_workspace,
    workspace_stream,
)
from widgets_manager.widgets.models import WidgetInstance, Workspace
from widgets_manager.widgets.serializers import show_instance, show_workspace

MAX_WORKSPACES: Final = 50
GRID_COLUMNS: Final = 12


def create_workspace(*, actor: Actor, name: str, visibility: str = Workspace.Visibility.PRIVATE) -> Workspace:
    """A new dashboard of the actor. Raises InvalidInput, or Conflict past fifty of one's own."""
    actor.require_role(Role.MEMBER, "making dashboards")
    if Workspace.objects.filter(owner=actor.user, tenant=actor.tenant).count() >= MAX_WORKSPACES:
        raise Conflict(f"You have {MAX_WORKSPACES} dashboards, which is the most one person can have.", code="LIMIT")
    with unit_of_work():
        workspace = Workspace(
            tenant=actor.tenant, owner=actor.user, name=_name(name), visibility=_visibility(visibility)
        )
        workspace.full_clean()
        workspace.save()
        record_audit(actor=actor, action="workspace.create", target=workspace, name=name, visibility=visibility)
        emit_about_workspace(workspace, WorkspacePut(workspace=show_workspace(workspace)))
    return workspace


def first_workspace(*, actor: Actor) -> Workspace | None:
    """The dashboard to open first: the oldest that the actor sees; a member who has none gets one."""
    workspace = visible_workspaces(actor).first()
    if workspace is not None or not actor.can_write:
        return workspace
    with unit_of_work():
        # Two tabs opened at once must not make two.
        Membership.objects.select_for_update(no_key=True).get(tenant=actor.tenant, user=actor.user)
        return visible_workspaces(actor).first() or create_workspace(actor=actor, name="My dashboard")


def update_workspace(
    *, actor: Actor, workspace: Workspace, name: str | None = None, visibility: str | None = None
) -> Workspace:
    """Rename or share a dashboard, or make it private again."""
    require_manager(actor, workspace)
    with unit_of_work():
        row = lock_workspace(workspace)
        before = row.visibility
        row.name = _name(name) if name is not None else row.name
        row.visibility = _visibility(visibility) if visibility is not None else row.visibility
        row.save(update_fields=["name", "visibility", "updated_at"])
        record_audit(actor=actor, action="workspace.update", target=row, name=row.name, visibility=row.visibility)
        if before != row.visibility:
            # Everybody's panels change; those who lose it must see it go.
            invalidate_manifests(tenant_id=row.tenant_id)
            workspace.visibility = before
            emit_about_workspace(workspace, WorkspaceRemoved(workspace_id=str(row.pk)))
            recheck_access(workspace_stream(row.pk), tenant_id=row.tenant_id)
        emit_about_workspace(row, WorkspacePut(workspace=show_workspace(row)))
        emit_to_workspace(row, WorkspacePut(workspace=show_workspace(row)))
    return row


def delete_workspace(*, actor: Actor, workspace: Workspace) -> None:
    """Delete a dashboard with its panels and their data; installed widgets stay installed."""
    require_manager(actor, workspace)
    with unit_of_work():
        row = lock_workspace(workspace, removing=True)
        lock_instances(row.instances.all())
        record_audit(actor=actor, action="workspace.delete", target=row, name=row.name)
        announce_panels_changed(row)
        event = WorkspaceRemoved(workspace_id=str(row.pk))
        emit_about_workspace(row, event)
        emit_to_workspace(row, event)
        row.delete()


def arrange_workspace(*, actor: Actor, workspace: Workspace, layouts: Mapping[str, Any]) -> None:
    """Move and resize several panels at once: instance id → {x, y, w, h} in grid cells."""
    require_editor(actor, workspace)
    checked = {key: check_layout(value, f"layouts.{key}") for key, value in layouts.items()}
    with unit_of_work():
        lock_workspace(workspace)
        named = {get_instance(actor, key).pk: key for key in checked}
        for instance in lock_instances(WidgetInstance.objects.filter(pk__in=named)):
            key = named[instance.pk]
            if instance.workspace_id != workspace.pk:
                raise InvalidInput("This panel stands on another dashboard.", path=f"layouts.{key}")
            instance.layout = checked[key]
            instance.save(update_fields=["layout", "updated_at"])
            emit_to_workspace(workspace, InstancePut(instance=show_instance(instance)))
        record_audit(actor=actor, action="workspace.arrange", target=workspace, layouts=checked)


def lock_workspace(workspace: Workspace, *, removing: bool = False) -> Workspace:
    """The row as it is now, held until the transaction ends; it is locked before what stands on it. Raises NotFound."""
    row = Workspace.objects.select_for_update(no_key=not removing).filter(pk=workspace.pk).first()
    if row is None:
        raise not_found("workspace")
    return row


def lock_instances(rows: QuerySet[WidgetInstance]) -> list[WidgetInstance]:
    """The instances, widget and workspace loaded, held in the order of their ids, as everybody holds several."""
    loaded = rows.select_related("widget", "workspace").order_by("pk")
    return list(loaded.select_for_update(of=("self",)))


def announce_panels_changed(workspace: Workspace) -> None:
    """Invalidate the manifests of everybody who sees the workspace."""
    shared = workspace.visibility == Workspace.Visibility.TENANT
    invalidate_manifests(tenant_id=workspace.tenant_id, user_id=None if shared else workspace.owner_id)


def check_layout(value: Any, path: str) -> dict[str, int]:
    """A grid cell. Raises InvalidInput that names the side and its bounds."""
    bounds = {"x": (0, GRID_COLUMNS - 1), "y": (0, 10_000), "w": (1, GRID_COLUMNS), "h": (1, 100)}
    if not isinstance(value, dict) or set(value) - set(bounds):
        raise InvalidInput(f"{path}: must be an object with x, y, w and h", path=path)
    for side, (low, high) in bounds.items():
        size = value.get(side)
        if not isinstance(size, int) or isinstance(size, bool) or not low <= size <= high:
            raise InvalidInput(f"{path}.{side}: must be a whole number from {low} to {high}", path=f"{path}.{side}")
    if value["x"] + value["w"] > GRID_COLUMNS:
        room = GRID_COLUMNS - value["x"]
        raise InvalidInput(f"{path}.w: at column {value['x']} there is room for {room}", path=f"{path}.w")
    return dict(value)


def _name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 100:
        raise InvalidInput("name: must have 1 to 100 characters", path="name")
    return cleaned


def _visibility(value: str) -> str:
    if value not in Workspace.Visibility.values:
        raise InvalidInput(f"visibility: '{value}' is not one of 'private', 'tenant'", path="visibility")
    return Workspace.Visibility(value).value
