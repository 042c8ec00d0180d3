"""The config of a place against its widget's configSchema, which strangers write."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from tests.people import Person, assert_refused
from tests.widgets.conftest import install, manifest, place
from widgets_manager.widgets.models import Workspace


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A validator that searches for ever fails its test instead of holding up all others."""
    before = signal.signal(signal.SIGALRM, lambda *_: pytest.fail("the config is still being checked"))
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def configured(alice: Person, team: Workspace, properties: dict[str, Any]) -> str:
    """The address of a place whose widget has these settings."""
    schema = {"type": "object", "properties": properties}
    instance = place(alice, install(alice, manifest(configSchema=schema))["id"], team)
    return f"/api/widgets/instances/{instance['id']}"


def test_it_works(alice: Person, team: Workspace) -> None:
    address = configured(alice, team, {"limit": {"type": "integer", "minimum": 1}, "tags": {"items": {"maxLength": 3}}})
    assert alice.client.patch(address, {"config": {"limit": 2, "tags": ["abc"]}}).status_code == 200
    error = assert_refused(
        alice.client.patch(address, {"config": {"limit": 0, "tags": ["a", "long"]}}), 422, "INVALID_INPUT"
    )
    assert {problem["path"] for problem in error["errors"]} == {"config.limit", "config.tags[1]"}


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|aa)+$", "^(?=(a+)+$)", r"^(a*)*\1$"])
def test_a_pattern_that_searches_for_ever_is_given_up(alice: Person, team: Workspace, pattern: str) -> None:
    address = configured(alice, team, {"a": {"type": "string", "pattern": pattern}})
    response = alice.client.patch(address, {"config": {"a": "a" * 5000 + "!"}})
    assert_refused(response, 422, "INVALID_INPUT", "config.a")


def test_nothing_is_fetched_for_a_schema(alice: Person, team: Workspace) -> None:
    for address in ("http://127.0.0.1:1/schema", "file:///etc/passwd"):
        document = manifest(configSchema={"$ref": address})
        response = alice.client.post("/api/widgets/install", {"file": json.dumps(document)})
        assert_refused(response, 422, "INVALID_MANIFEST", "configSchema")
