"""The room of agents: programs of people that take part in conversations."""

from typing import Final

from django.apps import AppConfig

_DAY: Final = 24 * 3600


class AgentsConfig(AppConfig):
    """Brings what people say to agents, names agents for conversations, and keeps what agents uploaded."""

    name = "chat.agents"
    label = "agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        """Listen to conversations and put the housekeeping on the calendar."""
        from chat.agents import receivers, snapshot
        from chat.agents.access import names_of
        from chat.agents.actions.delivering import deliver_message, forget_old
        from chat.agents.actions.presence import end_stale_presences
        from chat.agents.actions.prompts import end_expired
        from chat.agents.models import AgentBlob
        from chat.conversations.listeners import register_agent_directory, register_message_listener
        from widgets_manager.core.navigation import NavEntry, add_entry
        from widgets_manager.files.references import register_blob_references
        from widgets_manager.jobs.periodic import register_periodic
        from widgets_manager.live.builtin_streams import add_tenant_snapshot, add_user_snapshot

        receivers.connect()
        add_user_snapshot("agents", snapshot.own_agents)
        add_tenant_snapshot("agents", snapshot.shared_agents)
        register_message_listener(deliver_message)
        register_agent_directory(names_of)
        register_blob_references("agents", lambda: AgentBlob.objects.values("blob_id"))
        register_periodic("agents.presences", 10, end_stale_presences)
        register_periodic("agents.expiry", 10, end_expired)
        register_periodic("agents.forget", _DAY, forget_old)
        add_entry(NavEntry(order=32, label="Agents", url_name="agents", icon="smart_toy"))
