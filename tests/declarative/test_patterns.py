"""Patterns that a browser can take forever for."""

from __future__ import annotations

import pytest

from widgets_manager.declarative.compiler import compile_tree
from widgets_manager.declarative.patterns import slow_part


def test_it_works() -> None:
    field = {"type": "text_input", "name": "a", "validation": {"regex": "^x(a+)+$"}}
    compiled = compile_tree(field)
    assert compiled.errors == ()
    assert [str(problem) for problem in compiled.warnings] == [
        "tree.validation.regex: '(a+)+' repeats what repeats already: a browser may take very long for some texts"
    ]


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        ("(a*)*", "(a*)*"),
        ("(a|a)*", "(a|a)*"),
        ("b(?:[a-z]+)*c", "(?:[a-z]+)*"),
        ("((a+))+", "((a+))+"),
        ("(a+){2,}", "(a+){2,}"),
        (r"(\w+\s?)*", r"(\w+\s?)*"),
        (r"(\d|\w)+", r"(\d|\w)+"),
        ("(.|x)*", "(.|x)*"),
        ("(x|(a+)?)+?", "(x|(a+)?)+?"),
        ("(?<name>a+)+", "(?<name>a+)+"),
    ],
)
def test_what_is_slow(pattern: str, part: str) -> None:
    assert slow_part(pattern) == part


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "a+",
        "(a+)",
        "(a+)?",
        "(a+){3}",
        r"\(a+\)+",
        "[(a+)]+",
        "(ab)+",
        "(a|b)*",
        r"[\w.]+@\w+(\.[a-z]+)+",
        r"(\d{3}-)+",
        r"[a-z0-9]+(?:-[a-z0-9]+)*",
        "(foo|bar)+",
        "(",
        ")+",
        "[",
        "\\",
        r"(\p{L}|\d)+",
        r"(\.|,|-)*",
    ],
)
def test_what_is_not(pattern: str) -> None:
    assert slow_part(pattern) is None
