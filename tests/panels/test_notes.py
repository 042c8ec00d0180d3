from __future__ import annotations

import pytest

from tests.panels.conftest import Desk, Make
from widgets_manager.core.exceptions import ApiError


@pytest.fixture
def notes(make: Make) -> Desk:
    return make("notes", slug="notes")


def test_it_works(notes: Desk) -> None:
    assert notes.run("add", title="Standup", text="Ship it").message == "Added the note 'Standup' to Notes A."
    shown = notes.run("show", title="standup")
    assert (shown.message, shown.title, shown.show_in_view_panel) == ("Ship it", "Standup", notes.panel.panel_id)
    assert notes.run("list").message == "Notes A has 1 note."


def test_without_title_the_first_line_is_one(notes: Desk) -> None:
    notes.run("add", text="## Call Ada\nabout the engine")
    notes.run("add", text="x" * 100)
    assert notes.titles() == ["Call Ada", "x" * 59 + "…"]


def test_append_adds_a_line(notes: Desk) -> None:
    notes.run("add", title="Standup", text="one")
    notes.run("append", title="Standup", text="two")
    assert notes.run("show", position=1).message == "one\ntwo"


def test_a_note_cannot_outgrow_its_limit(notes: Desk) -> None:
    notes.run("add", title="long", text="x" * 20_000)
    assert "20,000 characters" in notes.run("append", title="long", text="y").error
    with pytest.raises(ApiError):
        notes.run("add", text="x" * 20_001)
    assert notes.run("show", title="long").message == "x" * 20_000


def test_update_saves_title_and_text(notes: Desk) -> None:
    notes.run("add", title="Standup", text="one")
    notes.run("update", title="Standup", newTitle="Daily", text="")
    assert notes.run("show", title="Daily").message == "'Daily' is empty."
    with pytest.raises(ApiError) as caught:
        notes.run("update", title="Daily")
    assert caught.value.path == "params.text"


def test_lists_show_beginnings_not_whole_texts(notes: Desk) -> None:
    notes.run("add", title="long", text="word " * 1_000)
    [row] = notes.run("list").items or ()
    assert len(row.subtitle) <= 120
    assert row.subtitle.endswith("…")
    assert "text" not in row.data


def test_remove(notes: Desk) -> None:
    notes.run("add", title="Standup", text="one")
    assert notes.run("remove", title="stand").message == "Removed 'Standup' from Notes A."
    assert notes.titles() == []
