"""Stage: views. The author's credentials for a plugin's tables."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.plugindb.access import get_plugin
from sandbox.plugindb.actions import credentials
from sandbox.plugindb.schema import CredentialsAnswer
from widgets_manager.core.api import ApiView
from widgets_manager.core.schema import reads, writes


@extend_schema(tags=["plugins"])
class CredentialsView(ApiView):
    """The caller's own credentials for a plugin that they manage."""

    @reads(CredentialsAnswer, 404, 409, 503)
    def get(self, request: Request, plugin_id: str) -> Response:
        """Host, port, user and password for a PostgreSQL client; made when there are none yet."""
        found = credentials.show_credentials(actor=self.actor, widget=get_plugin(self.actor, plugin_id))
        return _answer(found)


@extend_schema(tags=["plugins"])
class PasswordView(ApiView):
    """The caller's password, made anew."""

    keeps_answer = False

    @writes(CredentialsAnswer, 404, 409, 503)
    def post(self, request: Request, plugin_id: str) -> Response:
        """A new password; the old one is refused at once, and its connections are ended."""
        found = credentials.rotate_credentials(actor=self.actor, widget=get_plugin(self.actor, plugin_id))
        return _answer(found)


def _answer(found: credentials.Credentials) -> Response:
    return Response({"credentials": found.as_dict()}, headers={"Cache-Control": "no-store"})
