"""Agents for browsers to talk with."""

from __future__ import annotations

import pytest

from tests.agents.conftest import Talk, make_talk
from tests.agents.conftest import files_root as files_root
from tests.people import Person


@pytest.fixture
def talk(alice: Person) -> Talk:
    return make_talk(alice, "Release helper")
