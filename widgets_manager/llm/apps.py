"""Registration of the room `llm` with Django; it has no models."""

from django.apps import AppConfig


class LlmConfig(AppConfig):
    """The room of the model providers."""

    name = "widgets_manager.llm"
    label = "llm"
    verbose_name = "Model providers"
