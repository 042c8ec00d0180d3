"""Stage: provider. Which source of answers this server uses."""

from __future__ import annotations

from django.conf import settings

from widgets_manager.llm.offline_provider import OfflineProvider
from widgets_manager.llm.openai_provider import OpenAIProvider
from widgets_manager.llm.types import Provider


def get_provider() -> Provider:
    """The configured endpoint when LLM_BASE_URL is set, else the offline matcher."""
    if not settings.LLM_BASE_URL:
        return OfflineProvider()
    return OpenAIProvider(
        base_url=settings.LLM_BASE_URL,
        api_key=settings.LLM_API_KEY,
        model=settings.LLM_MODEL,
        timeout=settings.LLM_TIMEOUT,
    )
