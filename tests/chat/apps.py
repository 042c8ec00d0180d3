"""Apps for the tests of the chat: installed as people install them, with functions that remember their calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from tests.people import Person
from widgets_manager.apps import functions
from widgets_manager.apps.functions import ActionResult, Function, FunctionCall

TREES = Path(__file__).parents[1] / "fixtures" / "trees" / "valid"

FILES = """\
capabilities:
  grant:
    - { module: widget, actions: [render, update, close, error, set_state, get_state] }
    - { module: things, actions: [find, drop] }
agents:
  - id: keeper
    role: coordinator
    system_prompt: |
      You keep the files. Ask before you delete one.
widgets:
  version: 1
  chat_side:
    title: Things
    data:
      things: { type: static, value: [] }
    tree: { type: list, items: '{{things}}', item: { type: text, text: '{{item}}' } }
  inline:
    confirm_delete:
      title: Delete a file
      tree:
        type: confirm
        title: 'Delete {{ctx.path}}?'
        confirm_action:
          action: tool
          tool: things.drop
          args: { path: '{{ctx.path}}' }
"""


class FindParams(BaseModel):
    """What the tests' search takes."""

    model_config = ConfigDict(extra="forbid")
    query: str
    sources: list[str] | None = None


class DropParams(BaseModel):
    """What the tests' deletion takes."""

    model_config = ConfigDict(extra="forbid")
    path: str


class Registered:
    """Functions of the tests, with the calls they got."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answer = ActionResult(True, {"hits": 12, "score": 0.94})
        self.before: Callable[[], object] = lambda: None

    def take(self, name: str) -> Any:
        """A function's body."""

        def run(call: FunctionCall) -> ActionResult:
            self.calls.append((name, call.params.model_dump()))
            self.before()
            return self.answer

        return run


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Registered:
    """`things.find`, `rag.query` and `rag.multi_query` (reads) and `things.drop` (a write) on this server."""
    found = Registered()
    reads = [(name, "Search the documents.") for name in ("things.find", "rag.query", "rag.multi_query")]
    for name, described in reads:
        one = Function(name, described, found.take(name), FindParams, "read", frozenset(FindParams.model_fields))
        monkeypatch.setitem(functions._functions, name, one)
    drop = Function(
        "things.drop", "Delete a file.", found.take("things.drop"), DropParams, "write", frozenset({"path"})
    )
    monkeypatch.setitem(functions._functions, "things.drop", drop)
    return found


def install_app(person: Person, text: str, **body: Any) -> dict[str, Any]:
    """Install an app from its YAML; the widget as the API shows it."""
    response = person.client.post("/api/widgets/install", {"file": text, **body})
    assert response.status_code == 201, response.content
    widget: dict[str, Any] = response.json()["widget"]
    return widget


def rag_app() -> str:
    """The sources app of the example, as written there."""
    return (TREES / "rag.yaml").read_text()
