"""Stage: views. Downloads."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from widgets_manager.core.api import ApiView
from widgets_manager.files.access import get_blob
from widgets_manager.files.actions import read_blob

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
        tag = f'"{blob.sha256}"'
        headers = _INERT | {"ETag": tag}
        if tag in [given.strip().removeprefix("W/") for given in request.headers.get("If-None-Match", "").split(",")]:
            return HttpResponseNotModified(headers=headers)
        return HttpResponse(read_blob(blob), content_type=blob.media_type, headers=headers)
