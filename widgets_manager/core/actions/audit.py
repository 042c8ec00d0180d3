"""Stage: actions. The audit trail."""

from __future__ import annotations

from typing import Any

from django.db import models

from widgets_manager.core import request_context
from widgets_manager.core.actor import Actor
from widgets_manager.core.models import AuditEntry


def record_audit(*, actor: Actor, action: str, target: models.Model | None = None, **data: Any) -> AuditEntry:
    """Append one entry (`widget.install`, the thing, what was given) in the caller's transaction."""
    return AuditEntry.objects.create(
        tenant_id=actor.tenant_id,
        actor_id=actor.user_id,
        actor_name=actor.user.username,
        via=actor.via.value,
        action=action,
        target_type=target._meta.model_name or "" if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        data=data,
        request_id=request_context.get().request_id,
    )
