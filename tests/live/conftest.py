"""Fixtures of the live room's tests."""

import pytest

from tests.live.kinds import boards
from widgets_manager.live import hub

__all__ = ["boards"]


@pytest.fixture(autouse=True)
def no_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is repaired by the hub's comparison, unless a test asks for `quick`: wake-ups must do."""
    monkeypatch.setattr(hub, "COMPARE_EVERY", 3600.0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, no_comparison: None) -> None:
    """Compare with the database often."""
    monkeypatch.setattr(hub, "COMPARE_EVERY", 0.2)
