from __future__ import annotations

import pytest

from widgets_manager.panels.matching import Unclear, find_column, find_position, find_title

TITLES = ["buy milk", "Buy bread", "Call Ada", "write the report", "oat milk"]


def test_it_works() -> None:
    assert find_title("buy milk", TITLES) == 0


@pytest.mark.parametrize(
    ("said", "index"),
    [
        ("BUY MILK", 0),
        ("“buy milk”.", 0),
        ("  call   ada ", 2),
        ("call", 2),
        ("wri", 3),
        ("report", 3),
        ("the report", 3),
        ("wirte the report", 3),
        ("buy bred", 1),
        ("oat", 4),
    ],
)
def test_case_quotes_beginnings_words_and_slips_of_the_pen_are_forgiven(said: str, index: int) -> None:
    assert find_title(said, TITLES) == index


def test_an_exact_title_wins_over_longer_ones() -> None:
    assert find_title("milk", ["milk shake", "milk", "oat milk"]) == 1


def test_a_title_in_the_same_case_wins_over_others() -> None:
    assert find_title("Docs", ["docs", "Docs"]) == 1


@pytest.mark.parametrize(("said", "candidates"), [("buy", [0, 1]), ("milk", [0, 4])])
def test_it_never_guesses_between_several(said: str, candidates: list[int]) -> None:
    with pytest.raises(Unclear) as caught:
        find_title(said, TITLES)
    assert (caught.value.several, caught.value.candidates) == (True, candidates)


def test_one_letter_is_no_beginning_and_a_weak_likeness_is_only_a_hint() -> None:
    with pytest.raises(Unclear) as caught:
        find_title("w", TITLES)
    assert not caught.value.several
    with pytest.raises(Unclear) as caught:
        find_title("mlk", ["milk", "oat milk"])
    assert (caught.value.several, caught.value.candidates) == (False, [0, 1])


def test_nothing_like_it_gives_no_hint() -> None:
    with pytest.raises(Unclear) as caught:
        find_title("zzzz", TITLES)
    assert caught.value.candidates == []
    with pytest.raises(Unclear):
        find_title("", TITLES)
    with pytest.raises(Unclear):
        find_title("milk", [])


@pytest.mark.parametrize(
    ("position", "index"),
    [(1, 0), (3, 2), (2.0, 1), (-1, 2), (-3, 0), ("last", 2), ("First", 0), ("2", 1)],
)
def test_positions_count_from_one_and_from_the_end(position: object, index: int) -> None:
    assert find_position(position, 3) == index


@pytest.mark.parametrize("position", [0, 4, -4, 1.5, "second-ish", "", None, True, float("nan"), float("inf"), [1]])
def test_positions_that_are_none(position: object) -> None:
    assert find_position(position, 3) is None


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ("todo", "To do"),
        ("To-Do", "To do"),
        ("DONE", "Done"),
        ("done column", "Done"),
        ("finished", "Done"),
        ("in progress", "Doing"),
        ("doin", "Doing"),
    ],
)
def test_columns_are_found_forgivingly(said: str, column: str) -> None:
    assert find_column(said, ["To do", "Doing", "Done"]) == column


def test_an_unknown_column_is_none() -> None:
    assert find_column("archive", ["To do", "Doing", "Done"]) is None
    assert find_column("", ["To do"]) is None
    assert find_column("d", ["Doing", "Done"]) is None
