"""The room of stored files, named by their content."""

from typing import Final

from django.apps import AppConfig

_DAY: Final = 24 * 3600


class FilesConfig(AppConfig):
    """Puts the deletion of unreferenced files on the calendar."""

    name = "widgets_manager.files"
    label = "files"
    verbose_name = "Files"

    def ready(self) -> None:
        """Register the periodic work."""
        from widgets_manager.files.actions import collect_garbage
        from widgets_manager.jobs.periodic import register_periodic

        register_periodic("files.garbage", _DAY, collect_garbage)
