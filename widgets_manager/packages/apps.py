"""The room of packages: how they are written, checked and kept."""

from django.apps import AppConfig


class PackagesConfig(AppConfig):
    """Registers nothing; rooms with blocks or forms of their own register them here."""

    name = "widgets_manager.packages"
    label = "packages"
    verbose_name = "Packages"
