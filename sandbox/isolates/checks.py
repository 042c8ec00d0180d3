"""Stage: views. Tell operators which fences stand around plugins' code on this host, and whether it can run."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning, register

from sandbox.isolates import fences
from sandbox.isolates.client import service_state


@register("isolates")
def fences_stand(**kwargs: Any) -> list[CheckMessage]:
    """isolates.E001 and W001 without seccomp, W002 without Landlock, I001 where children share the service's user."""
    report = fences.available()
    found: list[CheckMessage] = []
    if not report.seccomp:
        found.append(_without_seccomp(report.missing["seccomp"]))
    if not report.landlock:
        text = "Plugins' processes have no second fence around files and sockets: this kernel has no Landlock."
        found.append(Warning(text, hint="Use Linux 5.13 or newer with Landlock among its LSMs.", id="isolates.W002"))
    if not report.own_user and settings.ENVIRONMENT == "production":
        text = "Plugins' processes run as the user of the service, not as users of their own."
        found.append(Info(text, hint="Only a service that root starts can change them.", id="isolates.I001"))
    return found


def service_answers() -> str:
    """For /readyz: `ok` when the service answers and has children. Raises IsolateError when it does not answer."""
    children = service_state()["children"]
    return "ok" if children["all"] else "has no processes"


def _without_seccomp(why: str) -> CheckMessage:
    text = f"Plugins' code runs without a filter of system calls: {why}."
    hint = "Install libseccomp (Debian: libseccomp2)."
    if settings.ENVIRONMENT == "production" and not settings.ISOLATES_WITHOUT_SECCOMP:
        return Error(text, hint=f"{hint} ISOLATES_WITHOUT_SECCOMP=true goes on without.", id="isolates.E001")
    return Warning(text, hint=hint, id="isolates.W001")
