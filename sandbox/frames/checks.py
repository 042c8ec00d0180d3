"""Stage: access. System checks of this room: where scripts of widgets run."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

_PORTS: Final = {"http": 80, "https": 443}
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@register("sandbox")
def scripts_have_a_host_of_their_own(**kwargs: Any) -> list[CheckMessage]:
    """frames.E001 for a SANDBOX_ORIGIN that separates nothing, frames.W001 in production without one."""
    if settings.SANDBOX_ORIGIN:
        return _refuse(_fault(settings.SANDBOX_ORIGIN, settings.PUBLIC_ORIGIN))
    if settings.ENVIRONMENT != "production":
        return []
    return [
        Warning(
            "Scripts of widgets run on the application's own host; only the browser's sandbox keeps them apart.",
            hint="Set SANDBOX_ORIGIN to another host name that leads to this server (docs/operations.md).",
            id="frames.W001",
        )
    ]


@register("sandbox")
def browsers_tell_frames_from_pages(**kwargs: Any) -> list[CheckMessage]:
    """frames.W002 in production where browsers do not send the header that the frames of scripts need."""
    public = urlsplit(settings.PUBLIC_ORIGIN)
    if settings.ENVIRONMENT != "production" or public.scheme == "https" or public.hostname in _LOOPBACK:
        return []
    return [
        Warning(
            f"Widgets with scripts of their own do not open at {settings.PUBLIC_ORIGIN}.",
            hint="Browsers send Sec-Fetch-Dest to https addresses only: put https in front, and into PUBLIC_ORIGIN.",
            id="frames.W002",
        )
    ]


def _refuse(fault: str) -> list[CheckMessage]:
    if not fault:
        return []
    hint = "Set it to another host name of this server, such as https://scripts.example.net."
    return [Error(f"SANDBOX_ORIGIN={settings.SANDBOX_ORIGIN!r}: {fault}.", hint=hint, id="frames.E001")]


def _fault(sandbox: str, public: str) -> str:
    """What is wrong with the scripts' origin; nothing when it keeps them apart."""
    given, app = urlsplit(sandbox), urlsplit(public)
    if sandbox != _as_browsers_write(given):
        return (
            "it must be an origin as browsers write it: scheme, host in small letters, port unless it is the usual one"
        )
    if given.hostname == app.hostname:
        return "it has the application's own host name, and cookies do not know ports"
    if app.scheme == "https" != given.scheme:
        return "it must be https as well: pages of the application may not frame it otherwise"
    return ""


def _as_browsers_write(parts: SplitResult) -> str | None:
    """The origin of an address; None for one without."""
    try:
        port = "" if parts.port in {None, _PORTS[parts.scheme]} else f":{parts.port}"
    except ValueError:  # there is no such port
        return None
    return f"{parts.scheme}://{parts.hostname}{port}" if parts.hostname else None
