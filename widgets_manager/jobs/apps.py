"""The room of background work that survives restarts."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Puts the housekeeping of the first three rooms on the calendar."""

    name = "widgets_manager.jobs"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Register the periodic work."""
        from widgets_manager.jobs import maintenance

        maintenance.register()
