"""Stage: actions. Bearer tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actions.tenants import bump_generation
from widgets_manager.core.actor import ALL_SCOPES, Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.models import ApiToken, Role
from widgets_manager.core.secrets import issue_secret
from widgets_manager.core.signals import access_changed
from widgets_manager.core.unit_of_work import unit_of_work

LONGEST_LIFE: Final = timedelta(days=3653)


def create_token(
    *,
    actor: Actor,
    name: str,
    scopes: Sequence[str],
    is_service: bool = False,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A token of the actor and its secret, shown once. Service tokens are made by admins only."""
    unknown = sorted(set(scopes) - ALL_SCOPES)
    if unknown or not scopes:
        fault = f"unknown scope '{unknown[0]}'" if unknown else "at least one scope is needed"
        raise InvalidInput(f"{fault}; allowed: {', '.join(sorted(ALL_SCOPES))}", path="scopes")
    if not name.strip():
        raise InvalidInput("A token needs a name.", path="name")
    if expires_at is not None and not timezone.now() < expires_at <= timezone.now() + LONGEST_LIFE:
        raise InvalidInput("expiresAt: must lie in the future, at most ten years from now", path="expiresAt")
    if is_service:
        actor.require_role(Role.ADMIN, "making service tokens")
    secret = issue_secret("wms" if is_service else "wmp")
    with unit_of_work():
        token = ApiToken(
            tenant=actor.tenant,
            user=actor.user,
            name=name.strip(),
            prefix=secret.prefix,
            token_hash=secret.hash,
            scopes=sorted(set(scopes)),
            is_service=is_service,
            expires_at=expires_at,
        )
        token.full_clean()
        token.save()
        record_audit(
            actor=actor, action="token.create", target=token, name=name, scopes=token.scopes, service=is_service
        )
    return token, secret.text


def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    """Refuse the token from now on, on every process. Doing it twice is no error."""
    with unit_of_work():
        if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            return
        # The cached identity of a token is bound to its user's generation.
        bump_generation(tenant_id=token.tenant_id, user_id=token.user_id)
        record_audit(actor=actor, action="token.revoke", target=token)
        access_changed.send(sender=ApiToken, tenant_id=token.tenant_id, user_id=token.user_id, reason="token_revoked")
