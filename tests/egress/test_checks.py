"""The system check on hosts that are let through."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks


def test_it_works(settings: Any) -> None:
    settings.FETCH_ALLOW_HOSTS = ("127.0.0.1:9000",)
    settings.ENVIRONMENT = "production"
    [warning] = run_checks(tags=["egress"])
    assert warning.id == "egress.W001"
    assert "127.0.0.1:9000" in warning.msg


@pytest.mark.parametrize(("environment", "hosts"), [("development", ("127.0.0.1",)), ("production", ())])
def test_nothing_to_say(settings: Any, environment: str, hosts: tuple[str, ...]) -> None:
    settings.FETCH_ALLOW_HOSTS = hosts
    settings.ENVIRONMENT = environment
    assert run_checks(tags=["egress"]) == []
