"""Stage: actions. Files that agents upload."""

from __future__ import annotations

from typing import IO, Any, cast

from chat.agents.access import Caller
from chat.agents.models import AgentBlob
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.files.actions import store_blob
from widgets_manager.files.models import Blob


def store_agent_blob(*, caller: Caller, stream: Any, max_bytes: int) -> Blob:
    """Store everything in `stream` for the agent. Raises TooLarge (413), InvalidInput for nothing."""
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
        AgentBlob.objects.bulk_create([row], ignore_conflicts=True)
        record_audit(actor=caller.actor, action="agent.upload", target=agent, blob=str(blob.pk), size=blob.size)
    return blob
