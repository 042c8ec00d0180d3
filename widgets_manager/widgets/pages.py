"""Stage: views. The dashboard and the Widget Manager: a shell each, filled and kept live by the page's script."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from widgets_manager.core.access import session_actor
from widgets_manager.core.actor import Actor
from widgets_manager.core.authentication import TENANT_SESSION_KEY
from widgets_manager.core.models import User
from widgets_manager.widgets.access import get_workspace, visible_workspaces
from widgets_manager.widgets.actions.workspaces import first_workspace
from widgets_manager.widgets.serializers import show_workspace


def page_actor(request: HttpRequest) -> Actor:
    """The signed-in person in the organisation chosen in the session."""
    return session_actor(cast("User", request.user), request.session.get(TENANT_SESSION_KEY))


@login_required
def dashboard(request: HttpRequest, workspace_id: str = "") -> HttpResponse:
    """A workspace: the named one, else the one opened last, else the first."""
    actor = page_actor(request)
    if not workspace_id:
        last = visible_workspaces(actor).filter(pk__in=[request.session.get("workspace_id")]).first()
        workspace = last or first_workspace(actor=actor)
        if workspace is not None:
            address = reverse("workspace", args=[str(workspace.pk)])
            query = request.META.get("QUERY_STRING", "")
            return redirect(f"{address}?{query}" if query else address)
        return render(request, "widgets/dashboard.html", {"actor": actor, "workspace": None, "workspaces": []})
    workspace = get_workspace(actor, workspace_id)
    request.session["workspace_id"] = str(workspace.pk)
    shown = [show_workspace(row) for row in visible_workspaces(actor)]
    context = {"actor": actor, "workspace": show_workspace(workspace), "workspaces": shown}
    return render(request, "widgets/dashboard.html", context)


@login_required
def manager(request: HttpRequest) -> HttpResponse:
    """Install, enable, configure and uninstall widgets."""
    context = {"actor": page_actor(request), "public_origin": settings.PUBLIC_ORIGIN}
    return render(request, "widgets/manager.html", context)
