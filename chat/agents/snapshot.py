"""Stage: views. What people's and the organisation's streams show of agents at first."""

from __future__ import annotations

from typing import Any

from chat.agents.access import shown_agents
from chat.agents.events import show_agent
from widgets_manager.core.actor import Actor


def own_agents(actor: Actor) -> list[dict[str, Any]]:
    """The actor's own, by name."""
    return [show_agent(row) for row in shown_agents().filter(tenant=actor.tenant, owner=actor.user)]


def shared_agents(actor: Actor) -> list[dict[str, Any]]:
    """Those that everybody in the organisation may talk to, by name."""
    return [show_agent(row) for row in shown_agents().filter(tenant=actor.tenant, shared=True)]
