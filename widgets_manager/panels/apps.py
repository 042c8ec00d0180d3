"""The room of built-in panels and of the templates that serve data-driven ones."""

from django.apps import AppConfig


class PanelsConfig(AppConfig):
    """Registers the templates, the built-in panels, one's own data in a person's stream, a demo dashboard."""

    name = "widgets_manager.panels"
    label = "panels"
    verbose_name = "Panels"

    def ready(self) -> None:
        """Fill the registries of the rooms below."""
        from widgets_manager.core.demo import add_demo_step
        from widgets_manager.live.builtin_streams import add_user_snapshot
        from widgets_manager.panels.access import own_builtin_data
        from widgets_manager.panels.builtins import demo, quick_links, recent
        from widgets_manager.panels.builtins import notes as workspace_notes
        from widgets_manager.panels.demo import furnish_dashboard
        from widgets_manager.panels.templates import collection, links, lists, metric, notes, taskboard
        from widgets_manager.widgets.registry import intent_handlers, register_builtin

        for template in (taskboard, lists, notes, links, metric, collection):
            intent_handlers.register(template.TEMPLATE)
        for panel in (recent.PANEL, demo.PANEL, workspace_notes.PANEL, *quick_links.badges()):
            register_builtin(panel)
        add_user_snapshot("builtins", own_builtin_data)
        add_demo_step(furnish_dashboard)
