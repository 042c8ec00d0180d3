"""Stage: views. Request ids, refusals outside DRF, and the content security policy; all of it async-capable."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final, cast

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponsePermanentRedirect

from widgets_manager.core import request_context
from widgets_manager.core.authentication import TENANT_SESSION_KEY
from widgets_manager.core.errors import _page, error_response, wants_json
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.models import User
from widgets_manager.core.origins import WRAPPER_PATH, is_sandbox_host, script_origin

logger = logging.getLogger("widgets.request")

Next = Callable[[HttpRequest], Any]
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_started: ContextVar[float] = ContextVar("request_started", default=0.0)
# Monitors ask for these every few seconds.
_PROBES: Final = frozenset(("/healthz", "/readyz"))
_LONGEST_PATH: Final = 500  # characters that are logged

FEATURES: Final = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


@lru_cache(maxsize=4)
def page_policy(*origins: str) -> str:
    """The content security policy of a page that may frame the wrapper of scripts at these origins, and nothing else.

    An address that redirects must be allowed at both ends.
    """
    wrappers = dict.fromkeys(origin + WRAPPER_PATH for origin in origins)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            f"frame-src {' '.join(wrappers)}",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )


class Middleware:
    """Runs as sync or async, as the next one does, so that no request changes threads for it."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(cast("Any", self))

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer the request."""
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


class RequestContextMiddleware(Middleware):
    """Gives each request an id (its own, or the proxy's X-Request-ID) and a log line, and renders refusals of views."""

    def before(self, request: HttpRequest) -> HttpResponseBase | None:
        """Start the context; send `localhost` to the public origin, where the cookies are, unless scripts run there."""
        given = request.headers.get("X-Request-ID", "")
        request_context.begin(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        _started.set(time.perf_counter())
        if settings.DEBUG and request.method == "GET" and _is_other_spelling(request.get_host()):
            return HttpResponsePermanentRedirect(settings.PUBLIC_ORIGIN + request.get_full_path())
        return None

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Tell the id, so that a person can quote it; log the request."""
        response.headers["X-Request-ID"] = request_context.get().request_id
        _log(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refusals of views outside DRF: JSON for programs, a page for people."""
        if not isinstance(exception, ApiError):
            return None
        if wants_json(request):
            return error_response(exception)
        return _page(request, exception, "This did not work")


def _is_other_spelling(host: str) -> bool:
    """Whether a Host header says `localhost` and means the application."""
    return host.partition(":")[0] == "localhost" and not is_sandbox_host(host)


def _log(request: HttpRequest, response: HttpResponseBase) -> None:
    """One line: no query, no headers, no body; of a streamed answer the time until it begins."""
    level = logging.DEBUG if request.path in _PROBES else logging.INFO
    if not logger.isEnabledFor(level):
        return
    if not request_context.get().user_id:
        _identify_page(request)
    milliseconds = round((time.perf_counter() - _started.get()) * 1000, 1)
    extra = {"method": request.method, "path": request.path[:_LONGEST_PATH], "status": response.status_code}
    logger.log(level, "request answered", extra=extra | {"milliseconds": milliseconds})


def _identify_page(request: HttpRequest) -> None:
    """Note who opened a page, as far as the request has found out: a log line is worth no query."""
    known = (vars(request).get(name) for name in ("user", "_cached_user", "_acached_user"))
    user = next((one for one in known if issubclass(type(one), User)), None)
    if user is not None:
        tenant_id = request.session.get(TENANT_SESSION_KEY, "")
        request_context.identify(tenant_id=tenant_id, user_id=user.pk)


class ContentSecurityPolicyMiddleware(Middleware):
    """The policy of every page that does not bring its own."""

    def after(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the headers that keep foreign code and frames out."""
        policy = page_policy(settings.PUBLIC_ORIGIN, script_origin())
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", FEATURES)
        return response
