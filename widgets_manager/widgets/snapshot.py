"""Stage: views. What live streams show of widgets and workspaces at first."""

from __future__ import annotations

import uuid
from typing import Any

from widgets_manager.core.actor import Actor
from widgets_manager.widgets.access import get_workspace, visible_instances, visible_workspaces
from widgets_manager.widgets.models import InstalledWidget, Workspace
from widgets_manager.widgets.serializers import show_instance, show_widget, show_workspace


def authorize_workspace(actor: Actor, key: uuid.UUID) -> uuid.UUID:
    """The tenant of a workspace that the actor can open. Raises NotFound."""
    return get_workspace(actor, key).tenant_id


def workspace_snapshot(actor: Actor, key: uuid.UUID) -> dict[str, Any]:
    """The workspace and what stands on it."""
    workspace = get_workspace(actor, key)
    rows = visible_instances(actor).filter(workspace=workspace)
    return {"workspace": show_workspace(workspace), "instances": [show_instance(row) for row in rows]}


def own_widgets(actor: Actor) -> list[dict[str, Any]]:
    """For the user's own stream: what they installed for themself."""
    rows = InstalledWidget.objects.select_related("package_version", "installed_by")
    return [show_widget(row) for row in rows.filter(tenant=actor.tenant, user=actor.user)]


def tenant_widgets(actor: Actor) -> list[dict[str, Any]]:
    """For the tenant's stream: what is installed for everybody."""
    rows = InstalledWidget.objects.select_related("package_version", "installed_by")
    return [show_widget(row) for row in rows.filter(tenant=actor.tenant, user=None)]


def own_workspaces(actor: Actor) -> list[dict[str, Any]]:
    """For the user's own stream: their private workspaces."""
    rows = Workspace.objects.filter(tenant=actor.tenant, owner=actor.user, visibility=Workspace.Visibility.PRIVATE)
    return [show_workspace(row) for row in rows]


def tenant_workspaces(actor: Actor) -> list[dict[str, Any]]:
    """For the tenant's stream: the workspaces open to everybody."""
    return [show_workspace(row) for row in visible_workspaces(actor).filter(visibility=Workspace.Visibility.TENANT)]
