"""The room of turns: prompt → model → intent."""

from django.apps import AppConfig


class TurnsConfig(AppConfig):
    """Registers the clean-up of answers whose process died, and hears what people, scripts and plugins do."""

    name = "chat.turns"
    label = "turns"
    verbose_name = "Turns"

    def ready(self) -> None:
        """Have stale answers ended every ten seconds, answered widgets followed up, scripts and plugins heard."""
        from chat.conversations.answers import interrupt_stale_answers
        from chat.turns.actions import follow_up
        from chat.turns.capabilities import METHOD
        from chat.turns.mounts import show_mount
        from chat.turns.streams import hear_stream
        from sandbox.frames.capabilities import capabilities
        from sandbox.plugins.events import register_stream_listener
        from sandbox.plugins.places import register_mount_host
        from widgets_manager.jobs.periodic import register_periodic
        from widgets_manager.sessions.hosting import register_follow_up

        register_follow_up(follow_up)
        capabilities.register(METHOD)
        register_mount_host(show_mount)
        register_stream_listener(hear_stream)
        register_periodic("chat.interrupt_stale_answers", 10, interrupt_stale_answers)
