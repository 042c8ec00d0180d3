"""Stage: actions. What a person answers when a widget asks: kept, used up, revoked, carried to another version.

Pages hear of answers that go from `receivers`, since most go with a panel, by the database's cascade.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from sandbox.frames.access import sandbox_of, version_of
from sandbox.frames.actions.locks import lock_place
from sandbox.frames.events import GrantPut
from sandbox.frames.exceptions import PermissionRequired
from sandbox.frames.models import Grant
from sandbox.frames.serializers import show_grant
from sandbox.frames.validation import audited, digest_of
from widgets_manager.core.access import not_found
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput, PermissionDenied
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.events import emit
from widgets_manager.widgets.events import user_stream
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance
from widgets_manager.widgets.panels_of import panel_of

# An answer that is only noted: the widget may ask again.
DENY: Final = "deny"
ANSWERS: Final = (*Grant.Level.values, DENY)
ONCE_SECONDS: Final = 60
MAX_METHOD: Final = 60


def decide(
    *,
    actor: Actor,
    instance: WidgetInstance,
    permission: str,
    level: str,
    expires_at: datetime | None = None,
    method: str = "",
    params: Mapping[str, Any] | None = None,
) -> Grant | None:
    """Keep what the person answered, in place of an earlier answer; None for `deny`, which is only noted.

    `method` and `params` are what they were shown. `once` then counts for exactly this call, and ends after a minute
    unless `expires_at` says otherwise. Raises InvalidInput, PERMISSION_NOT_DECLARED (422) among them.
    """
    _check(level, expires_at, method)
    with unit_of_work():
        place = lock_place(actor, instance)
        _require_declared(place, permission)
        refused = level in (DENY, Grant.Level.NEVER)
        record_audit(
            actor=actor,
            action="grant.refuse" if refused else "grant.allow",
            target=place,
            permission=permission,
            level=level,
            method=method,
            params=audited(params or {}),
        )
        if level == DENY:
            return None
        once = level == Grant.Level.ONCE
        now = timezone.now()
        grant, _ = Grant.objects.update_or_create(
            instance=place,
            user=actor.user,
            permission=permission,
            defaults={
                "tenant": actor.tenant,
                "level": level,
                "package_version": version_of(place),
                "expires_at": expires_at or (now + timedelta(seconds=ONCE_SECONDS) if once else None),
                "call_digest": digest_of(method, params or {}) if once and method else "",
                "created_at": now,
            },
        )
        grant.instance = place
        emit(user_stream(actor.user_id), GrantPut(grant=show_grant(grant)), tenant_id=actor.tenant_id)
    return grant


def revoke(*, actor: Actor, instance: WidgetInstance, permission: str) -> None:
    """Forget the actor's own answer, so that they are asked again. Raises NotFound when there is none."""
    with unit_of_work():
        place = lock_place(actor, instance)
        grant = _locked(actor, place, permission)
        if grant is None:
            raise not_found("grant")
        record_audit(actor=actor, action="grant.revoke", target=place, permission=permission, level=str(grant.level))
        grant.delete()


def require_grant(*, actor: Actor, instance: WidgetInstance, permission: str, digest: str) -> None:
    """Raise unless the person said yes to the call: PermissionRequired without a yes that still counts,
    PermissionDenied after `never`.
    """
    _require(_of(actor, instance, permission).first(), instance, permission, digest)


def use_grant(*, actor: Actor, instance: WidgetInstance, permission: str, digest: str) -> None:
    """As `require_grant`, in the transaction of the write and after it; `once` is used up by it.

    Of two writes that race for one `once`, the second waits here for the first, finds nothing, and is undone. Answers
    are the last rows that are locked: who takes a panel away holds the panels first, and then deletes the answers.
    """
    grant = _locked(actor, instance, permission)
    _require(grant, instance, permission, digest)
    if grant is not None and grant.level == Grant.Level.ONCE:
        grant.delete()


def move_grants(*, actor: Actor, widget: InstalledWidget, keep: bool) -> None:
    """The widget has come to the version that it now has: everybody's answers are carried there, or forgotten.

    In the caller's unit of work, which holds the widget.
    """
    grants = Grant.objects.filter(instance__widget=widget, tenant=actor.tenant)
    if keep:
        grants.update(package_version=widget.package_version)
    else:
        grants.delete()


def _check(level: str, expires_at: datetime | None, method: str) -> None:
    if level not in ANSWERS:
        allowed = ", ".join(map(repr, ANSWERS))
        raise InvalidInput(f"level: '{level[:60]}' is not one of {allowed}", path="level")
    if expires_at is not None and expires_at <= timezone.now():
        raise InvalidInput("expiresAt: must be in the future", path="expiresAt")
    if len(method) > MAX_METHOD:
        raise InvalidInput(f"method: must have at most {MAX_METHOD} characters", path="method")


def _require_declared(instance: WidgetInstance, permission: str) -> None:
    declared = sandbox_of(instance).permissions
    if permission not in declared:
        raise InvalidInput(
            f"permission: the manifest of {panel_of(instance).title} does not ask for '{permission[:60]}' "
            f"(it asks for: {', '.join(declared) or 'none'})",
            code="PERMISSION_NOT_DECLARED",
            path="permission",
        )


def _require(grant: Grant | None, instance: WidgetInstance, permission: str, digest: str) -> None:
    title = panel_of(instance).title
    if grant is not None and grant.counts_for(version_of(instance).pk):
        match grant.level:
            case Grant.Level.NEVER:
                raise PermissionDenied(f"You have told {title} never to ask for '{permission}'.")
            case Grant.Level.ALWAYS:
                return
            case Grant.Level.ONCE if grant.call_digest in ("", digest):
                return
    raise PermissionRequired(f"{title} needs your permission for '{permission}'.", data={"permission": permission})


def _of(actor: Actor, instance: WidgetInstance, permission: str) -> QuerySet[Grant]:
    return Grant.objects.filter(tenant=actor.tenant, user=actor.user, instance=instance, permission=permission)


def _locked(actor: Actor, instance: WidgetInstance, permission: str) -> Grant | None:
    return _of(actor, instance, permission).select_for_update(no_key=True).first()
