"""Stage: events. What pages learn about widgets, workspaces and places."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from widgets_manager.live.events import Event, emit
from widgets_manager.live.streams import StreamName
from widgets_manager.widgets.models import InstalledWidget, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetPut(Event):
    """A widget was installed or changed."""

    type: ClassVar[str] = "widget.put"
    widget: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetRemoved(Event):
    """A widget was uninstalled."""

    type: ClassVar[str] = "widget.removed"
    widget_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspacePut(Event):
    """A workspace was made, renamed or shared."""

    type: ClassVar[str] = "workspace.put"
    workspace: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceRemoved(Event):
    """A workspace was deleted, or is no longer open to the receiver."""

    type: ClassVar[str] = "workspace.removed"
    workspace_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancePut(Event):
    """A panel was placed, moved, configured, or its widget switched on or off."""

    type: ClassVar[str] = "instance.put"
    instance: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRemoved(Event):
    """A panel was taken off the workspace."""

    type: ClassVar[str] = "instance.removed"
    instance_id: str


def user_stream(user_id: uuid.UUID) -> StreamName:
    """What concerns one person."""
    return StreamName("user", user_id)


def tenant_stream(tenant_id: uuid.UUID) -> StreamName:
    """What concerns every member."""
    return StreamName("tenant", tenant_id)


def workspace_stream(workspace_id: uuid.UUID) -> StreamName:
    """What everybody who opens the workspace sees."""
    return StreamName("workspace", workspace_id)


def emit_about_widget(widget: InstalledWidget, event: Event) -> None:
    """To the one who installed it, or to the whole tenant."""
    stream = user_stream(widget.user_id) if widget.user_id else tenant_stream(widget.tenant_id)
    emit(stream, event, tenant_id=widget.tenant_id)


def emit_to_workspace(workspace: Workspace, event: Event) -> None:
    """To everybody who has the workspace open."""
    emit(workspace_stream(workspace.pk), event, tenant_id=workspace.tenant_id)


def emit_about_workspace(workspace: Workspace, event: Event) -> None:
    """To everybody whose list of workspaces shows it."""
    shared = workspace.visibility == Workspace.Visibility.TENANT
    emit(
        tenant_stream(workspace.tenant_id) if shared else user_stream(workspace.owner_id),
        event,
        tenant_id=workspace.tenant_id,
    )
