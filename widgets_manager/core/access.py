"""Stage: access. The only way to fetch what belongs to a tenant: a stranger gets NotFound, always the same one."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, TypeVar

from django.db import models
from django.db.models import OuterRef, Subquery

from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import NotFound, NotSignedIn
from widgets_manager.core.models import ApiToken, Invite, Membership, Role, Tenant, User
from widgets_manager.core.secrets import hash_secret

M = TypeVar("M", bound=models.Model)


def parse_id(value: object, what: str) -> uuid.UUID:
    """The UUID in `value`. Raises NotFound for anything else: an id that cannot exist belongs to nobody."""
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
    except ValueError:
        raise not_found(what) from None


def not_found(what: str) -> NotFound:
    """The one answer for things that are missing and for things of strangers."""
    return NotFound(f"There is no such {what}.")


def get_or_404(queryset: models.QuerySet[M], what: str, **lookup: Any) -> M:
    """The one row of an already scoped queryset. Raises NotFound."""
    row = queryset.filter(**lookup).first()
    if row is None:
        raise not_found(what)
    return row


def memberships_of(user: User) -> models.QuerySet[Membership]:
    """The user's memberships, tenants loaded, oldest first."""
    return Membership.objects.filter(user=user).select_related("tenant").order_by("created_at", "id")


def session_actor(user: User, tenant_id: object = None, via: Via = Via.SESSION) -> Actor:
    """The actor of a signed-in user: in the chosen tenant, else in the oldest one. Raises NotSignedIn without any."""
    memberships = list(memberships_of(user))
    chosen = next((item for item in memberships if str(item.tenant_id) == str(tenant_id)), None)
    membership = chosen or next(iter(memberships), None)
    if membership is None or not user.is_active:
        raise NotSignedIn("You belong to no organisation; ask its admin for an invite link.", code="NO_TENANT")
    role, generation = Role(membership.role), membership.generation
    return Actor(user=user, tenant=membership.tenant, role=role, via=via, generation=generation)


def token_actor(secret: str) -> Actor:
    """The actor of a bearer token. Raises NotSignedIn when it is unknown, expired, revoked or its user has left."""
    membership = Membership.objects.filter(user=OuterRef("user"), tenant=OuterRef("tenant"))
    rows = ApiToken.objects.select_related("user", "tenant").annotate(
        role=Subquery(membership.values("role")), generation=Subquery(membership.values("generation"))
    )
    token = rows.filter(token_hash=hash_secret(secret)).first()
    if token is None:
        raise NotSignedIn("This token is unknown.", code="TOKEN_UNKNOWN")
    if not token.usable:
        raise NotSignedIn("This token is revoked or expired.", code="TOKEN_REVOKED")
    if token.role is None or not token.user.is_active:
        raise NotSignedIn("The user of this token no longer belongs to its organisation.", code="TOKEN_REVOKED")
    return Actor(
        user=token.user,
        tenant=token.tenant,
        role=Role(token.role),
        via=Via.TOKEN,
        scopes=frozenset(token.scopes),
        token_id=token.pk,
        token_used_at=token.last_used_at,
        token_expires_at=token.expires_at,
        generation=token.generation,
    )


def renew(actor: Actor) -> Actor:
    """The actor as of now, for work that began some time ago: role, tenant's settings and token read anew.

    Raises NotSignedIn when the token is revoked or expired, or the user has left.
    """
    if actor.token_id is not None:
        token = ApiToken.objects.filter(pk=actor.token_id).first()
        if token is None or not token.usable:
            raise NotSignedIn("This token is revoked or expired.", code="TOKEN_REVOKED")
    membership = memberships_of(actor.user).filter(tenant=actor.tenant_id, user__is_active=True).first()
    if membership is None:
        raise NotSignedIn("You no longer belong to this organisation.", code="NO_TENANT")
    role = Role(membership.role)
    return replace(actor, tenant=membership.tenant, role=role, generation=membership.generation)


def on_behalf_of(actor: Actor, name: str | None) -> Actor:
    """The actor for the user that a request names: oneself, or for an admin's service token a member of its tenant.

    `name` is a username or a user id. Raises NotFound for everybody else, so that names cannot be probed. A service
    token whose maker is no admin any more names nobody.
    """
    if name is None or name in {actor.user.username, str(actor.user_id)}:
        return actor
    tokens = ApiToken.objects.filter(pk__in=[actor.token_id] if actor.token_id else [], is_service=True)
    trusted = actor.is_admin and tokens.exists()
    membership = _member_named(actor.tenant, name) if trusted else None
    if membership is None:
        raise not_found("user")
    return replace(actor, user=membership.user, role=Role(membership.role), generation=membership.generation)


def _member_named(tenant: Tenant, name: str) -> Membership | None:
    members = Membership.objects.filter(tenant=tenant, user__is_active=True).select_related("user")
    by_name = members.filter(user__username=name).first()
    if by_name is not None:
        return by_name
    try:
        return members.filter(user_id=uuid.UUID(name)).first()
    except ValueError:
        return None


def get_membership(actor: Actor, membership_id: object) -> Membership:
    """A membership of the actor's tenant. Raises NotFound."""
    rows = Membership.objects.filter(tenant=actor.tenant).select_related("user", "tenant")
    return get_or_404(rows, "member", pk=parse_id(membership_id, "member"))


def get_invite(actor: Actor, invite_id: object) -> Invite:
    """An invite of the actor's tenant. Raises NotFound."""
    return get_or_404(Invite.objects.filter(tenant=actor.tenant), "invite", pk=parse_id(invite_id, "invite"))


def get_token(actor: Actor, token_id: object) -> ApiToken:
    """A token of the actor, or for an admin any of the tenant. Raises NotFound."""
    rows = ApiToken.objects.filter(tenant=actor.tenant)
    if not actor.is_admin:
        rows = rows.filter(user=actor.user)
    return get_or_404(rows, "token", pk=parse_id(token_id, "token"))
