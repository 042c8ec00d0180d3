"""What all routes need to be answered."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _authors_are_let_in(settings: Any) -> None:
    """As though the embedded server had a port for them."""
    settings.PLUGIN_DB_PORT = 5433
