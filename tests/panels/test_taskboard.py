from __future__ import annotations

import pytest

from tests.panels.conftest import Desk, Make
from tests.people import Person
from widgets_manager.core.exceptions import ApiError, PermissionDenied


def columns(board: Desk) -> dict[str, list[str]]:
    """The board as a page shows it: column → titles."""
    from widgets_manager.panels.templates.taskboard import view

    data = view(board.person.actor, board.panel)["data"]
    shown: dict[str, list[str]] = {column["id"]: [] for column in data["columns"]}
    for item in data["items"]:
        shown[item["column"]].append(item["title"])
    return shown


def test_it_works(board: Desk) -> None:
    result = board.run("add", title="buy milk")
    assert (result.success, result.message) == (True, "Added 'buy milk' to Board A.")
    board.run("add", title="call Ada", column="doing")
    listed = board.run("list")
    assert [(row.title, row.subtitle, row.data["position"]) for row in listed.items or ()] == [
        ("buy milk", "To do", 1),
        ("call Ada", "Doing", 2),
    ]
    assert listed.show_in_view_panel == board.panel.panel_id
    assert (listed.message, listed.total_count) == ("Board A has 2 tasks.", 2)


def test_add_needs_a_title_and_keeps_it_on_one_line(board: Desk) -> None:
    board.run("add", title="  two\n lines ")
    assert board.titles() == ["two lines"]
    for title in ("", "   ", None, 5, "x" * 501, "a\x00b", "\ud800"):
        with pytest.raises(ApiError) as caught:
            board.run("add", title=title)
        assert (caught.value.status, caught.value.path) == (422, "params.title")
    assert board.titles() == ["two lines"]


def test_an_unknown_column_is_refused_with_those_there_are(board: Desk) -> None:
    result = board.run("add", title="x", column="archive")
    assert not result.success
    assert result.error == "Board A has no column 'archive' (it has: To do, Doing, Done)."
    assert board.titles() == []


def test_move_by_title_and_by_position(board: Desk) -> None:
    for title in ("a1", "b2", "c3"):
        board.run("add", title=title)
    assert board.run("move", title="b2", column="doing").message == "Moved 'b2' to Doing on Board A."
    board.run("move", position=2, column="Done")  # c3: b2 stands in the next column now
    assert columns(board) == {"To do": ["a1"], "Doing": ["b2"], "Done": ["c3"]}
    assert [row.data["done"] for row in board.run("list").items or ()] == [False, False, True]
    board.run("move", title="c3", column="to do")
    assert not any(row.data["done"] for row in board.run("list").items or ())


def test_moving_where_it_is_already_says_so(board: Desk) -> None:
    board.run("add", title="a1")
    assert board.run("move", title="a1", column="todo").message == "'a1' is already in To do."


def test_dragging_puts_a_card_at_its_place_in_the_column(board: Desk) -> None:
    for title in ("a1", "b2", "c3", "d4"):
        board.run("add", title=title)
    board.run("move", title="d4", column="To do", index=1)
    assert columns(board)["To do"] == ["a1", "d4", "b2", "c3"]
    board.run("move", title="a1", column="To do", index=3)
    assert columns(board)["To do"] == ["d4", "b2", "c3", "a1"]
    board.run("move", title="c3", column="To do", index=0)
    assert columns(board)["To do"] == ["c3", "d4", "b2", "a1"]
    board.run("move", title="b2", column="Doing", index=0)
    board.run("move", title="a1", column="Doing", index=0)
    assert columns(board) == {"To do": ["c3", "d4"], "Doing": ["a1", "b2"], "Done": []}


def test_complete_moves_to_the_last_column(board: Desk) -> None:
    board.run("add", title="buy milk")
    assert board.run("complete", title="milk").message == "Completed 'buy milk' on Board A."
    assert columns(board)["Done"] == ["buy milk"]
    assert board.run("complete", title="milk").message == "'buy milk' is already done."


def test_complete_means_the_one_of_two_that_is_still_to_do(board: Desk) -> None:
    board.run("add", title="buy milk")
    board.run("complete", position=1)
    board.run("add", title="buy milk")
    assert board.run("complete", title="buy milk").success
    assert columns(board)["Done"] == ["buy milk", "buy milk"]


def test_remove_and_clear(board: Desk) -> None:
    for title in ("a1", "b2", "c3", "d4"):
        board.run("add", title=title)
    board.run("complete", title="d4")
    assert board.run("remove", position=2).message == "Removed 'b2' from Board A."
    assert board.run("clear", done=True).message == "Removed 1 done task from Board A."
    assert board.titles() == ["a1", "c3"]
    assert board.run("clear", done=True).message == "Board A had no done tasks to remove."
    assert board.run("clear").message == "Removed 2 tasks from Board A."
    assert board.titles() == []


def test_a_title_that_fits_several_is_asked_about_and_nothing_happens(board: Desk) -> None:
    board.run("add", title="buy milk")
    board.run("add", title="buy bread")
    result = board.run("remove", title="buy")
    assert result.as_dict()["error"] == "'buy' fits several tasks in Board A; which one: 'buy milk', 'buy bread'?"
    assert [(row.title, row.data["position"]) for row in result.items or ()] == [("buy milk", 1), ("buy bread", 2)]
    assert len(board.titles()) == 2


def test_equal_titles_are_told_apart_by_position(board: Desk) -> None:
    board.run("add", title="milk")
    board.run("add", title="milk")
    error = board.run("remove", title="milk").error
    assert error == "Several tasks in Board A are called 'milk'; say which by position: 1, 2."


def test_a_title_that_matches_nothing_gets_hints(board: Desk) -> None:
    board.run("add", title="milk")
    board.run("add", title="oat milk")
    assert board.run("remove", title="mlk").error == (
        "'mlk' matches nothing in Board A; did you mean: 'milk', 'oat milk'?"
    )
    assert board.run("remove", title="zzz").error == "'zzz' matches nothing in Board A."


def test_a_position_that_is_none_names_those_there_are(board: Desk) -> None:
    assert board.run("remove", position=1).error == ("Board A has 0 tasks; there is none at position 1 (it is empty).")
    board.run("add", title="a1")
    assert board.run("remove", position=2).error == (
        "Board A has 1 task; there is none at position 2 (allowed: 1 to 1)."
    )
    with pytest.raises(ApiError) as caught:
        board.run("remove")
    assert caught.value.path == "params.title"


def test_the_last_is_minus_one(board: Desk) -> None:
    for title in ("a1", "b2"):
        board.run("add", title=title)
    assert board.run("remove", position=-1).message == "Removed 'b2' from Board A."


def test_filters_keep_the_positions_of_the_whole_list(board: Desk) -> None:
    for title in ("a1", "b2", "c3"):
        board.run("add", title=title)
    board.run("move", title="a1", column="doing")
    rows = board.run("list", column="Doing").items or ()
    assert [(row.title, row.data["position"]) for row in rows] == [("a1", 3)]
    assert board.titles(done=True) == []
    assert board.run("list", done=True).message == "Board A has no such tasks."


def test_columns_come_from_the_config(make: Make) -> None:
    board = make("taskboard", {"columns": ["Idea", " In  work ", "Idea", 7, "", "Shipped"]})
    board.run("add", title="a1")
    board.run("complete", title="a1")
    assert columns(board) == {"Idea": [], "In work": [], "Shipped": ["a1"]}


def test_a_single_column_is_never_done_by_standing_there(make: Make) -> None:
    board = make("taskboard", {"columns": ["All"]})
    board.run("add", title="a1")
    assert [row.data["done"] for row in board.run("list").items or ()] == [False]
    board.run("complete", title="a1")
    assert [row.subtitle for row in board.run("list").items or ()] == ["All · done"]


def test_tasks_of_a_column_that_is_gone_stand_in_the_first(board: Desk) -> None:
    board.run("add", title="a1", column="Doing")
    response = board.person.client.patch(
        f"/api/widgets/instances/{board.instance_id}",
        {"config": {"columns": ["New", "Old"]}},
        content_type="application/json",
    )
    assert response.status_code == 200, response.content
    assert columns(board) == {"New": ["a1"], "Old": []}
    assert board.titles(column="new") == ["a1"]


def test_viewers_read_and_cannot_write(board: Desk, vera: Person) -> None:
    board.run("add", title="a1")
    assert board.run("list", vera).items
    for operation in ("add", "move", "complete", "remove", "clear"):
        with pytest.raises(PermissionDenied):
            board.run(operation, vera, title="a1", column="Done") if operation in ("add", "move") else board.run(
                operation, vera, **({} if operation == "clear" else {"title": "a1"})
            )
    assert board.titles() == ["a1"]


def test_teammates_share_one_board(board: Desk, bob: Person) -> None:
    board.run("add", bob, title="from bob")
    assert board.titles() == ["from bob"]
