"""The seven kinds: asked by an agent, answered by a person, once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agents.asking import answer, ask, response_of
from tests.agents.conftest import Talk
from tests.agents.specs import ANSWERED


@pytest.mark.parametrize(("kind", "spec", "value", "given"), ANSWERED)
def test_it_works(talk: Talk, kind: str, spec: dict[str, Any], value: Any, given: Any) -> None:
    message = ask(talk, kind, spec)
    assert message.payload["state"] == "open"
    body = answer(talk, message, value=value)
    shown = body["message"]["payload"]
    assert (shown["state"], shown["answers"][0]["value"], shown["answers"][0]["name"]) == ("answered", given, "Alice")
    response = response_of(talk, body)
    assert response == {"type": "widget.response", "id": response["id"], "ref": "w", "cancelled": False, "value": given}
