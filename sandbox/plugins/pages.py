"""Stage: views. The page of a plugin's run log, filled and kept up to date by its script."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sandbox.plugins.access import get_plugin, sees_all_of
from widgets_manager.widgets.pages import page_actor


@login_required
def runs_page(request: HttpRequest, plugin_id: str) -> HttpResponse:
    """What the plugin's code did: everybody's runs for who manages it, else one's own. `?run=` opens one."""
    actor = page_actor(request)
    widget = get_plugin(actor, plugin_id)
    return render(request, "plugins/runs.html", {"widget": widget, "everyone": sees_all_of(actor, widget)})
