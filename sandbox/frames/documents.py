"""Stage: views. The documents around a widget's script, and what a person sees instead of one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from sandbox.frames.policies import widget_headers, wrapper_headers
from sandbox.frames.scripts import PROBLEM_PATH, SCRIPT_PATH, script_of
from sandbox.frames.tickets import Mount, Purpose, write_ticket
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.origins import script_origin
from widgets_manager.core.templatetags.vite import FrontEndNotBuilt
from widgets_manager.widgets.models import InstalledWidget

# What would end a script element, or begin a comment in it, wherever it stands.
_ENDS_SCRIPT: Final = re.compile(r"<(?=/script|script|!--)", re.IGNORECASE)


def wrapper_document(mount: Mount, widget: InstalledWidget) -> HttpResponse:
    """The document that frames the widget; the Widget Error where its script could not be had."""
    if not widget.package_version.files.filter(path=SCRIPT_PATH).exists():
        return _failed(mount, widget)
    address = reverse("api-frame", args=[write_ticket(mount, Purpose.WIDGET)])
    config = _names(mount) | {"frameUrl": script_origin() + address, "widgetOrigin": "null"}
    return _framed("wrapper", {"title": widget.name, "config": config, "script": _built("wrapper")})


def widget_document(mount: Mount, widget: InstalledWidget) -> HttpResponse:
    """The document that the widget's script runs in: it begins by our side of the bridge, which starts the script."""
    sandbox: Mapping[str, Any] = widget.package_version.manifest["sandbox"]
    config = {
        "channelId": str(mount.channel),
        "widgetId": str(mount.widget),
        "instanceId": str(mount.instance) if mount.instance else None,
        "permissions": sandbox["permissions"],
        "script": script_of(widget.package_version),
        "slug": widget.slug,
    }
    context = {"title": widget.name, "config": config, "script": _built("bridge")}
    return _answer("widget", context, widget_headers(sandbox))


def refusal_document(error: ApiError) -> HttpResponse:
    """Why there is no widget here, for the person who sees the frame."""
    return _framed("error", {"reason": error.message, "code": error.code}, status=error.status)


def _failed(mount: Mount, widget: InstalledWidget) -> HttpResponse:
    """A widget whose script could not be had; the page is told, too."""
    reasons = [problem["message"] for problem in widget.problems if problem["path"] == PROBLEM_PATH]
    reason = " ".join(reasons) or "Its script could not be fetched."
    return _framed("error", {"reason": reason, "config": _names(mount) | {"message": reason}})


def _names(mount: Mount) -> dict[str, Any]:
    return {"channelId": str(mount.channel), "widgetId": str(mount.widget), "appOrigin": settings.PUBLIC_ORIGIN}


def _framed(name: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    nonce = secrets.token_urlsafe(16)
    return _answer(name, {**context, "nonce": nonce}, wrapper_headers(nonce), status=status)


def _answer(name: str, context: Mapping[str, Any], headers: Mapping[str, str], *, status: int = 200) -> HttpResponse:
    # Without the request: no context processor looks for a person here.
    response = HttpResponse(render_to_string(f"frames/{name}.html", dict(context)), status=status, headers=headers)
    response.xframe_options_exempt = True  # frame-ancestors says more
    return response


def _built(name: str) -> SafeString:
    """A script of the front end, as the content of a script element.

    Raises FrontEndNotBuilt; where ENVIRONMENT is `test` it is empty instead, so that tests need no Node.
    """
    file = Path(settings.BASE_DIR) / "static" / "dist" / "sandbox" / f"{name}.js"
    try:
        return _read(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        if settings.ENVIRONMENT == "test":
            return SafeString("")
        raise FrontEndNotBuilt(f"{file} is missing: build the front end with `npm ci && npm run build`.") from None


@lru_cache(maxsize=4)
def _read(file: Path, changed: int) -> SafeString:
    """The file's text; `changed` (its time) makes a new build visible without a restart."""
    text = _ENDS_SCRIPT.sub(r"\\x3C", file.read_text(encoding="utf-8"))
    return mark_safe(text)  # noqa: S308  (our own build's file)
