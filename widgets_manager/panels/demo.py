"""Stage: tasks. What `manage.py demo` puts on the first dashboard."""

from __future__ import annotations

from typing import Final

from widgets_manager.core.demo import Actors
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.actions.workspaces import create_workspace
from widgets_manager.widgets.models import Workspace

DASHBOARD: Final = "Team dashboard"
PLACED: Final = ("recent", "quick-links-a", "demo")


def furnish_dashboard(actors: Actors) -> Workspace:
    """Alice's tenant-wide dashboard with Recent, Quick Links A and Demo, unless the organisation has one already."""
    actor = actors["alice"]
    there = Workspace.objects.filter(
        tenant=actor.tenant, name=DASHBOARD, visibility=Workspace.Visibility.TENANT
    ).first()
    if there is not None:
        return there
    workspace = create_workspace(actor=actor, name=DASHBOARD, visibility=Workspace.Visibility.TENANT)
    for slug in PLACED:
        place_widget(actor=actor, workspace=workspace, builtin_slug=slug)
    return workspace
