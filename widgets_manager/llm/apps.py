"""Registration of the room `llm` with Django; it has no models."""

from django.apps import AppConfig


class LlmConfig(AppConfig):
    """The room of the model providers."""

    name = "widgets_manager.llm"
    label = "llm"
    verbose_name = "Model providers"

    def ready(self) -> None:
        """Register the system check."""
        from widgets_manager.llm import checks  # noqa: F401
