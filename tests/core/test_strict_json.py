"""What the JSON reader accepts, and how it refuses the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets_manager.core.exceptions import ApiError
from widgets_manager.core.strict_json import json_path, parse_json

LIMIT = 1_000_000


def refusal(data: bytes | str, **limits: int) -> ApiError:
    with pytest.raises(ApiError) as caught:
        parse_json(data, **{"max_bytes": LIMIT, **limits})
    json.dumps(caught.value.as_dict()).encode()  # every refusal can be sent
    str(caught.value.as_dict()).encode()
    return caught.value


def test_it_works() -> None:
    text = '{"title": "Aufgaben – 任务 😀", "n": [1, -2.5, 1e3, true, null], "escaped": "\\ud83d\\ude00"}'
    expected = {"title": "Aufgaben – 任务 😀", "n": [1, -2.5, 1000.0, True, None], "escaped": "😀"}
    assert parse_json(text, max_bytes=LIMIT) == expected
    assert parse_json(text.encode(), max_bytes=LIMIT) == expected


def test_a_byte_order_mark_is_skipped() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}', max_bytes=LIMIT) == {"a": 1}


@pytest.mark.parametrize("value", ["1", '""', "[]", "null", " [ ] "])
def test_any_value_may_stand_at_the_top(value: str) -> None:
    assert parse_json(value, max_bytes=LIMIT) == json.loads(value)


@pytest.mark.parametrize(
    ("data", "message", "path"),
    [
        (b"\xff\xfe{\x00", "Not JSON: byte 1 is not valid UTF-8.", None),
        (b'{"a": "\xc3"}', "Not JSON: byte 8 is not valid UTF-8.", None),
        (b"", "Not JSON: the text is empty.", None),
        (" \n", "Not JSON: the text is empty.", None),
        ("<html>", "Not JSON: line 1, column 1: expecting value.", None),
        ('{\n "a": 1,\n}', "Not JSON: line 3, column 1", None),
        ('{"a": 1} extra', "Not JSON: line 1, column 10: extra data.", None),
        ('{"a": "line\nbreak"}', "Not JSON: line 1, column 12: invalid control character at.", None),
        ("'a'", "Not JSON: line 1, column 1: expecting value.", None),
        ('"\ud800"', "Not JSON: character 2 is half of a surrogate pair.", None),
        ('{"a": 1,\n "b": {"c": 2,\n  "c": 3}}', 'Line 3, column 3: the name "c" appears twice in one object.', "b.c"),
        ('{"a": 1, "\\u0061": 2}', 'Line 1, column 10: the name "a" appears twice in one object.', "a"),
        ('[{"x": [0, {"n": 1, "n": 1}]}]', 'the name "n" appears twice', "[0].x[1].n"),
        ('{"a": NaN}', "Line 1, column 7: NaN is not a JSON number.", "a"),
        ("[1, -Infinity]", "Line 1, column 5: -Infinity is not a JSON number.", "[1]"),
        ('{"a": "\\ud800"}', "Line 1, column 7: \\ud800 is half of a surrogate pair.", "a"),
        ('{"a": ["x\\uDFFFy"]}', "\\udfff is half of a surrogate pair.", "a[0]"),
        ('{"\\ud800": 1}', "\\ud800 is half of a surrogate pair.", '["?"]'),
        ('{"a": "\\\\ud83d\\ude00"}', "\\ude00 is half of a surrogate pair.", "a"),
        ('{"a": "x\\u0000"}', "the character U+0000 is not accepted", "a"),
        ('{"a": 9007199254740992}', "the whole number 9007199254740992 is outside", "a"),
        ("[-9007199254740992]", "outside ±(2^53 - 1)", "[0]"),
        ('{"a": ' + "9" * 9000 + "}", "outside ±(2^53 - 1)", "a"),
        ('{"a": 1e999}', "the number 1e999 is too large", "a"),
        ('{"my key": -1e999}', "the number -1e999 is too large", '["my key"]'),
    ],
)
def test_each_fault_is_named_with_its_place(data: bytes | str, message: str, path: str | None) -> None:
    error = refusal(data)
    assert (error.code, error.status) == ("INVALID_JSON", 422)
    assert message in error.message
    assert error.path == path


def test_the_largest_exact_numbers_pass() -> None:
    assert parse_json("[9007199254740991, -9007199254740991, 1e308, -0]", max_bytes=LIMIT) == [
        2**53 - 1,
        1 - 2**53,
        1e308,
        0,
    ]


def test_an_escaped_backslash_before_a_surrogate_spelling_is_only_text() -> None:
    assert parse_json('"\\\\ud800 \\\\u0000"', max_bytes=LIMIT) == "\\ud800 \\u0000"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_five_thousand_levels_are_refused_without_recursion(opening: str, closing: str) -> None:
    error = refusal(opening * 5000 + "1" + closing * 5000)
    assert "nested deeper than 100 levels" in error.message
    assert len(error.path or "") <= 200


def test_depth_counts_levels_not_brackets() -> None:
    at_limit = "[" * 100 + "]" * 100
    parse_json(at_limit, max_bytes=LIMIT)
    refusal(f"[{at_limit}]")
    wide = json.dumps([[{"a": []}]] * 2000)
    assert len(parse_json(wide, max_bytes=LIMIT)) == 2000
    assert parse_json('"' + "[" * 500 + '"', max_bytes=LIMIT) == "[" * 500


@pytest.mark.parametrize("text", ["]" * 300 + "[" * 300, "[" * 300, '{"' + "[" * 300, "{[}]" * 200])
def test_unbalanced_brackets_are_refused(text: str) -> None:
    assert refusal(text).code == "INVALID_JSON"


def test_too_many_bytes_are_refused_before_reading() -> None:
    error = refusal(b'"' + b"x" * 10_000_000 + b'"')
    assert (error.code, error.status) == ("TOO_LARGE", 413)
    assert "10,000,002 bytes; at most 1,000,000" in error.message
    assert parse_json('"éé"', max_bytes=6) == "éé"
    assert refusal('"ééé"', max_bytes=7).code == "TOO_LARGE"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(1 - 2**53, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_characters="\0", codec="utf-8")), inner)
    ),
)


@given(JSON, st.booleans())
def test_what_is_accepted_reads_as_any_json_reader_reads_it(value: Any, ascii_only: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only), max_bytes=LIMIT) == value


@given(st.text('{}[],:"\\ud80123456789eE+-.truefalsnNI\n ', max_size=40))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    try:
        value = parse_json(text, max_bytes=LIMIT)
    except ApiError:
        return
    assert value == json.loads(text)


def test_json_path() -> None:
    assert json_path(["intents", 2, "params-schema", "due date"]) == 'intents[2].params-schema["due date"]'
    assert json_path([]) == ""
