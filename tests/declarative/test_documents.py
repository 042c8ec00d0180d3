"""Documents: reading YAML and JSON with lines, telling kinds apart, and check's outcome."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets_manager.declarative.blocks import MAX_PROMPT
from widgets_manager.declarative.building import MAX_VALUES
from widgets_manager.declarative.documents import Document, check, check_texts, read_document
from widgets_manager.declarative.limits import MAX_BYTES, MAX_DEPTH, MAX_EXPRESSIONS, MAX_NODES
from widgets_manager.declarative.problems import InvalidDocument, Problem

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4), inner)
    ),
    max_leaves=12,
)


def refused(text: str, filename: str = "") -> list[Problem]:
    with pytest.raises(InvalidDocument) as caught:
        read_document(text, filename)
    return list(caught.value.problems)


def test_it_works() -> None:
    document = read_document(
        "widgets:\n  version: 1\n  inline:\n    hello:\n      type: text\n      text: Hi\n", "app.yaml"
    )
    assert document.value["widgets"]["inline"]["hello"] == {"type": "text", "text": "Hi"}
    assert document.line_of("widgets.inline.hello.text") == 6
    assert document.line_of("widgets.inline.hello.nothing[3]") == 4
    assert check(document).valid


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("2026-03-14", "2026-03-14"),
        ("2026-03-14T15:09:26Z", "2026-03-14T15:09:26Z"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("!!float 12", 12),
        ("=", "="),
        ("1.2.3", "1.2.3"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, value: object) -> None:
    assert json.dumps(read_document(f"a: {written}\n").value) == json.dumps({"a": value})


def test_keys_are_texts_as_written() -> None:
    value = read_document("1: a\ntrue: b\nnull: c\n2026-03-14: d\non: e\n").value
    assert list(value) == ["1", "true", "null", "2026-03-14", "on"]


@given(plain)
@settings(deadline=None, max_examples=200)
def test_json_is_read_as_the_standard_reader_does(value: Any) -> None:
    for text in (json.dumps([value]), json.dumps([value], ensure_ascii=False, indent=1)):
        assert read_document(text).value == json.loads(text)


@given(plain)
@settings(deadline=None, max_examples=200)
def test_lines_of_json_are_those_where_the_values_stand(value: Any) -> None:
    text = json.dumps({"first": 1, "it": value, "last": 2}, indent=1)
    document = read_document(text)
    assert document.line_of("last") == text.count("\n")
    assert document.line_of("it") == 3


@given(st.text(st.sampled_from("ab:-[]{}'\"&*!|>#%@`,? \n\t\\<1.~"), max_size=30))
@settings(deadline=None, max_examples=500)
def test_any_text_gets_a_value_or_problems_with_lines(text: str) -> None:
    problems = [Problem("", "none", 1)]
    try:
        read_document(text)
    except InvalidDocument as error:
        problems = list(error.problems)
    assert problems
    assert all(problem.message and 1 <= (problem.line or 0) <= text.count("\n") + 2 for problem in problems)


@pytest.mark.parametrize(
    ("text", "filename", "line", "path", "words"),
    [
        ("", "", 1, "", "the document is empty"),
        (" \n# only a comment\n", "", 1, "", "the document is empty"),
        ("a: 1\n\tb: 2", "", 2, "", "a tab stands where only spaces may; indent with spaces (line 2, column 1)"),
        ("a:\n  b: 1\n c: 2", "", 3, "", "the indentation does not fit"),
        ("a: b: c", "", 1, "", "a ':' where no key can be"),
        ("a: 'b", "", 1, "", "not closed"),
        ("a: [b", "", 2, "", "misses a ',' or its ']'"),
        ("a: @b", "", 1, "", "cannot begin with this character"),
        ("a: {{b}}", "", 1, "a", "a text that begins with {{ needs quotes"),
        ("a: 1\nb: 2\na: 3", "", 3, "a", "the key 'a' appears twice (first in line 1)"),
        ("a:\n- x: 1\n  x: 2", "", 3, "a[0].x", "the key 'x' appears twice (first in line 2)"),
        ("a: !x 1", "", 1, "a", "unknown tag '!x'"),
        ("a: !!binary aGk=", "", 1, "a", "unknown tag '!!binary'"),
        ("a: !!int x", "", 1, "a", "'x' is no '!!int'"),
        ("a: !!set {x}", "", 1, "a", "unknown tag '!!set'"),
        ("a: 1\n---\nb: 1", "", 2, "", "a second document begins"),
        ("<<: {a: 1}", "", 1, "", "merge keys (<<) are no part of YAML 1.2"),
        ("[a]: 1", "", 1, "", "a key must be a text"),
        ("a: &x 1\n*x : 2", "", 2, "", "an alias cannot be a key"),
        ("a: .inf", "", 1, "a", "which JSON has no form for"),
        ("a: 9007199254740992", "", 1, "a", "outside ±(2^53 - 1)"),
        ("a: 1e999", "", 1, "a", "too large"),
        ("a: " + "9" * 5000, "", 1, "a", "a number of 5000 digits"),
        ('a: "\\0"', "", 1, "a", "U+0000"),
        ("a: x\x07", "", 1, "", "the character U+0007 is not accepted"),
        ("a: \ud800", "", 1, "", "half of a character"),
        ('{"a": 1,\n "a": 2}', "", 2, "a", "the key 'a' appears twice (first in line 1)"),
        ('{"a": 1,\n "b" 2}', "", 2, "", "not JSON: expecting ':' delimiter (line 2, column 6)"),
        ("a: 1", "x.json", 1, "", "not JSON: expecting value (line 1, column 1)"),
        ('{"a":\n[1, NaN]}', "", 2, "a[1]", "holds NaN, which JSON has no form for"),
        ('{"a": 1e999}', "", 1, "a", "holds 1e999"),
        ('{"a": "\\ud800"}', "", 1, "a", "half a character"),
        ('{"a": "\\u0000"}', "", 1, "a", "U+0000"),
        ('{"a\\u0000": 1}', "", 1, "['a\\x00']", "U+0000"),
        ('{"a": 12345678901234567890}', "", 1, "a", "outside ±(2^53 - 1)"),
        ('{"a": ' + "9" * 5000 + "}", "", 1, "a", "a number of 5000 digits"),
    ],
)
def test_messages(text: str, filename: str, line: int, path: str, words: str) -> None:
    (problem,) = refused(text, filename)
    assert words in problem.message
    assert problem.line == line
    assert problem.path == path
    assert problem.file == (filename or None)


def test_faults_that_do_not_end_the_reading_come_together() -> None:
    found = refused("a: !x 1\nb: .nan\na: 2\n")
    assert [(problem.line, problem.path) for problem in found] == [(1, "a"), (2, "b"), (3, "a")]


@pytest.mark.parametrize("text", ["[" * 100_000, "{'a':" * 50_000, "- " * 100_000 + "a", '{"a":' * 100_000])
def test_depth_is_bounded_without_recursion(text: str) -> None:
    problem = refused(text)[-1]
    assert f"nested deeper than {MAX_DEPTH} levels" in problem.message


def test_aliases_are_written_out_within_bounds() -> None:
    value = read_document("a: &a {x: [1, 2]}\nb: [*a, *a]\n").value
    assert value["b"] == [{"x": [1, 2]}, {"x": [1, 2]}]
    laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    (problem,) = refused(laughs)
    assert problem.message == f"more than {MAX_VALUES:,} values once aliases are written out"


def test_the_depth_of_an_alias_counts() -> None:
    levels = "[" * 40 + "x" + "]" * 40
    (problem,) = refused(f"a: &a {levels}\nb: {'[' * 40}*a{']' * 40}\n")
    assert "once *a is written out" in problem.message


def test_size_is_bounded() -> None:
    assert read_document("a: " + "x" * (MAX_BYTES - 3)).value
    (problem,) = refused("a: " + "x" * (MAX_BYTES - 2))
    assert problem.message == f"{MAX_BYTES + 1:,} bytes; at most {MAX_BYTES:,} are allowed"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_document("\ufeffa: 1").value == {"a": 1}
    assert read_document('\ufeff{"a": 1}').value == {"a": 1}


def test_lines_of_messages_are_one_list() -> None:
    document = read_document('{"version": "v0.9", "a": 1}\n\n{"version": "v0.9", "b": [2]}\n')
    assert document.value == [{"version": "v0.9", "a": 1}, {"version": "v0.9", "b": [2]}]
    assert [document.line_of("[0].a"), document.line_of("[1].b")] == [1, 3]
    (problem,) = refused('{"a": 1}\n{"b" 2}\n')
    assert problem.message == "not JSON: expecting ':' delimiter (line 2, column 6)"


def test_yaml_in_flow_style_is_read_as_yaml() -> None:
    assert read_document("{type: text, text: 'a'}").value == {"type": "text", "text": "a"}


BLOCK = {"version", "chat_side", "workspace_tabs", "modals", "inline", "order", "compiler"}


@pytest.mark.parametrize(
    ("text", "kind", "config"),
    [
        ("modules: {}\nwidgets: {version: 1}", "app", BLOCK),
        ("version: 1", "widgets", BLOCK),
        ("type: divider", "tree", {"tree", "data"}),
        ("tree: {type: divider}\ntitle: x", "tree", {"tree", "data", "title"}),
    ],
)
def test_kinds(text: str, kind: str, config: set[str]) -> None:
    checked = check_texts(text)
    assert (checked.kind, checked.errors) == (kind, ())
    assert checked.config is not None
    assert set(checked.config) == config


def test_a_value_without_a_text_has_no_lines() -> None:
    checked = check(Document({"type": "text"}))
    assert [problem.as_dict() for problem in checked.errors] == [{"path": "tree", "message": "'text' is required"}]


def test_the_blocks_of_an_app_are_filled_in() -> None:
    checked = check_texts("modules: {rag: }\nwidgets: {version: 1}\n")
    assert checked.app == {"modules": {"rag": {}}, "capabilities": {"grant": [], "network": []}, "agents": []}


def test_files_alone_make_an_app_of_inline_widgets() -> None:
    checked = check_texts("modules: {}\n", files={"widgets/a.yaml": "type: divider"})
    assert checked.config is not None
    assert checked.config["inline"] == {"a": {"tree": {"type": "divider"}, "data": {}}}


def test_two_files_of_one_stem_collide() -> None:
    checked = check_texts(
        "version: 1", files={"widgets/a.yaml": "type: divider", "widgets/a.json": '{"type": "divider"}'}
    )
    assert [str(problem) for problem in checked.errors] == [
        "widgets.inline.a: widgets/a.json and widgets/a.yaml have the same name"
    ]


@pytest.mark.parametrize("text", ["", " \n", "# only a comment", "\ud800", "x" * (MAX_BYTES + 1), "a: [1"])
def test_a_file_that_cannot_be_read_is_named(text: str) -> None:
    (problem,) = check_texts("version: 1", files={"widgets/b.yaml": text}).errors
    assert problem.file == "widgets/b.yaml"


def test_the_manifests_own_keys_are_no_unknown_blocks() -> None:
    checked = check_texts('{"panelId": "x", "title": "X", "widgets": {"version": 1}}')
    assert (checked.errors, checked.warnings) == ((), ())


def test_limits_hold_for_an_app_with_its_files() -> None:
    half = "type: column\nchildren:\n" + "  - type: divider\n" * (MAX_NODES // 2)
    checked = check_texts("version: 1", files={"a.yaml": half, "b.yaml": half})
    assert [str(problem) for problem in checked.errors] == [f"widgets: more than {MAX_NODES} nodes"]
    texts = "tree: {type: list, item: {type: divider}, items: [" + "'{{a}}', " * (MAX_EXPRESSIONS + 1) + "]}"
    assert "texts with expressions" in check_texts(texts).errors[0].message


def test_instructions_that_are_longer_than_what_is_told_give_a_warning() -> None:
    text = "agents:\n  - id: a\n    system_prompt: {}\n  - id: b\n    system_prompt: {}\nwidgets: {{version: 1}}\n"
    checked = check_texts(text.format("x" * MAX_PROMPT, "x" * (MAX_PROMPT + 1)))
    assert checked.errors == ()
    assert [(doubt.path, doubt.message, doubt.line) for doubt in checked.warnings] == [
        ("agents[1].system_prompt", "has 8,001 characters; the chat is told the first 8,000", 5)
    ]


LONE = """\
tree:
  type: column
  children:
    - { type: button, label: a, action: { action: open_modal, modal: booking } }
    - { type: button, label: b, action: { action: open_workspace, tab: orders } }
    - { type: button, label: c, action: { action: refresh, bindings: [lost] } }
"""


def test_a_lone_widget_may_name_what_its_app_has() -> None:
    """What that is, is known only where the app is."""
    [own] = check_texts(LONE).warnings
    assert own.path == "tree.children[2].action.bindings[0]"
    doubts = check_texts(LONE, around={"modal": ["bookings"], "tab": ["orders"]}).warnings
    assert [doubt.path for doubt in doubts] == ["tree.children[0].action.modal", own.path]
    assert doubts[0].message == "unknown modal 'booking' (allowed: ['bookings']); did you mean 'bookings'?"
