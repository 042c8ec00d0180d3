"""Stage: views. The page of agents."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from widgets_manager.widgets.pages import page_actor


@login_required
def agents_page(request: HttpRequest) -> HttpResponse:
    """One's agents, to be made, talked to and managed."""
    return render(request, "chat/agents.html", {"actor": page_actor(request)})
