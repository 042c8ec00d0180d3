"""Stage: actions. Tenants, members and invites."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from django.db.models import BigIntegerField, F, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.text import slugify

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import Conflict, InvalidInput, NotFound
from widgets_manager.core.models import ApiToken, Invite, Membership, Role, Tenant, User, now_ms
from widgets_manager.core.secrets import hash_secret, issue_secret
from widgets_manager.core.signals import access_changed
from widgets_manager.core.unit_of_work import Last, current, unit_of_work

INVITE_LIFETIME: Final = timedelta(days=7)


def create_tenant(*, name: str, owner: User) -> Tenant:
    """A new tenant with its owner. Raises InvalidInput for an empty name, Conflict when its slug is taken."""
    slug = slugify(name)
    if not slug:
        raise InvalidInput("The name of an organisation needs at least one letter or digit.", path="name")
    with unit_of_work():
        if Tenant.objects.filter(slug=slug).exists():
            raise Conflict(f"There is already an organisation '{slug}'.", path="name")
        tenant = Tenant.objects.create(name=name, slug=slug)
        Membership.objects.create(user=owner, tenant=tenant, role=Role.OWNER)
        actor = Actor(user=owner, tenant=tenant, role=Role.OWNER, via=Via.COMMAND)
        record_audit(actor=actor, action="tenant.create", target=tenant, name=name)
        _announce(tenant.pk, owner.pk, "joined")
    return tenant


def update_tenant(*, actor: Actor, name: str | None = None, confirm_writes: bool | None = None) -> Tenant:
    """Rename the tenant or set whether chat writes are confirmed. Admins only."""
    actor.require_role(Role.ADMIN, "changing the organisation")
    if name is not None and not name.strip():
        raise InvalidInput("The name of an organisation needs at least one letter.", path="name")
    with unit_of_work():
        tenant = Tenant.objects.select_for_update(no_key=True).get(pk=actor.tenant_id)
        tenant.name = name.strip() if name is not None else tenant.name
        tenant.confirm_writes = tenant.confirm_writes if confirm_writes is None else confirm_writes
        tenant.full_clean()
        tenant.save(update_fields=["name", "confirm_writes"])
        record_audit(
            actor=actor, action="tenant.update", target=tenant, name=tenant.name, confirm_writes=tenant.confirm_writes
        )
        _announce(tenant.pk, None, "tenant_changed")
    return tenant


def create_invite(*, actor: Actor, role: str) -> tuple[Invite, str]:
    """An invite link's secret, shown once. Admins invite up to their own role."""
    actor.require_role(Role.ADMIN, "inviting people")
    wanted = _role(role)
    _require_not_above(actor, wanted)
    secret = issue_secret("inv")
    with unit_of_work():
        invite = Invite.objects.create(
            tenant=actor.tenant,
            role=wanted,
            token_hash=secret.hash,
            created_by=actor.user,
            expires_at=timezone.now() + INVITE_LIFETIME,
        )
        record_audit(actor=actor, action="invite.create", target=invite, role=wanted.value)
    return invite, secret.text


def revoke_invite(*, actor: Actor, invite: Invite) -> None:
    """Make the link useless. Doing it twice is no error."""
    actor.require_role(Role.ADMIN, "revoking invites")
    with unit_of_work():
        if Invite.objects.filter(pk=invite.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record_audit(actor=actor, action="invite.revoke", target=invite)


def find_invite(secret: str) -> Invite:
    """The usable invite behind a link.

    Raises NotFound when it is unknown, used, revoked or expired, and when whoever made it could not make it today: it
    must be no way back for an admin who was removed.
    """
    invite = Invite.objects.select_related("tenant").filter(token_hash=hash_secret(secret)).first()
    if invite is None or not invite.usable or not _vouched_for(invite):
        raise NotFound("This invite link is not valid any more; ask for a new one.")
    return invite


def _vouched_for(invite: Invite) -> bool:
    maker = Membership.objects.filter(tenant=invite.tenant, user=invite.created_by_id, user__is_active=True).first()
    return maker is not None and Role(maker.role).rank >= max(Role.ADMIN.rank, Role(invite.role).rank)


def accept_invite(*, user: User, secret: str) -> Membership:
    """Join the tenant of the link. Of two people with one link one wins; the other gets NotFound."""
    with unit_of_work():
        invite = find_invite(secret)
        invite = Invite.objects.select_for_update(no_key=True).select_related("tenant").get(pk=invite.pk)
        if not invite.usable:
            raise NotFound("This invite link is not valid any more; ask for a new one.")
        membership, created = Membership.objects.get_or_create(
            user=user, tenant=invite.tenant, defaults={"role": invite.role}
        )
        if not created:
            raise Conflict(f"You are already a member of {invite.tenant.name}.", code="ALREADY_MEMBER")
        invite.accepted_by, invite.accepted_at = user, timezone.now()
        invite.save(update_fields=["accepted_by", "accepted_at"])
        actor = Actor(user=user, tenant=invite.tenant, role=Role(membership.role))
        record_audit(actor=actor, action="member.join", target=membership, role=membership.role)
        _announce(invite.tenant_id, user.pk, "joined")
    return membership


def change_role(*, actor: Actor, membership: Membership, role: str) -> Membership:
    """Give a member another role: never above one's own, and never away from the last owner."""
    actor.require_role(Role.ADMIN, "changing roles")
    wanted = _role(role)
    _require_not_above(actor, wanted)
    with unit_of_work():
        row = _locked(membership)
        _require_not_above(actor, Role(row.role))
        if row.role == Role.OWNER and wanted is not Role.OWNER:
            _require_another_owner(row)
        before, row.role = row.role, wanted
        row.save(update_fields=["role"])
        record_audit(actor=actor, action="member.role", target=row, user=row.user_id, before=before, after=wanted.value)
        _announce(row.tenant_id, row.user_id, "role_changed")
    return row


def remove_member(*, actor: Actor, membership: Membership) -> None:
    """Take someone out of the tenant, and end their tokens there; everybody may leave, except the last owner."""
    if membership.user_id != actor.user_id:
        actor.require_role(Role.ADMIN, "removing members")
    with unit_of_work():
        row = _locked(membership)
        _require_not_above(actor, Role(row.role))
        if row.role == Role.OWNER:
            _require_another_owner(row)
        record_audit(actor=actor, action="member.remove", target=row, user=row.user_id, role=row.role)
        row.delete()
        # Should they come back, what they left lying about does not.
        tokens = ApiToken.objects.filter(tenant_id=row.tenant_id, user_id=row.user_id, revoked_at=None)
        tokens.update(revoked_at=timezone.now())
        _announce(row.tenant_id, row.user_id, "removed")


def bump_generation(*, tenant_id: uuid.UUID, user_id: uuid.UUID | None = None) -> None:
    """Count, at the end of the unit of work, a change of what one member's chat (or everybody's) may see.

    A generation always grows and is about the time of its change in milliseconds, so that recent ones can be found.
    """
    current().collect(_count_changes, (tenant_id, user_id), last=Last.GENERATIONS)


def _count_changes(changes: list[tuple[uuid.UUID, uuid.UUID | None]]) -> None:
    """Lock the tenants' rows, then the members', each in the order of their ids: no two units wait in a circle."""
    following = Greatest(F("generation") + 1, Value(now_ms(), output_field=BigIntegerField()))
    for tenant_id in sorted({tenant for tenant, user in changes if user is None}):
        Tenant.objects.filter(pk=tenant_id).update(generation=following)
    for tenant_id, user_id in sorted({(tenant, user) for tenant, user in changes if user is not None}):
        Membership.objects.filter(tenant_id=tenant_id, user_id=user_id).update(generation=following)


def _announce(tenant_id: uuid.UUID, user_id: uuid.UUID | None, reason: str) -> None:
    bump_generation(tenant_id=tenant_id, user_id=user_id)
    access_changed.send(sender=Membership, tenant_id=tenant_id, user_id=user_id, reason=reason)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise InvalidInput(f"'{text}' is not one of {', '.join(map(repr, Role.values))}", path="role") from None


def _require_not_above(actor: Actor, role: Role) -> None:
    actor.require_role(role, f"deciding about the role {role.value}")


def _locked(membership: Membership) -> Membership:
    # The tenant row is the lock that keeps two admins from removing the last two owners at once.
    Tenant.objects.select_for_update(no_key=True).get(pk=membership.tenant_id)
    row = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if row is None:
        raise NotFound("There is no such member.")
    return row


def _require_another_owner(row: Membership) -> None:
    others = Membership.objects.filter(tenant_id=row.tenant_id, role=Role.OWNER).exclude(pk=row.pk)
    if not others.exists():
        raise Conflict("An organisation keeps at least one owner; make someone else owner first.", code="LAST_OWNER")
