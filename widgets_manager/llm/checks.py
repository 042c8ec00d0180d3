"""Stage: system checks. Tell operators when the model's endpoint is half configured."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register("llm")
def endpoint_is_whole(**kwargs: Any) -> list[CheckMessage]:
    """llm.E001 for LLM_BASE_URL without LLM_MODEL; llm.W001 for a model or key without LLM_BASE_URL."""
    if settings.LLM_BASE_URL and not settings.LLM_MODEL:
        hint = "Set LLM_MODEL to the name of a model at that endpoint."
        return [Error("LLM_BASE_URL is set, but no model is chosen.", hint=hint, id="llm.E001")]
    if not settings.LLM_BASE_URL and (settings.LLM_MODEL or settings.LLM_API_KEY):
        hint = "Set LLM_BASE_URL, or unset the other two."
        text = "LLM_MODEL or LLM_API_KEY is set, but not LLM_BASE_URL: the offline matcher answers."
        return [Warning(text, hint=hint, id="llm.W001")]
    return []
