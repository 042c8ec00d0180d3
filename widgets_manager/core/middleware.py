"""Stage: views. Request ids, refusals outside DRF, and the content security policy; all of it async-capable."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponsePermanentRedirect

from widgets_manager.core import request_context
from widgets_manager.core.errors import _page, error_response, wants_json
from widgets_manager.core.exceptions import ApiError

Next = Callable[[HttpRequest], Any]
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")

FEATURES: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)


class _Middleware:
    """Runs as sync or async, as the next one does, so that no request changes threads for it."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(cast("Any", self))

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        early = self.before(request)
        if self.is_async:
            return self._call_async(request, early)
        return self.after(request, early or self.get_response(request))

    async def _call_async(self, request: HttpRequest, early: HttpResponseBase | None) -> HttpResponseBase:
        return self.after(request, early or await self.get_response(request))

    def before(self, request: HttpRequest) -> HttpResponseBase | None:
        """Look at the request; an answer ends it here."""
        return None

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Look at the answer."""
        return response


class RequestContextMiddleware(_Middleware):
    """Gives each request an id (its own, or the proxy's X-Request-ID) and renders refusals of plain views."""

    def before(self, request: HttpRequest) -> HttpResponseBase | None:
        """Start the context; send `localhost` to the public origin, where the cookies are."""
        given = request.headers.get("X-Request-ID", "")
        request_context.begin(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        if settings.DEBUG and request.get_host().partition(":")[0] == "localhost" and request.method == "GET":
            return HttpResponsePermanentRedirect(settings.PUBLIC_ORIGIN + request.get_full_path())
        return None

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Tell the id, so that a person can quote it."""
        response.headers["X-Request-ID"] = request_context.get().request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refusals of views outside DRF: JSON for programs, a page for people."""
        if not isinstance(exception, ApiError):
            return None
        if wants_json(request):
            return error_response(exception)
        return _page(request, exception, "This did not work")


class ContentSecurityPolicyMiddleware(_Middleware):
    """The policy of every page that does not bring its own."""

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the headers that keep foreign code and frames out."""
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", FEATURES)
        return response
