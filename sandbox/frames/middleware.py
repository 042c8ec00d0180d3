"""Stage: views. What the scripts' own host answers: frames, and nothing of the application."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from widgets_manager.core.middleware import Middleware
from widgets_manager.core.origins import is_sandbox_host


class SandboxHostMiddleware(Middleware):
    """Gives requests to the scripts' host addresses of their own, and takes their cookies away."""

    def before(self, request: HttpRequest) -> HttpResponseBase | None:
        """Look at the host."""
        if is_sandbox_host(request.get_host()):
            request.urlconf = "sandbox.frames.sandbox_urls"
            request.COOKIES = {}
        return None
