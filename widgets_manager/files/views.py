"""Stage: views. Downloads."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from widgets_manager.core.api import ApiView
from widgets_manager.files.access import get_blob
from widgets_manager.files.actions import read_blob
from widgets_manager.files.models import Blob

# What people upload is never run or shown as a page of this origin.
_INERT: Final = {
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=0, must-revalidate",
}


@extend_schema(tags=["files"], responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
class FileView(ApiView):
    """A stored file."""

    def get(self, request: Request, blob_id: str) -> HttpResponseBase:
        """The bytes, as a download; with `If-None-Match`, 304 while they are what the caller has."""
        blob = get_blob(self.actor, blob_id)
        given = request.headers.get("If-None-Match", "").split(",")
        if f'"{blob.sha256}"' in [tag.strip().removeprefix("W/") for tag in given]:
            return HttpResponseNotModified(headers=_headers(blob))
        return download(blob)


def download(blob: Blob, *, name: str = "") -> HttpResponse:
    """The blob's bytes, never run or shown as a page; `name` is what the browser saves them as."""
    headers = _headers(blob)
    if name:
        headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(read_blob(blob), content_type=blob.media_type, headers=headers)


def _headers(blob: Blob) -> dict[str, str]:
    return _INERT | {"ETag": f'"{blob.sha256}"'}
