"""Stage: views. The pages of apps: which there are, the workspace of one, the playground for those who write them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from widgets_manager.apps.access import visible_apps
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.widgets.pages import page_actor


@login_required
def apps_page(request: HttpRequest) -> HttpResponse:
    """The apps that the person sees; the page's script lists them and follows their changes."""
    return render(request, "apps/apps.html", {"actor": page_actor(request)})


@login_required
def app_page(request: HttpRequest, app_id: str) -> HttpResponse:
    """The workspace of one app, also of a disabled one, which says so."""
    actor = page_actor(request)
    app = get_or_404(visible_apps(actor), "app", pk=parse_id(app_id, "app"))
    return render(request, "apps/app.html", {"actor": actor, "app": app})


@login_required
def playground_page(request: HttpRequest) -> HttpResponse:
    """Write a document and see its widgets; nothing of it is stored."""
    return render(request, "apps/playground.html", {"actor": page_actor(request)})
