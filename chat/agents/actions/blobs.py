"""Stage: actions. Files that agents upload."""

from __future__ import annotations

from typing import IO, Any, Final, cast

from django.conf import settings
from django.db.models import Sum

from chat.agents.access import Caller
from chat.agents.models import Agent, AgentBlob
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.exceptions import Conflict, InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.files.actions import store_blob
from widgets_manager.files.models import Blob

MAX_FILES: Final = 40  # of the largest size, of one agent


def store_agent_blob(*, caller: Caller, stream: Any, max_bytes: int) -> Blob:
    """Store everything in `stream` for the agent.

    Raises TooLarge (413), InvalidInput for nothing, Conflict LIMIT where so much of it is kept already.
    """
    _require_room(caller.agent)
    # Outside the unit of work: no connection is held while the bytes come in.
    blob = store_blob(
        actor=caller.actor,
        media_type="application/octet-stream",
        stream=cast("IO[bytes]", stream),
        max_bytes=max_bytes,
    )
    if not blob.size:
        raise InvalidInput("The body is empty; send the file's bytes.")
    agent = caller.agent
    with unit_of_work():
        row = AgentBlob(tenant_id=agent.tenant_id, agent=agent, blob=blob)
        AgentBlob.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["agent", "blob"], update_fields=["created_at"]
        )
        record_audit(actor=caller.actor, action="agent.upload", target=agent, blob=str(blob.pk), size=blob.size)
    return blob


def _require_room(agent: Agent) -> None:
    used = AgentBlob.objects.filter(agent=agent).aggregate(size=Sum("blob__size"))["size"] or 0
    if used >= MAX_FILES * settings.WIDGET_FILE_MB * 1_000_000:
        most = MAX_FILES * settings.WIDGET_FILE_MB
        raise Conflict(
            f"The uploads of this agent have {most:,} MB: no more are kept. What was uploaded a week ago is forgotten.",
            code="LIMIT",
        )
