"""The room of turns: prompt → model → intent."""

from django.apps import AppConfig


class TurnsConfig(AppConfig):
    """Registers the clean-up of answers whose process died."""

    name = "chat.turns"
    label = "turns"
    verbose_name = "Turns"

    def ready(self) -> None:
        """Have stale answers ended every ten seconds."""
        from chat.conversations.actions import interrupt_stale_answers
        from widgets_manager.jobs.periodic import register_periodic

        register_periodic("chat.interrupt_stale_answers", 10, interrupt_stale_answers)
