"""The room of tenants, users, roles, tokens, audit, errors and units of work."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Puts Settings on the rail; every other room stands on this one."""

    name = "widgets_manager.core"
    label = "core"
    verbose_name = "Tenants and people"

    def ready(self) -> None:
        """Register this room's page."""
        from widgets_manager.core.navigation import NavEntry, add_entry

        add_entry(NavEntry(order=90, label="Settings", url_name="settings", icon="settings"))
