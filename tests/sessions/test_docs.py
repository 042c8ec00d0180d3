"""docs/sessions.md: its examples run from top to bottom, its effects and events are those of the code."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings

from tests.people import Person
from widgets_manager.declarative.shapes import shapes
from widgets_manager.live.events import event_types
from widgets_manager.sessions import events

TEXT = (settings.BASE_DIR / "docs" / "sessions.md").read_text()


class Api:
    """The calls of the examples, as alice."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/{path}")

    def post(self, path: str, json: Any) -> Any:
        return self.client.post(f"/api/{path}", json)


def test_it_works(settings: Any, tmp_path: Any, alice: Person) -> None:
    settings.FILES_ROOT = tmp_path
    names: dict[str, Any] = {"api": Api(alice.client)}
    examples = re.findall(r"^```python run\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        exec(compile(example, "docs/sessions.md", "exec"), names)  # noqa: S102  (the page's own example)


def test_the_events_are_those_that_are_declared() -> None:
    documented = set(re.findall(r"`(widget:[a-z]+)`", TEXT))
    assert documented == {name for name, kind in event_types.items() if kind.__module__ == events.__name__}


def test_every_action_has_an_effect() -> None:
    table = TEXT.partition("| type | effect |")[2].partition("\n\n")[0]
    named = set(re.findall(r"^\| ([a-z_]+) \|", table, re.MULTILINE)) - {"others"}
    assert named == {"tool", "http", "set_state", "sequence"}
    assert len(shapes()["actions"]) - len(named) == 11
