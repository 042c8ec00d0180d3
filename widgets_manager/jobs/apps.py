"""The room of background work that survives restarts."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Puts the housekeeping of this room and those below on the calendar, and its page on the rail."""

    name = "widgets_manager.jobs"
    label = "jobs"
    verbose_name = "Background work"

    def ready(self) -> None:
        """Register the periodic work and the page."""
        from widgets_manager.core.navigation import NavEntry, add_entry
        from widgets_manager.jobs import maintenance

        maintenance.register()
        add_entry(NavEntry(order=50, label="Jobs", url_name="jobs", icon="pending_actions"))
