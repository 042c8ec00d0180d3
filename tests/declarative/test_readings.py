"""Readings: a text that is recognised as a whole has the reading that the parser finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.declarative.random_expressions import Maker
from widgets_manager.declarative.readings import _parsed, _recognised, read_text

PIECES = [
    "a",
    "b.c",
    ".0",
    "[1]",
    " | upper",
    "|slice(0, 5)",
    " | slice:0:5",
    "| join(' | ')",
    " | shout",
    "true",
    "{{",
]
PIECES += ["}}", "{", "}", " ", "'x'", "(", ")", ":", ",", "1", "|", "||", ".", "\n", "\t", "null", "| truncate(60)"]


def test_it_works() -> None:
    assert read_text("{{a.b | upper}} of {{c[0].d | slice(0, 2)}}").names == {"a", "c"}
    assert _recognised("{{item.title | truncate:60}}") is not None


@pytest.mark.parametrize(
    "text",
    ["{{{a}}", "{{a}", "{{true}}", "{{a.1e3}}", "{{a\n}}", "{{a | upper (1)}}", "{{a b}}", "{{a.b | slice(,1)}}"],
)
def test_what_is_not_simple_goes_to_the_parser(text: str) -> None:
    assert _recognised(text) is None
    assert read_text(text) == _parsed(text)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@settings(deadline=None, max_examples=1000)
def test_what_is_recognised_is_what_the_parser_finds(inner: str) -> None:
    for text in ("{{" + inner + "}}", "x {{a." + inner + "}} y", inner):
        recognised = _recognised(text)
        assert recognised is None or recognised == _parsed(text)


@given(st.integers(min_value=0))
@settings(deadline=None, max_examples=300)
def test_random_expressions_have_one_reading(seed: int) -> None:
    text = Maker(seed).template()
    recognised = _recognised(text)
    assert recognised is None or recognised.names == _parsed(text).names
    assert recognised is None or sorted(recognised.errors) == sorted(_parsed(text).errors)


def test_faults_come_in_the_order_of_the_text() -> None:
    text = "{{a | shout | uppera}}"
    assert _recognised(text) == _parsed(text)
    assert [fault.split(" (")[0] for fault in _parsed(text).errors] == [
        "unknown filter 'shout'",
        "unknown filter 'uppera'",
    ]
