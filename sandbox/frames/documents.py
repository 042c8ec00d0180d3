"""Stage: views. The documents of widgets and around them, and what a person sees instead of one."""

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

from sandbox.frames.kinds import frame_kinds
from sandbox.frames.policies import wrapper_headers
from sandbox.frames.tickets import Mount, Purpose, write_ticket
from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.origins import script_origin
from widgets_manager.core.templatetags.vite import FrontEndNotBuilt
from widgets_manager.widgets.models import InstalledWidget

# What would end a script element, or begin a comment in it, wherever it stands.
_ENDS_SCRIPT: Final = re.compile(r"<(?=/script|script|!--)", re.IGNORECASE)


def wrapper_document(mount: Mount, widget: InstalledWidget) -> HttpResponse:
    """The document that frames the widget; the Widget Error where there is nothing to show."""
    if reason := frame_kinds.of(widget).missing(widget):
        return _framed("error", {"reason": reason, "config": _names(mount) | {"message": reason}})
    address = reverse("api-frame", args=[write_ticket(mount, Purpose.WIDGET)])
    config = _names(mount) | {"frameUrl": script_origin() + address, "widgetOrigin": "null"}
    return _framed("wrapper", {"title": widget.name, "config": config, "script": _built("wrapper")})


def widget_document(mount: Mount, widget: InstalledWidget) -> HttpResponse:
    """The document of the widget: it begins by our side of what it talks to the page with."""
    document = frame_kinds.of(widget).document(mount, widget)
    context = {
        "title": widget.name,
        "config": document.config,
        "script": _built(document.script),
        "page": mark_safe(document.page),  # noqa: S308  (the author's document, in a frame of its own)
    }
    return _answer(document.template, context, document.headers)


def refusal_document(error: ApiError) -> HttpResponse:
    """Why there is no widget here, for the person who sees the frame."""
    return _framed("error", {"reason": error.message, "code": error.code}, status=error.status)


def _names(mount: Mount) -> dict[str, Any]:
    """Of the wrapper: the place is the document's matter."""
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
