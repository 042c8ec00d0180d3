"""Stage: views. Pictures from elsewhere."""

from __future__ import annotations

import hashlib
from typing import Final

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from widgets_manager.apps.pictures import fetch_picture
from widgets_manager.core.api import ApiView
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.schema import reads

URL: Final = OpenApiParameter("url", str, required=True, description="An https address.")
_INERT: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=86400",
}


@extend_schema(tags=["apps"])
class PictureView(ApiView):
    """A picture of another server, for widgets."""

    @reads(OpenApiTypes.BINARY, 422, 502, parameters=[URL])
    def get(self, request: Request) -> HttpResponse:
        """`?url=`: the picture, which the browser may keep for a day."""
        url = request.query_params.get("url")
        if not url:
            raise InvalidInput("url: required", path="url")
        picture = fetch_picture(url)
        headers = _INERT | {"ETag": f'"{hashlib.sha256(picture.data).hexdigest()}"'}
        return HttpResponse(picture.data, content_type=picture.media_type, headers=headers)
