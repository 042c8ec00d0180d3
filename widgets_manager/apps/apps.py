"""The room of apps: packages that bring widgets for the zones of the chat, and what their actions can reach."""

from django.apps import AppConfig


class AppsConfig(AppConfig):
    """Registers the form in which apps are written."""

    name = "widgets_manager.apps"
    label = "apps"
    verbose_name = "Apps"
