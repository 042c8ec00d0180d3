"""The room of workspaces, installed widgets, their places, manifests and intents."""

from django.apps import AppConfig


class WidgetsConfig(AppConfig):
    """Registers the workspace stream, this room's part of the others, its pages, and the cache's repair."""

    name = "widgets_manager.widgets"
    label = "widgets"
    verbose_name = "Widgets"

    def ready(self) -> None:
        """Fill the registries of the rooms below."""
        from widgets_manager.core.navigation import NavEntry, add_entry
        from widgets_manager.jobs.periodic import register_periodic
        from widgets_manager.live.builtin_streams import add_tenant_snapshot, add_user_snapshot
        from widgets_manager.live.streams import register_stream_kind
        from widgets_manager.widgets import cache, checks, receivers, snapshot  # noqa: F401  (checks registers itself)

        register_stream_kind("workspace", authorize=snapshot.authorize_workspace, snapshot=snapshot.workspace_snapshot)
        add_user_snapshot("widgets", snapshot.own_widgets)
        add_user_snapshot("workspaces", snapshot.own_workspaces)
        add_tenant_snapshot("widgets", snapshot.tenant_widgets)
        add_tenant_snapshot("workspaces", snapshot.tenant_workspaces)
        register_periodic("widgets.repair_generations", 10, cache.repair_generations)
        receivers.connect()
        add_entry(NavEntry(order=10, label="Dashboard", url_name="dashboard", icon="dashboard"))
        add_entry(NavEntry(order=30, label="Widgets", url_name="manager", icon="widgets"))
