"""Stage: access. System checks of this room: where scripts of widgets run."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register("sandbox")
def scripts_have_a_host_of_their_own(**kwargs: Any) -> list[CheckMessage]:
    """frames.E001 for a SANDBOX_ORIGIN that separates nothing, frames.W001 in production without one."""
    if settings.SANDBOX_ORIGIN:
        fault = _fault(settings.SANDBOX_ORIGIN, settings.PUBLIC_ORIGIN)
        hint = "Set it to another host name of this server, such as https://sandbox.example.org."
        return (
            [Error(f"SANDBOX_ORIGIN={settings.SANDBOX_ORIGIN!r}: {fault}.", hint=hint, id="frames.E001")]
            if fault
            else []
        )
    if settings.ENVIRONMENT != "production":
        return []
    return [
        Warning(
            "Scripts of widgets run on the application's own host; only the browser's sandbox keeps them apart.",
            hint="Set SANDBOX_ORIGIN to another host name that leads to this server (docs/operations.md).",
            id="frames.W001",
        )
    ]


def _fault(sandbox: str, public: str) -> str:
    """What is wrong with the sandbox's origin; nothing when it keeps scripts apart."""
    given, app = urlsplit(sandbox), urlsplit(public)
    if not given.hostname or f"{given.scheme}://{given.netloc}" != sandbox or given.username is not None:
        return "it must be scheme, host and port, and nothing else"
    if given.hostname == app.hostname:
        return "it has the application's own host name, and cookies do not know ports"
    if app.scheme == "https" != given.scheme:
        return "it must be https as well: pages of the application may not frame it otherwise"
    return ""
