"""Stage: views. The frames that widgets' scripts run in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from widgets_manager.core.exceptions import NotFound


def sandbox_view(request: HttpRequest) -> HttpResponse:
    """The way to the wrapper, and with a ticket the wrapper itself."""
    raise NotFound("There is nothing at this address.")


def widget_view(request: HttpRequest, ticket: str) -> HttpResponse:
    """The document that the widget's script runs in."""
    raise NotFound("There is nothing at this address.")
