"""apply_set: the table of cases that the browser's implementation runs too."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from widgets_manager.declarative.state import InvalidChange, apply_set

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "state_operations.json").read_text(encoding="utf-8")
)


def test_it_works() -> None:
    assert apply_set({"picked": ["a"]}, {"picked.toggle": "b", "view.sort": "name"}) == {
        "picked": ["a", "b"],
        "view": {"sort": "name"},
    }


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_shared_table(case: dict[str, Any]) -> None:
    before = copy.deepcopy(case["state"])
    if case.get("error"):
        with pytest.raises(InvalidChange):
            apply_set(case["state"], case["set"])
    else:
        # as JSON, so that 1 and true are told apart
        assert json.dumps(apply_set(case["state"], case["set"])) == json.dumps(case["result"])
    assert case["state"] == before


def test_names_in_the_shared_table_are_unique() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))


def test_a_refusal_names_the_key() -> None:
    with pytest.raises(InvalidChange, match=r"'a\.5': '5' is not an index of a list with 1 items") as caught:
        apply_set({"a": [1]}, {"b": 1, "a.5": 2})
    assert caught.value.key == "a.5"


@pytest.mark.parametrize(("key", "value"), [("k" * 201, 1), ("n.increment", 1e308)])
def test_what_grows_too_far_is_refused(key: str, value: Any) -> None:
    with pytest.raises(InvalidChange):
        apply_set({"n": 1e308}, {key: value})
