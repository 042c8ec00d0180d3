"""docs/live.md: its example runs, its events and frames are those of the code."""

from __future__ import annotations

import json
import re
import sys
import types
import uuid

import pytest

from tests.live.verify import verify_stream
from tests.people import Person
from widgets_manager.core.exceptions import NotFound
from widgets_manager.live.describe import PAGE, page_with_events
from widgets_manager.live.events import event_types
from widgets_manager.live.frames import CLIENT_FRAMES, SERVER_FRAMES
from widgets_manager.live.reading import read_stream
from widgets_manager.live.streams import StreamName, stream_kinds

TEXT = PAGE.read_text()


def test_it_works(alice: Person, charlie: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example for rooms, as it stands on the page."""
    example = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    module = types.ModuleType("tests.example")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    room = vars(module)
    try:
        exec(example[1], room)  # noqa: S102  (the page's own example)
        key = uuid.uuid4()
        room["set_counter"](actor=alice.actor, key=key, value=1)
        stream = StreamName("counter", key)
        with verify_stream(alice.actor, stream, lambda data, event, change: change, events=1):
            room["set_counter"](actor=alice.actor, key=key, value=2)
        with pytest.raises(NotFound):
            read_stream(charlie.actor, stream)
    finally:
        stream_kinds.pop("counter", None)
        event_types.pop("counter.set", None)


def test_the_reference_of_events_is_up_to_date() -> None:
    assert page_with_events(TEXT) == TEXT, "run: python manage.py live_docs"


def test_every_frame_and_its_fields_are_on_the_page() -> None:
    rows = re.findall(r"^\| `(\{.*?\})`", TEXT, re.MULTILINE)
    written = {re.search(r'"type":"(\w+)"', row)[1]: set(re.findall(r'"(\w+)"', row)) for row in rows}  # type: ignore[index]  # a row without a type must fail
    for kind, fields in {**CLIENT_FRAMES, **SERVER_FRAMES}.items():
        assert {"type", kind, *fields} <= written.pop(kind)
    assert written == {}


def test_examples_of_client_frames_are_json() -> None:
    for frame in re.findall(r'`(\{"type":"(?:subscribe|unsubscribe|ping)".*?\})`', TEXT):
        json.loads(frame.replace(":N}", ":1}"))
