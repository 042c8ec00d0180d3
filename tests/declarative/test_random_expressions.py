"""Random expressions: the shared table is the one made by rule, and no expression leaves the values it is given."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.declarative.random_expressions import COUNT, SCOPE, TABLE, Maker, as_text
from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import ExpressionError, parse

ATTACKS = ["constructor", "__proto__", "prototype", "__class__", "__dict__", "__init__", "__globals__", "mro", "keys"]
TARGETS = ["a", "text", "list", "number", "list[0]", "text[0]", "('x')", "(1)", "a | json", "list | map('x')", "null"]
VALUES: dict[str, Any] = {"a": {"b": 1}, "text": "text", "list": [{"x": 1}], "number": 5}


def is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or isinstance(value, str | int | float | bool)


def test_it_works() -> None:
    assert TABLE.read_text(encoding="utf-8") == as_text(), "run: python -m tests.declarative.random_expressions"


def test_the_table_holds_results_of_every_kind() -> None:
    cases = json.loads(TABLE.read_text(encoding="utf-8"))["cases"]
    assert len(cases) == len({case["text"] for case in cases}) == COUNT >= 500
    results = [case["result"] for case in cases if "result" in case]
    for kind in (str, int, float, bool, list, dict, type(None)):
        assert sum(type(result) is kind for result in results) >= 5, kind
    assert sum("error" in case for case in cases) >= 50


@given(st.integers(min_value=0))
@settings(deadline=None, max_examples=300)
def test_any_of_them_yields_plain_values_and_changes_nothing(seed: int) -> None:
    text = Maker(seed).template()
    before = copy.deepcopy(SCOPE)
    result: Any = None
    try:
        result = evaluate(text, SCOPE)
    except ExpressionError as error:
        result = error.position
    assert is_plain(result)
    assert before == SCOPE


@given(st.integers(min_value=0))
@settings(deadline=None, max_examples=200)
def test_white_space_around_an_expression_changes_nothing(seed: int) -> None:
    inner = Maker(seed).expression(3)
    assert parse("{{" + inner + "}}").whole
    assert evaluate("{{" + inner + "}}", SCOPE) == evaluate(" {{ " + inner + "\n}} ", SCOPE)


@given(st.sampled_from(TARGETS), st.lists(st.sampled_from(ATTACKS), min_size=1, max_size=3), st.integers(0, 3))
@settings(deadline=None, max_examples=400)
def test_nothing_beside_own_values_is_read(target: str, steps: list[str], cut: int) -> None:
    dotted = "".join(f".{step}" for step in steps)
    indexed = "".join(f"['{step}']" for step in steps)
    joined = "".join(f"['{step[:cut]}' + '{step[cut:]}']" for step in steps)
    for path in (dotted, indexed, joined):
        assert evaluate("{{(" + target + ")" + path + "}}", VALUES) is None


@given(st.sampled_from(ATTACKS))
@settings(deadline=None)
def test_no_value_has_an_attacks_name(name: str) -> None:
    assert evaluate("{{" + name + "}}", VALUES) is None
    assert evaluate("{{list | map('" + name + "')}}", VALUES) == [None]
    assert evaluate("{{list | pluck('" + name + ".x')}}", VALUES) == [None]
