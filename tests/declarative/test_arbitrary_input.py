"""Arbitrary input: whatever is given, the parser and the compiler answer and never fall over."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from widgets_manager.declarative.compiler import compile_tree, compile_widgets
from widgets_manager.declarative.evaluation import evaluate
from widgets_manager.declarative.expressions import ExpressionError
from widgets_manager.declarative.filters import FILTERS
from widgets_manager.declarative.registry import load_catalog

PIECES = ["a", "b.c", ".", "[", "]", "(", ")", "|", "||", "&&", "??", "?", ":", "!", "-", "+", "*", "==", "<", ","]
PIECES += ["1", "2.5", "'x'", '"', "'", "{{", "}}", "\\", " ", "null", "true", "é", "constructor", "upper", "slice"]
KEYS = ["type", "action", "children", "item", "items", "columns", "submit", "set", "text", "id", "name", "data", "tree"]
WORDS = [*load_catalog().primitives, *load_catalog().actions, "{{a}}", "{{", "http", "x"]

scalars: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner),
    max_leaves=20,
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(deadline=None)
def test_it_works(inner: str) -> None:
    text = "{{" + inner + "}}"
    position = 0
    try:
        evaluate(text, {"a": [1, {"c": "x"}], "b": {"c": 2}})
    except ExpressionError as error:
        position = error.position
    assert 0 <= position <= len(text)


@given(st.sampled_from(list(FILTERS)), plain, st.lists(plain, max_size=3))
@settings(deadline=None, max_examples=400)
def test_filters_take_any_value_and_arguments(name: str, value: Any, arguments: list[Any]) -> None:
    names = "abc"[: len(arguments)]
    scope = {"v": value, **dict(zip(names, arguments, strict=True))}
    evaluate("{{v | " + name + "(" + ", ".join(names) + ")}} {{v | " + name + "}}", scope)


@given(values)
@settings(deadline=None, max_examples=300)
def test_trees_of_any_shape_get_an_answer(tree: Any) -> None:
    compiled = compile_tree(tree, bindings=["a"])
    assert all(problem.path.startswith("tree") and problem.message for problem in compiled.errors)
    assert compiled.valid is (not compiled.errors)


@given(st.dictionaries(st.sampled_from(["chat_side", "workspace_tabs", "modals", "inline", "workspace"]), values))
@settings(deadline=None, max_examples=200)
def test_documents_of_any_shape_get_an_answer(zones: dict[str, Any]) -> None:
    compiled = compile_widgets({"version": 1, **zones}, files={"x": {"type": "divider"}})
    assert (compiled.config is None) == bool(compiled.errors)
