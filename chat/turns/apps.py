"""The room of turns: prompt → model → intent."""

from django.apps import AppConfig


class TurnsConfig(AppConfig):
    """Registers the clean-up of answers whose process died, and hears what people do with widgets."""

    name = "chat.turns"
    label = "turns"
    verbose_name = "Turns"

    def ready(self) -> None:
        """Have stale answers ended every ten seconds, and answered widgets followed up."""
        from chat.conversations.actions import interrupt_stale_answers
        from chat.turns.actions import follow_up
        from widgets_manager.jobs.periodic import register_periodic
        from widgets_manager.sessions.hosting import register_follow_up

        register_follow_up(follow_up)
        register_periodic("chat.interrupt_stale_answers", 10, interrupt_stale_answers)
