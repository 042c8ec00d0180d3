"""Stage: access. Whether the page that opens a socket is one of ours."""

from __future__ import annotations

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def origin_allowed(headers: dict[str, str], scheme: str) -> bool:
    """Exactly this site's origin: scheme, host and port, as the CSRF check demands of a form.

    Browsers always tell the origin of a socket. Without one only a program with a bearer token may open it: a token
    is not sent by a browser on its own.
    """
    origin = headers.get("origin")
    if origin is None:
        return "authorization" in headers
    return origin in {settings.PUBLIC_ORIGIN, *settings.CSRF_TRUSTED_ORIGINS} or origin == _own(headers, scheme)


def _own(headers: dict[str, str], scheme: str) -> str | None:
    """The origin under which the server was addressed, if it answers to that name."""
    host = headers.get("host", "")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return None
    return f"{'https' if scheme == 'wss' else 'http'}://{host}"
