"""Stage: views. What the OpenAPI document says: how to sign in, what is refused, and the shapes of this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.views import APIView

from widgets_manager.core.actor import SCOPES
from widgets_manager.core.models import Role

F = TypeVar("F", bound=Callable[..., Any])
Shape = type[serializers.BaseSerializer[Any]] | OpenApiTypes

IDEMPOTENCY_KEY: Final = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 200 characters of your choice: the same request sent again with it is carried out once.",
)
_REFUSED: Final = {
    400: "The request could not be understood.",
    401: "Nobody is signed in, or the token is unknown, expired or revoked.",
    403: "The role or the token's scopes do not allow it.",
    404: "There is no such thing, or it is a stranger's.",
    409: "It does not fit what is there now.",
    410: "Its time is over.",
    413: "Too large.",
    422: "A value is missing, of the wrong type or out of bounds; `path` names it.",
    502: "Another server did not give a usable answer.",
    503: "A part of the server is away.",
}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its metaclass has no types
    """`Authorization: Bearer …`."""

    target_class = "widgets_manager.core.authentication.BearerTokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """RFC 6750."""
        scopes = "; ".join(f"`{name}`: {meaning}" for name, meaning in SCOPES.items())
        return {"type": "http", "scheme": "bearer", "description": f"Scopes: {scopes}."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # likewise
    """The cookie of a signed-in person; writes need Django's CSRF token, too."""

    target_class = "widgets_manager.core.authentication.SessionAuthentication"
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """The session cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class Problem(serializers.Serializer[Any]):
    """One fault of a document."""

    path = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    line = serializers.IntegerField(required=False, help_text="From 1, in texts that have lines.")
    file = serializers.CharField(required=False, help_text="Path in the package.")


class Refusal(serializers.Serializer[Any]):
    """Why the request was refused, with what some codes carry besides."""

    code = serializers.CharField()
    message = serializers.CharField()
    path = serializers.CharField(required=False)
    errors = Problem(many=True, required=False)  # type: ignore[assignment]  # DRF keeps fields apart from attributes
    supported = serializers.ListField(child=serializers.CharField(), required=False, help_text="UNKNOWN_INTENT")
    confirmationId = serializers.UUIDField(required=False, help_text="CONFIRMATION_REQUIRED")
    summary = serializers.CharField(required=False, help_text="CONFIRMATION_REQUIRED")
    args = serializers.DictField(required=False, help_text="CONFIRMATION_REQUIRED")
    permission = serializers.CharField(required=False, help_text="PERMISSION_REQUIRED")
    subject = serializers.CharField(
        required=False, allow_null=True, help_text="PERMISSION_REQUIRED: title of what the call is about"
    )
    used = serializers.IntegerField(required=False, help_text="STORAGE_FULL: bytes")
    needed = serializers.IntegerField(required=False, help_text="STORAGE_FULL: bytes")
    quota = serializers.IntegerField(required=False, help_text="STORAGE_FULL: bytes")


class Error(serializers.Serializer[Any]):
    """The one shape of every refusal."""

    error = Refusal()


class Success(serializers.Serializer[Any]):
    """It was done."""

    success = serializers.BooleanField()


def reads(shape: Shape, *refused: int, **more: Any) -> Callable[[F], F]:
    """Describe a GET that answers 200 with `shape`, or a refusal with one of the statuses (401 and 403 always)."""
    return extend_schema(request=None, responses=_responses(200, shape, refused), **more)


def writes(
    shape: Shape,
    *refused: int,
    status: int = 200,
    body: Any = None,
    parameters: Sequence[OpenApiParameter] = (),
    **more: Any,
) -> Callable[[F], F]:
    """Describe a write: its body's shape, its answer's, what it may be refused with, and the Idempotency-Key."""
    responses = _responses(status, shape, refused)
    return extend_schema(request=body, responses=responses, parameters=[IDEMPOTENCY_KEY, *parameters], **more)


def described_by(view: type[APIView]) -> Callable[[F], F]:
    """Let the OpenAPI document show a plain Django view as if it were the given one, which is never called."""

    def mark(function: F) -> F:
        function.cls, function.initkwargs = view, {}  # type: ignore[attr-defined]  # what a class-based view carries
        return function

    return mark


def _responses(status: int, shape: Shape, refused: Sequence[int]) -> dict[int, Any]:
    failures = {code: OpenApiResponse(Error, _REFUSED[code]) for code in sorted({401, 403, *refused})}
    return {status: shape, **failures}


class TenantFields(serializers.Serializer[Any]):
    """An organisation; `role` is the caller's."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    confirm_writes = serializers.BooleanField()
    role = serializers.ChoiceField(Role.choices, required=False)


class TenantAnswer(serializers.Serializer[Any]):
    """The caller's organisation."""

    tenant = TenantFields()


class TenantChange(serializers.Serializer[Any]):
    """What may change."""

    name = serializers.CharField(required=False, max_length=200)
    confirmWrites = serializers.BooleanField(required=False)


class MemberUser(serializers.Serializer[Any]):
    """The person behind a membership."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    name = serializers.CharField()


class Member(serializers.Serializer[Any]):
    """A person in the organisation."""

    id = serializers.UUIDField()
    user = MemberUser()
    role = serializers.ChoiceField(Role.choices)
    created_at = serializers.DateTimeField()


class MembersAnswer(serializers.Serializer[Any]):
    """Everybody in the organisation."""

    members = Member(many=True)


class MemberAnswer(serializers.Serializer[Any]):
    """The member as they are now."""

    member = Member()


class RoleChoice(serializers.Serializer[Any]):
    """A role to give."""

    role = serializers.ChoiceField(Role.choices)


class InviteRole(serializers.Serializer[Any]):
    """The role of whoever follows the link."""

    role = serializers.ChoiceField(Role.choices, required=False, default="member")


class Invite(serializers.Serializer[Any]):
    """An invite without its link."""

    id = serializers.UUIDField()
    role = serializers.ChoiceField(Role.choices)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    usable = serializers.BooleanField()


class InvitesAnswer(serializers.Serializer[Any]):
    """The invites that still work."""

    invites = Invite(many=True)


class NewInvite(serializers.Serializer[Any]):
    """An invite and its link, shown this once."""

    invite = Invite()
    link = serializers.URLField()


class Token(serializers.Serializer[Any]):
    """A bearer token without its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    is_service = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True)


class TokensAnswer(serializers.Serializer[Any]):
    """The tokens, newest first."""

    tokens = Token(many=True)


class TokenWish(serializers.Serializer[Any]):
    """A token to make."""

    name = serializers.CharField(max_length=200)
    scopes = serializers.ListField(child=serializers.ChoiceField(sorted(SCOPES)))
    service = serializers.BooleanField(required=False)
    expiresAt = serializers.DateTimeField(required=False)


class NewToken(serializers.Serializer[Any]):
    """A token and its secret, shown this once."""

    token = Token()
    secret = serializers.CharField()
