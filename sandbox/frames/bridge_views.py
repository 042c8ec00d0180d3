"""Stage: views. What scripts of widgets ask for, and what people granted them."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.core.api import ApiView
from widgets_manager.core.exceptions import NotFound


class BridgeView(ApiView):
    """A call of a widget's script."""

    def post(self, request: Request) -> Response:
        """Body `{instanceId, method, params?, context?}`."""
        raise NotFound("There is no such panel.")


class PermissionsView(ApiView):
    """What people granted the places of widgets."""

    def get(self, request: Request) -> Response:
        """The caller's grants."""
        return Response({"grants": []})


class NetworkLogView(ApiView):
    """What the script at a place has asked other servers for."""

    def get(self, request: Request) -> Response:
        """The newest requests of `?instanceId=`."""
        raise NotFound("There is no such panel.")
