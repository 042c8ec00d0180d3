"""Stage: events. Wake-ups for the processes that hold agents' connections; the rows say what there is to do."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Final

from widgets_manager.core.unit_of_work import after_commit
from widgets_manager.live.publish import Message, publish

WAKE: Final = "agents.wake"
RECHECK: Final = "agents.recheck"


def group_of(agent_id: uuid.UUID) -> str:
    """The channel layer's group of an agent's wake-ups."""
    return f"agents.{agent_id.hex}"


def wake(agent_ids: Iterable[uuid.UUID]) -> None:
    """There are new deliveries for these agents, once the unit of work has committed."""
    _tell(WAKE, agent_ids)


def recheck(agent_ids: Iterable[uuid.UUID]) -> None:
    """The token, the owner or the connection of these agents has changed, once the unit of work has committed."""
    _tell(RECHECK, agent_ids)


def _tell(kind: str, agent_ids: Iterable[uuid.UUID]) -> None:
    messages: list[tuple[str, Message]] = [(group_of(one), {"type": kind, "agent": one.hex}) for one in agent_ids]
    if messages:
        after_commit(lambda: publish(messages))
