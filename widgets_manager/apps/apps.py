"""The room of apps: packages that bring widgets for the zones of the chat, and what their actions can reach."""

from django.apps import AppConfig


class AppsConfig(AppConfig):
    """Registers the form in which apps are written, and their blocks."""

    name = "widgets_manager.apps"
    label = "apps"
    verbose_name = "Apps"

    def ready(self) -> None:
        """Fill the registries of the room of packages."""
        from widgets_manager.apps.blocks import BLOCKS
        from widgets_manager.apps.forms import AppForm
        from widgets_manager.apps.switching import SwitchedWidgets
        from widgets_manager.core.navigation import NavEntry, add_entry
        from widgets_manager.packages.blocks import package_blocks
        from widgets_manager.packages.parsers import package_forms

        package_forms.register(AppForm())
        for block in BLOCKS:
            package_blocks.register(block.name, SwitchedWidgets() if block.name == SwitchedWidgets.name else block)
        add_entry(NavEntry(order=25, label="Apps", url_name="apps", icon="apps"))
        add_entry(NavEntry(order=35, label="Playground", url_name="playground", icon="science"))
