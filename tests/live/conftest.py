"""Fixtures of the live room's tests."""

from tests.live.kinds import boards

__all__ = ["boards"]
