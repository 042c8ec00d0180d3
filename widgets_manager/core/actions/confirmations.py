"""Stage: actions. Writes that wait for a person's yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from widgets_manager.core.access import not_found, parse_id
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import PendingConfirmation
from widgets_manager.core.unit_of_work import unit_of_work

LIFETIME: Final = timedelta(minutes=10)


def request_confirmation(*, actor: Actor, action: str, args: dict[str, Any], summary: str) -> PendingConfirmation:
    """Keep the exact arguments until the same user says yes, at most ten minutes."""
    with unit_of_work():
        pending = PendingConfirmation.objects.create(
            tenant=actor.tenant,
            user=actor.user,
            action=action,
            args=args,
            summary=summary,
            expires_at=timezone.now() + LIFETIME,
        )
        record_audit(actor=actor, action="confirmation.request", target=pending, summary=summary)
    return pending


def use_confirmation(
    *, actor: Actor, confirmation_id: object, action: str, args: dict[str, Any]
) -> PendingConfirmation:
    """Take a confirmation, once, in the caller's transaction.

    Raises NotFound for a stranger's or unknown one and Conflict when it is used, declined, expired or was given
    for other arguments.
    """
    with unit_of_work():
        pending = _locked(actor, confirmation_id)
        if pending.action != action or not _same(pending.args, args):
            raise Conflict(
                "This confirmation was given for other arguments.", code="CONFIRMATION_MISMATCH", path="confirmationId"
            )
        pending.used_at = timezone.now()
        pending.save(update_fields=["used_at"])
        record_audit(actor=actor, action="confirmation.use", target=pending)
    return pending


def get_confirmation(*, actor: Actor, confirmation_id: object) -> PendingConfirmation:
    """The actor's own pending confirmation, still open. Raises NotFound, or Conflict when it is used or expired."""
    with unit_of_work():
        return _locked(actor, confirmation_id)


def decline_confirmation(*, actor: Actor, confirmation_id: object) -> PendingConfirmation:
    """Say no: the write can no longer be run with this confirmation."""
    with unit_of_work():
        pending = _locked(actor, confirmation_id)
        pending.declined_at = timezone.now()
        pending.save(update_fields=["declined_at"])
        record_audit(actor=actor, action="confirmation.decline", target=pending)
    return pending


def _same(kept: Any, given: Any) -> bool:
    """Whether two JSON values are the same, as far as jsonb keeps them: it returns 1e300 as a whole number.

    `True == 1` in Python; what was confirmed as one is not run as the other.
    """
    if isinstance(kept, bool) or isinstance(given, bool):
        return kept is given
    if isinstance(kept, int | float) and isinstance(given, int | float):
        return float(kept) == float(given)
    if isinstance(kept, dict) and isinstance(given, dict):
        return kept.keys() == given.keys() and all(_same(kept[key], given[key]) for key in kept)
    if isinstance(kept, list) and isinstance(given, list):
        return len(kept) == len(given) and all(map(_same, kept, given))
    return bool(kept == given)


def _locked(actor: Actor, confirmation_id: object) -> PendingConfirmation:
    key = parse_id(confirmation_id, "confirmation")
    rows = PendingConfirmation.objects.select_for_update(no_key=True).filter(tenant=actor.tenant, user=actor.user)
    pending = rows.filter(pk=key).first()
    if pending is None:
        raise not_found("confirmation")
    if pending.used_at or pending.declined_at:
        raise Conflict("This confirmation was already answered.", code="CONFIRMATION_USED", path="confirmationId")
    if pending.expires_at <= timezone.now():
        raise Conflict("This confirmation has expired; ask again.", code="CONFIRMATION_EXPIRED", path="confirmationId")
    return pending
