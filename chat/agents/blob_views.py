"""Stage: views. Files of agents, by their own token: `/agent/blobs`."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat.agents import schema
from chat.agents.access import Caller, identify, readable_blob
from chat.agents.actions.blobs import store_agent_blob
from widgets_manager.core import request_context
from widgets_manager.core.authentication import bearer_secret
from widgets_manager.core.exceptions import NotSignedIn
from widgets_manager.core.schema import reads, writes
from widgets_manager.files.views import download

# An agent may run in a page of any origin: it shows its token, and no cookie is looked at here.
_CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}


class AgentTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <agent token>`; nothing else counts."""

    def authenticate(self, request: Request) -> tuple[Any, Caller] | None:
        """The agent's owner and the caller, or None without a bearer header. Raises NotSignedIn."""
        secret = bearer_secret(request.headers.get("Authorization", ""))
        if secret is None:
            return None
        caller = identify(secret)
        request_context.identify(tenant_id=caller.actor.tenant_id, user_id=caller.actor.user_id)
        return caller.actor.user, caller

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 instead of 403."""
        return "Bearer"


class AgentTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass has no types
    """`Authorization: Bearer <agent token>`."""

    target_class = "chat.agents.blob_views.AgentTokenAuthentication"
    name = "agentToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """RFC 6750."""
        return {"type": "http", "scheme": "bearer", "description": "The token of an agent."}


class AnyBytes(BaseParser):
    """The body is read as it comes, whatever it calls itself."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Never asked: the view reads the request itself."""
        raise AssertionError("the body of an upload is read by its view")


class AgentApiView(APIView):
    """A view for agents alone: `self.caller` is who comes with the token."""

    authentication_classes = [AgentTokenAuthentication]
    parser_classes = [AnyBytes]

    @property
    def caller(self) -> Caller:
        """The agent. Raises NotSignedIn."""
        if not isinstance(self.request.auth, Caller):
            raise NotSignedIn("Send the agent's token: Authorization: Bearer …")
        return self.request.auth

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """What a page of another origin asks first."""
        return Response(status=204)

    def perform_authentication(self, request: Request) -> None:
        """Everything but the question of a page of another origin needs the token."""
        if request.method != "OPTIONS":
            super().perform_authentication(request)

    def check_permissions(self, request: Request) -> None:
        """Likewise."""
        if request.method != "OPTIONS":
            super().check_permissions(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let every origin read the answer."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in _CORS.items():
            answer[name] = value
        return answer


@extend_schema(tags=["agents"])
class AgentBlobsView(AgentApiView):
    """Uploads of agents."""

    @writes(schema.StoredBlob, 409, 413, 422, status=201, body=OpenApiTypes.BINARY)
    def post(self, request: Request) -> Response:
        """Store the body's bytes → `{id, sha256}`; name the id in an attachment."""
        blob = store_agent_blob(
            caller=self.caller, stream=request._request, max_bytes=settings.WIDGET_FILE_MB * 1_000_000
        )
        return Response({"id": str(blob.pk), "sha256": blob.sha256}, status=201)


@extend_schema(tags=["agents"])
class AgentBlobView(AgentApiView):
    """A file that an agent may read."""

    @reads(OpenApiTypes.BINARY, 404)
    def get(self, request: Request, blob_id: str) -> HttpResponseBase:
        """The bytes: of its own uploads, and of attachments in its conversations."""
        response: HttpResponse = download(readable_blob(self.caller.agent, blob_id))
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
