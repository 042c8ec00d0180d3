"""Conversations and boards for the tests of the chat."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.chat.apps import registered  # noqa: F401  (a fixture)
from tests.people import Person
from tests.widgets.conftest import board, install, manifest, place, private, team, widget  # noqa: F401  (fixtures)

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def conversation(alice: Person) -> str:
    """A conversation of alice; its id."""
    return str(alice.client.post("/api/conversations", {}).json()["conversation"]["id"])


def wait_for_answer(client: Any, answer: dict[str, Any], seconds: float = 20) -> dict[str, Any]:
    """The answer once it has ended."""
    address = f"/api/conversations/{answer['conversation_id']}/messages/{answer['id']}"
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        message: dict[str, Any] = client.get(address).json()["message"]
        if message["status"] != "streaming":
            return message
        time.sleep(0.02)
    raise AssertionError(f"no answer within {seconds} s")


@pytest.fixture
def say(alice: Person, conversation: str) -> Ask:
    """Say something as alice and wait for the answer."""

    def say(text: str, **body: Any) -> dict[str, Any]:
        client = alice.client
        response = client.post(f"/api/conversations/{conversation}/messages", {"text": text, **body})
        assert response.status_code == 202, response.content
        return wait_for_answer(client, response.json()["answer"])

    return say
