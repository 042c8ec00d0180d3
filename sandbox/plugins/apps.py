"""The room of plugins: packages with code, and how they are written, checked and told of."""

from django.apps import AppConfig


class PluginsConfig(AppConfig):
    """Registers the forms in which plugins are written, and their block."""

    name = "sandbox.plugins"
    label = "plugins"
    verbose_name = "Plugins"

    def ready(self) -> None:
        """Fill the registries of the room of packages."""
        from sandbox.frames.kinds import frame_kinds
        from sandbox.plugins.actions.heartbeats import delete_old_events
        from sandbox.plugins.actions.metadata import forget_expired_metadata
        from sandbox.plugins.actions.runs import prune_runs
        from sandbox.plugins.block import PLUGIN_BLOCK
        from sandbox.plugins.context import all as context_all
        from sandbox.plugins.forms import PieForm, PluginArchive
        from sandbox.plugins.hooks import JOB_KIND, run_install_hook
        from sandbox.plugins.jobs import register as register_jobs
        from sandbox.plugins.outside import TOOL_PANELS
        from sandbox.plugins.page import PAGE_KIND
        from sandbox.plugins.states import forget_lost_states
        from widgets_manager.jobs.kinds import register_job
        from widgets_manager.jobs.periodic import register_periodic
        from widgets_manager.packages.blocks import package_blocks
        from widgets_manager.packages.parsers import package_forms
        from widgets_manager.widgets.registry import placeless_panels

        for form in (PieForm(), PluginArchive()):
            package_forms.register(form)
        frame_kinds.register(PAGE_KIND)
        package_blocks.register(PLUGIN_BLOCK.name, PLUGIN_BLOCK)
        placeless_panels.append(TOOL_PANELS)
        context_all.register()
        register_jobs()
        register_job(JOB_KIND, run_install_hook, max_attempts=1, timeout_seconds=120)
        register_periodic("plugins.events", 3600, delete_old_events)
        register_periodic("plugins.runs", 3600, prune_runs)
        register_periodic("plugins.metadata", 3600, forget_expired_metadata)
        register_periodic("plugins.lost_states", 24 * 3600, forget_lost_states)
