"""Frames of widgets in the browser: they run, are told of theme and size, are released, and say what went wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.sandbox.conftest import HELLO, Put, inside, opened, tile
from tests.people import Person
from widgets_manager.widgets.models import Workspace

pytestmark = pytest.mark.e2e


def test_it_works(alice: Person, board: Workspace, put: Put, visit: Visit, frames: str) -> None:
    put("Counter", HELLO)
    visitor = visit(alice)
    page = opened(visitor, board)
    widget = inside(tile(page, "Counter A"))
    widget.get_by_role("button", name="Count").click()
    expect(widget.get_by_text("Counted 1")).to_be_visible()
    assert visitor.faults == []
