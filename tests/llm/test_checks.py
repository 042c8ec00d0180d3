"""The system checks of the model's endpoint."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("base_url", "key", "model", "found"),
    [
        ("", "", "", []),
        ("http://127.0.0.1:1/v1", "", "any", []),
        ("http://127.0.0.1:1/v1", "key", "", ["llm.E001"]),
        ("", "key", "", ["llm.W001"]),
        ("", "", "any", ["llm.W001"]),
    ],
)
def test_it_works(settings: Any, base_url: str, key: str, model: str, found: list[str]) -> None:
    settings.LLM_BASE_URL, settings.LLM_API_KEY, settings.LLM_MODEL = base_url, key, model
    assert [message.id for message in run_checks(tags=["llm"])] == found
