"""Stage: actions. When the access of people changes, the connections of their agents are looked at."""

from __future__ import annotations

import uuid
from typing import Any

from chat.agents.models import Agent
from chat.agents.wakes import recheck
from widgets_manager.core.signals import access_changed
from widgets_manager.core.unit_of_work import unit_of_work


def connect() -> None:
    """Listen to `core.signals.access_changed`."""
    access_changed.connect(recheck_agents, dispatch_uid="agents.recheck_agents")


def recheck_agents(*, tenant_id: uuid.UUID, user_id: uuid.UUID | None, **kwargs: Any) -> None:
    """Somebody left the organisation, or may do less there: their agents may not stay."""
    if user_id is None:
        return
    with unit_of_work():
        own = Agent.objects.filter(tenant=tenant_id, owner=user_id).exclude(token_hash="")
        recheck(list(own.values_list("pk", flat=True)))
