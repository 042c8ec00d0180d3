"""The room of packages: how they are written, checked and kept."""

from django.apps import AppConfig


class PackagesConfig(AppConfig):
    """Keeps its files from being swept away; rooms with blocks or forms of their own register them here."""

    name = "widgets_manager.packages"
    label = "packages"
    verbose_name = "Packages"

    def ready(self) -> None:
        """Name the blobs that versions are made of."""
        from widgets_manager.files.references import register_blob_references
        from widgets_manager.packages.models import PackageFile

        register_blob_references("package files", lambda: PackageFile.objects.values("blob_id"))
