"""Stage: views. From a request to an Actor: session cookie or bearer token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from widgets_manager.core import request_context
from widgets_manager.core.access import session_actor, token_actor
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import NotSignedIn, PermissionDenied
from widgets_manager.core.models import ApiToken, User

TENANT_SESSION_KEY: Final = "tenant_id"
_LAST_USED_STEP: Final = timedelta(minutes=1)


def bearer_secret(header: str) -> str | None:
    """The secret of an `Authorization: Bearer …` header, or None when there is no such header.

    Raises NotSignedIn for a bearer header without a usable value (RFC 6750).
    """
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    secret = secret.strip()
    if not secret or len(secret) > 200 or not secret.isascii():
        raise NotSignedIn("The bearer token is empty or malformed.", code="TOKEN_UNKNOWN")
    return secret


def touch_token(actor: Actor) -> None:
    """Note the token's use, at most once a minute."""
    now = timezone.now()
    stale = actor.token_used_at is None or actor.token_used_at < now - _LAST_USED_STEP
    if actor.token_id is not None and stale:
        ApiToken.objects.filter(pk=actor.token_id).update(last_used_at=now)


class BearerTokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <token>`; the actor is bound to the token's tenant, user and scopes."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        """The token's user and actor, or None without a bearer header. Raises NotSignedIn."""
        secret = bearer_secret(request.headers.get("Authorization", ""))
        if secret is None:
            return None
        actor = token_actor(secret)
        touch_token(actor)
        request_context.identify(tenant_id=actor.tenant_id, user_id=actor.user_id)
        return actor.user, actor

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 instead of 403."""
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session with CSRF check; the actor works in the tenant chosen in the session."""

    def enforce_csrf(self, request: Request) -> None:
        """Raise PermissionDenied CSRF_FAILED (403), as Django's own check does for pages."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise PermissionDenied(str(error.detail), code="CSRF_FAILED") from None

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """The session's user and actor, or None when nobody is signed in."""
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        actor = session_actor(user, request._request.session.get(TENANT_SESSION_KEY))
        request_context.identify(tenant_id=actor.tenant_id, user_id=actor.user_id)
        return user, actor
