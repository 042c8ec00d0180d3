"""The room of the plugins' database: a schema for each plugin, statements of its code, and its author's credentials."""

from django.apps import AppConfig


class PluginDatabaseConfig(AppConfig):
    """Registers the checks and the clean-up."""

    name = "sandbox.plugindb"
    label = "plugindb"
    verbose_name = "Plugins' tables"

    def ready(self) -> None:
        """Fill the registries of the rooms below."""
        from sandbox.plugindb import checks, receivers  # noqa: F401  (checks registers itself)
        from sandbox.plugindb.actions.removal import clean_up
        from widgets_manager.jobs.periodic import register_periodic

        register_periodic("plugindb.clean_up", 3600, clean_up)
        receivers.connect()
