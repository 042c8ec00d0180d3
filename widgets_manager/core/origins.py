"""Stage: access. The two origins: where people use the application, and where scripts of widgets run."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port

# The one document that pages may frame.
WRAPPER_PATH: Final = "/api/widgets/sandbox"


def script_origin() -> str:
    """Where the frames of scripts are served: an origin of their own, else the application's."""
    return settings.SANDBOX_ORIGIN or settings.PUBLIC_ORIGIN


def is_sandbox_host(host: str) -> bool:
    """Whether a Host header names an origin that is the scripts' alone.

    The name decides, for a proxy may leave the port out. In development the port does too: there `localhost` is the
    scripts' with one port, and with others only another spelling of the application's address.
    """
    sandbox = urlsplit(settings.SANDBOX_ORIGIN)
    name, port = split_domain_port(host)
    if not name or name != sandbox.hostname:
        return False
    return not settings.DEBUG or port == str(sandbox.port or "")
