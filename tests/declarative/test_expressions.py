"""Expressions: the table of cases that the browser's implementation runs too, and the places of syntax errors."""

from __future__ import annotations

import json
import tracemalloc
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import MAX_TEXT, ExpressionError, filters_of, names_of, parse
from widgets_manager.declarative.filters import FILTERS

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "expressions.json").read_text(encoding="utf-8")
)


def run(case: dict[str, Any]) -> Any:
    now = datetime.fromisoformat(case["now"]) if "now" in case else None
    return evaluate(case["text"], case.get("scope", {}), now=now)


def test_it_works() -> None:
    scope = {"form": {"topic": "Plans"}, "tasks": [{"done": False}, {"done": True}]}
    assert evaluate("{{form.topic | upper}}: {{tasks | filter('done') | length}} of {{tasks.length}}", scope) == (
        "PLANS: 1 of 2"
    )


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_shared_table(case: dict[str, Any]) -> None:
    if case.get("error"):
        with pytest.raises(ExpressionError):
            run(case)
    else:
        # as JSON, so that 1 and true, and 3 and 3.0, are told apart
        assert json.dumps(run(case)) == json.dumps(case["result"])


def test_the_shared_table_uses_every_filter() -> None:
    valid = [parse(case["text"]) for case in CASES if not case.get("error")]
    used = {use.name for template in valid for use in filters_of(template)}
    assert used == set(FILTERS)


def test_names_in_the_shared_table_are_unique() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("{{a +}}", 5, "expected a value, not '}}' at character 6"),
        ("one {{a}} two {{b", 17, "the text ends"),
        ("{{'abc}}", 2, "not closed"),
        ("{{a # b}}", 4, "unexpected character '#'"),
        ("{{a ? b}}", 7, "expected ':'"),
        ("{{'ab\\qc'}}", 5, "unknown escape"),
    ],
)
def test_a_syntax_error_says_where(text: str, position: int, words: str) -> None:
    with pytest.raises(ExpressionError, match=words.replace("?", r"\?")) as caught:
        parse(text)
    assert caught.value.position == position


def test_what_a_template_reads() -> None:
    template = parse("{{a.b | truncate(c)}} {{d[e] ? 'f' : g}}")
    assert {name.name for name in names_of(template)} == {"a", "c", "d", "e", "g"}


def test_long_texts_are_plain_or_refused() -> None:
    plain = "x" * (MAX_TEXT + 1)
    assert evaluate(plain, {}) == plain
    with pytest.raises(ExpressionError, match=f"at most {MAX_TEXT}"):
        parse(plain + "{{a}}")


def test_deep_values_and_expressions_evaluate_without_exhausting_the_stack() -> None:
    assert evaluate("{{" + "(" * 40 + "1" + " + 1)" * 40 + "}}", {}) == 41
    assert evaluate("{{1" + " + 1" * 200 + "}}", {}) == 201


def test_the_scope_is_not_changed() -> None:
    scope = {"a": [3, 1, 2]}
    assert evaluate("{{a | sort | reverse}}", scope) == [3, 2, 1]
    assert scope == {"a": [3, 1, 2]}


def test_a_text_around_expressions_is_bounded() -> None:
    made = evaluate("{{a}}{{a}}yz", {"a": "x" * 60_000})
    assert (len(made), made[-1]) == (100_000, "x")


@pytest.mark.parametrize(
    "template",
    ["{{ l | join(s) }}", "{{ t | replace('x', s) }}", "{{ l | join(s) | replace('x', s) }}", "{{ deep | json(8) }}"],
)
def test_no_more_is_made_than_is_kept(template: str) -> None:
    deep: Any = [1] * 45_000
    for _ in range(30):
        deep = [deep]
    scope = {"l": ["x"] * 9_000, "s": "x" * 30_000, "t": "x" * 9_000, "deep": deep}
    tracemalloc.start()
    try:
        made = evaluate(template, scope)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(made) == 100_000
    assert most < 50_000_000
