"""Stage: access. Who is behind a socket, and whether that still holds: session or bearer token, membership, role."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from widgets_manager.core.access import session_actor, token_actor
from widgets_manager.core.actor import Actor
from widgets_manager.core.authentication import TENANT_SESSION_KEY, bearer_secret, touch_token
from widgets_manager.core.exceptions import NotSignedIn
from widgets_manager.core.models import ApiToken, Membership, User
from widgets_manager.live.frames import ACCESS_CHANGED, OTHER_TENANT, SIGNED_OUT, Closing

SCOPE: Final = "widgets"


@dataclass(frozen=True, slots=True)
class Identity:
    """The actor of a socket, and the session it came with (None for a bearer token)."""

    actor: Actor
    session_key: str | None


def identify(headers: dict[str, str]) -> Identity:
    """Who opens a socket, by its `authorization` or `cookie` header.

    Raises NotSignedIn, or PermissionDenied when the token lacks the scope `widgets`.
    """
    secret = bearer_secret(headers.get("authorization", ""))
    if secret is not None:
        actor = token_actor(secret)
        actor.require_scope(SCOPE)
        touch_token(actor)
        return Identity(actor, None)
    key = parse_cookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    session = _sessions([key]).get(key, {})
    user_id = _user_id(session)
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is None or not _belongs_to(session, user):
        raise NotSignedIn("Sign in, or send a bearer token.")
    return Identity(session_actor(user, session.get(TENANT_SESSION_KEY)), key)


def judge(identities: Sequence[Identity]) -> list[Closing | None]:
    """For each socket None, or why it must close; three queries, however many sockets there are."""
    sessions = _sessions(item.session_key for item in identities if item.session_key)
    tokens = ApiToken.objects.in_bulk([item.actor.token_id for item in identities if item.actor.token_id])
    memberships = _memberships(item.actor.user_id for item in identities)
    return [
        _judge(
            item,
            sessions.get(item.session_key or ""),
            tokens.get(item.actor.token_id) if item.actor.token_id else None,
            memberships.get(item.actor.user_id, []),
        )
        for item in identities
    ]


def _judge(
    item: Identity, session: dict[str, Any] | None, token: ApiToken | None, memberships: list[Membership]
) -> Closing | None:
    here = next((one for one in memberships if one.tenant_id == item.actor.tenant_id), None)
    signed_in = bool(session) if item.session_key else token is not None and token.usable
    if not signed_in or (here and not here.user.is_active):
        return SIGNED_OUT
    if here and session and not _belongs_to(session, here.user):
        return SIGNED_OUT
    if here is None or here.role != item.actor.role:
        return ACCESS_CHANGED
    if session and _chosen(memberships, session) != here:
        return OTHER_TENANT
    return None


def _sessions(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    rows = Session.objects.filter(session_key__in={key for key in keys if key}, expire_date__gt=timezone.now())
    return {row.session_key: row.get_decoded() for row in rows}


def _memberships(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Membership]]:
    rows = Membership.objects.filter(user_id__in=set(user_ids)).select_related("user")
    found: dict[uuid.UUID, list[Membership]] = {}
    for row in rows.order_by("created_at", "id"):
        found.setdefault(row.user_id, []).append(row)
    return found


def _chosen(memberships: list[Membership], session: dict[str, Any]) -> Membership:
    """The membership that `session_actor` takes: of the tenant chosen, else the oldest."""
    wanted = str(session.get(TENANT_SESSION_KEY))
    return next((one for one in memberships if str(one.tenant_id) == wanted), memberships[0])


def _user_id(session: dict[str, Any]) -> uuid.UUID | None:
    try:
        return uuid.UUID(session[SESSION_KEY])
    except (KeyError, ValueError):
        return None


def _belongs_to(session: dict[str, Any], user: User) -> bool:
    """Whether the session is this user's and was opened with the password of now (as django.contrib.auth checks)."""
    if (
        session.get(SESSION_KEY) != str(user.pk)
        or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS
    ):
        return False
    given = session.get(HASH_SESSION_KEY, "")
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(given, known) for known in hashes)
