"""Stage: views. The addresses of frames in the OpenAPI document."""

from __future__ import annotations

from typing import Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.views import APIView

from widgets_manager.core.schema import Error

_HTML: Final = (200, "text/html")
_REFUSED: Final = (403, "text/html")

describe_redirect: Final = extend_schema(
    tags=["sandbox"],
    operation_id="sandbox_wrapper",
    request=None,
    parameters=[
        OpenApiParameter("widgetId", OpenApiTypes.UUID, required=True),
        OpenApiParameter("channelId", OpenApiTypes.UUID, required=True, description="A new one for each frame."),
        OpenApiParameter("instanceId", OpenApiTypes.UUID, description="A place of the widget."),
        OpenApiParameter("ticket", str, description="Of the answer without one: gives the wrapper, in a frame only."),
    ],
    responses={
        _HTML: OpenApiTypes.STR,
        307: OpenApiResponse(description="`Location` is the wrapper, with a ticket that is good for a minute."),
        400: OpenApiResponse(Error, "A parameter is no UUID, or the widget has no script that may run."),
        401: OpenApiResponse(Error, "Nobody is signed in, or the token is unknown, expired or revoked."),
        _REFUSED: OpenApiTypes.STR,
        404: OpenApiResponse(Error, "There is no such thing, or it is a stranger's."),
        409: OpenApiResponse(Error, "The widget is switched off."),
    },
)


class FrameDescription(APIView):
    """The document that a widget's script runs in."""

    authentication_classes = []

    @extend_schema(
        tags=["sandbox"],
        operation_id="sandbox_frame",
        request=None,
        responses={_HTML: OpenApiTypes.STR, _REFUSED: OpenApiTypes.STR, 404: Error},
    )
    def get(self, ticket: str) -> None:
        """The document, in the wrapper's frame only; the wrapper knows the ticket."""
