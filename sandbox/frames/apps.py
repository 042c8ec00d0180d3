"""The room of sandboxed widgets: their frames, what they may ask of the page around them, and grants."""

from django.apps import AppConfig


class FramesConfig(AppConfig):
    """Registers the manifest's block, what scripts may ask for, and the upkeep of the network log."""

    name = "sandbox.frames"
    label = "frames"
    verbose_name = "Sandboxed widgets"

    def ready(self) -> None:
        """Fill the registries of the rooms below, and this room's own."""
