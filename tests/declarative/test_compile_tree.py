"""compile_tree: one tree, every fault at once, each with its place and what is allowed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from widgets_manager.declarative.compiler import compile_tree
from widgets_manager.declarative.limits import MAX_BYTES, MAX_DEPTH, MAX_EXPRESSIONS, MAX_NODES
from widgets_manager.declarative.problems import InvalidTree

TREES = Path(__file__).parents[1] / "fixtures" / "trees"


def errors(tree: Any, **options: Any) -> list[str]:
    return [str(problem) for problem in compile_tree(tree, **options).errors]


def warnings(tree: Any, **options: Any) -> list[str]:
    return [str(problem) for problem in compile_tree(tree, **options).warnings]


def button(action: Any) -> dict[str, Any]:
    return {"type": "button", "label": "Go", "action": action}


def test_it_works() -> None:
    tree = json.loads((TREES / "valid" / "task_board.json").read_text(encoding="utf-8"))
    compiled = compile_tree(tree, bindings=["tasks"])
    assert compiled.valid
    assert compiled.warnings == ()
    assert compiled.require().tree is tree
    assert compiled.nodes == 9
    assert (
        compiled.primitives
        == {"column", "row", "text", "badge", "kanban", "card", "empty_state", "form", "text_input"} - set()
    )
    assert compiled.actions == {"tool", "sequence", "refresh"}
    assert compiled.tools == {"move", "add"}
    assert compiled.names == {"tasks", "ctx", "item", "column", "form"}


def test_an_unknown_action_names_the_allowed_ones_and_the_closest() -> None:
    tree = {"type": "column", "children": [{"type": "divider"}, button({"action": "chatt", "template": "x"})]}
    (message,) = errors(tree, path="widgets.modals.booking.tree")
    assert message == (
        "widgets.modals.booking.tree.children[1].action.action: unknown action 'chatt' (allowed: ['alert', 'chat', "
        "'close', 'confirm', 'copy', 'download', 'http', 'navigate', 'open_modal', 'open_url', 'open_workspace', "
        "'refresh', 'sequence', 'set_state', 'tool']); did you mean 'chat'?"
    )


def test_an_unknown_primitive_names_the_allowed_ones_and_the_closest() -> None:
    (message,) = errors({"type": "cardd"})
    assert message.startswith("tree.type: unknown primitive 'cardd' (allowed: ['alert', 'badge', 'button', ")
    assert message.endswith("; did you mean 'card'?")


def test_a_name_that_resembles_nothing_gets_no_suggestion() -> None:
    (message,) = errors({"type": "zzzzzzzz"})
    assert "did you mean" not in message


def test_faults_below_an_unknown_primitive_are_found_too() -> None:
    found = errors({"type": "carousel", "children": [{"type": "txt"}], "action": {"action": "opn_url"}})
    assert [message.partition(":")[0] for message in found] == [
        "tree.type",
        "tree.children[0].type",
        "tree.action.action",
    ]


def test_all_faults_are_reported_at_once() -> None:
    tree = {
        "type": "form",
        "children": [
            {"type": "text_input", "name": "1st"},
            {"type": "text", "text": "{{a +}}", "variant": "boddy"},
            {"type": "list", "items": "{{a | shout}}", "item": {"type": "button", "action": {"action": "tool"}}},
        ],
        "submit": {"label": "Send"},
    }
    assert sorted(message.partition(":")[0] for message in errors(tree)) == [
        "tree.children[0].name",
        "tree.children[1].text",
        "tree.children[1].variant",
        "tree.children[2].item",
        "tree.children[2].item.action",
        "tree.children[2].items",
        "tree.submit",
    ]


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"type": "text"}, "tree: 'text' is required"),
        ({}, "tree: 'type' is required"),
        ([], "tree: must be an object, not []"),
        (None, "tree: must be an object, not null"),
        ({"type": 5}, "tree.type: must be a text, not 5"),
        ({"type": "column", "gap": "wide"}, "tree.gap: must be a number of pixels or an expression {{…}}, not 'wide'"),
        ({"type": "column", "children": {}}, "tree.children: must be a list, not {}"),
        ({"type": "column", "children": ["x"]}, "tree.children[0]: must be an object, not 'x'"),
        (
            {"type": "divider", "visible_if": "yes"},
            "tree.visible_if: must be true or false or an expression {{…}}, not 'yes'",
        ),
        (
            {"type": "stat", "label": "a", "value": 1, "accent": "pink"},
            "tree.accent: unknown accent 'pink' (allowed: ['blue', 'cyan', 'green', 'orange', 'purple', 'red'])",
        ),
        (button("chat"), "tree.action: must be an object, not 'chat'"),
        (button({}), "tree.action: 'action' is required"),
        (button({"action": 3}), "tree.action.action: must be a text, not 3"),
        (
            button({"action": "alert", "kind": 3, "text": "x"}),
            "tree.action.kind: must be one of ['error', 'info', 'success', 'warning'], not 3",
        ),
        (button({"action": "set_state", "set": {}}), "tree.action.set: must not be empty"),
        (
            button({"action": "set_state", "set": {"a b": 1}}),
            "tree.action.set['a b']: the key 'a b' must be a key or dotted path of letters, digits, _ and -",
        ),
        (button({"action": "download"}), "tree.action: needs one of 'url', 'text'"),
        (
            button({"action": "tool", "tool": "a b"}),
            "tree.action.tool: must be the name of a tool, such as create_meeting or rag.query, not 'a b'",
        ),
        (
            {"type": "table", "rows": [], "columns": []},
            "tree.columns: needs at least 1 entries, has 0",
        ),
        (
            {"type": "text_input", "name": "a", "validation": {"regex": "("}},
            "tree.validation.regex: must be a regular expression, not '('",
        ),
        (
            {"type": "text", "text": "{{a | truncate(1, 2)}}"},
            "tree.text: filter 'truncate' takes 0 to 1 arguments, not 2",
        ),
        (
            {"type": "text", "text": "{{a | uper}}"},
            None,
        ),
        (
            {"type": "text", "text": "Hi {{a b}}"},
            "tree.text: expected an operator or '}}', not 'b' at character 8 of 'Hi {{a b}}'",
        ),
    ],
)
def test_messages(tree: Any, expected: str | None) -> None:
    (message,) = errors(tree)
    if expected is None:
        assert message.startswith("tree.text: unknown filter 'uper' (allowed: ['capitalize', ")
        assert message.endswith("; did you mean 'upper'?")
    else:
        assert message == expected


def test_expressions_are_checked_at_any_depth_of_arguments() -> None:
    action = {"action": "tool", "tool": "t", "args": {"a b": [{"c": "{{!}}"}]}}
    (message,) = errors(button(action))
    assert message.startswith("tree.action.args['a b'][0].c: expected a value, not '}}'")


def test_an_expression_stands_where_a_value_of_another_kind_would() -> None:
    tree = {
        "type": "column",
        "gap": "{{ctx.gap}}",
        "children": [
            {"type": "progress", "value": "{{ctx.done}}", "accent": "{{ctx.ok ? 'green' : 'red'}}"},
            {"type": "kanban", "columns": "{{ctx.columns}}", "items": "{{ctx.items}}", "item": {"type": "divider"}},
        ],
    }
    assert errors(tree) == []


def test_two_inputs_of_a_form_with_one_name() -> None:
    tree = {
        "type": "form",
        "children": [
            {"type": "text_input", "name": "a"},
            {"type": "section", "title": "More", "children": [{"type": "switch", "name": "a"}]},
        ],
    }
    assert errors(tree) == [
        "tree.children[1].children[0].name: 'a' is already the name of tree.children[0]; the inputs of a form need "
        "names of their own"
    ]


def test_two_forms_may_use_the_same_names() -> None:
    form = {"type": "form", "children": [{"type": "text_input", "name": "a"}, {"type": "icon", "name": "a"}]}
    assert errors({"type": "column", "children": [form, form]}) == []


def test_a_form_in_a_form_has_names_of_its_own() -> None:
    field = {"type": "text_input", "name": "a"}
    assert errors({"type": "form", "children": [field, {"type": "form", "children": [field]}]}) == []


def test_unknown_properties_are_warnings_with_the_closest_name() -> None:
    tree = {"type": "form", "childen": [], "submit": {"action": {"action": "close", "whn": 1}, "lable": "x"}}
    compiled = compile_tree(tree)
    assert compiled.valid
    assert [str(problem) for problem in compiled.warnings] == [
        "tree.childen: unknown property 'childen'; did you mean 'children'?",
        "tree.submit.action.whn: unknown property 'whn'",
        "tree.submit.lable: unknown property 'lable'; did you mean 'label'?",
    ]


def test_names_are_checked_where_the_bindings_are_known() -> None:
    item = {"type": "text", "text": "{{item.title}} {{index}} {{soruces}}"}
    tree = {
        "type": "column",
        "children": [{"type": "list", "items": "{{sources}}", "item": item}, {"type": "text", "text": "{{item}}"}],
    }
    assert warnings(tree) == []
    assert warnings(tree, bindings=["sources"]) == [
        "tree.children[0].item.text: nothing is called 'soruces' here (known: ['ctx', 'error', 'form', 'index', "
        "'item', 'sources', 'state']); did you mean 'sources'?",
        "tree.children[1].text: nothing is called 'item' here (known: ['ctx', 'error', 'form', 'sources', 'state'])",
    ]


def test_a_result_is_known_only_after_success() -> None:
    after = {"action": "alert", "text": "{{result.message}}"}
    tool = {
        "action": "tool",
        "tool": "t",
        "on_success": after,
        "on_error": {"action": "alert", "text": "{{error.message}}"},
    }
    assert warnings(button(tool), bindings=[]) == []
    assert len(warnings(button(after), bindings=[])) == 1


def test_expressions_where_none_are_evaluated_are_warnings() -> None:
    tree = {"type": "list", "items": [], "item_key": "{{ctx.key}}", "item": {"type": "divider"}}
    assert warnings(tree) == ["tree.item_key: takes no expression: {{…}} is used as it is written"]


def test_one_id_for_two_nodes_is_a_warning() -> None:
    tree = {"type": "column", "children": [{"type": "divider", "id": "a"}, {"type": "divider", "id": "a"}]}
    assert warnings(tree) == ["tree.children[1].id: 'a' is also the id of tree.children[0]"]


def test_require_raises_with_every_error() -> None:
    with pytest.raises(InvalidTree) as caught:
        compile_tree({"type": "column", "children": [{"type": "a"}, {"type": "b"}]}).require()
    assert len(caught.value.errors) == 2
    assert "tree.children[1].type" in str(caught.value)


def test_a_problem_as_a_dictionary() -> None:
    (problem,) = compile_tree({"type": "text"}).errors
    assert problem.as_dict() == {"path": "tree", "message": "'text' is required"}


def nested(levels: int) -> dict[str, Any]:
    tree: dict[str, Any] = {"type": "divider"}
    for _ in range(levels):
        tree = {"type": "column", "children": [tree]}
    return tree


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (nested(5000), f"tree: nested deeper than {MAX_DEPTH} levels"),
        ({"type": "column", "children": [{"type": "divider"}] * MAX_NODES}, f"tree: more than {MAX_NODES} nodes"),
        (
            {"type": "list", "items": ["{{a}}"] * (MAX_EXPRESSIONS + 1)},
            f"tree: more than {MAX_EXPRESSIONS} texts with expressions",
        ),
        ({"type": "text", "text": "x" * MAX_BYTES}, f"at most {MAX_BYTES} are allowed"),
        ({"type": "text", "text": math.nan}, "tree: holds nan, which JSON has no form for"),
        ({"type": "text", "text": math.inf}, "tree: holds inf, which JSON has no form for"),
        ({"type": "text", "text": "\ud800"}, "tree.text: holds half a character (a lone surrogate)"),
        ({"type": "text", "\ud800": 1}, "tree: the key '\\ud800' is not a text of whole characters"),
        ({"type": "text", 1: 1}, "tree: the key 1 is not a text of whole characters"),
        ({"type": "text", "text": 10**30}, "tree.text: is too large a number"),
        ({"type": "list", "items": [{1, 2}]}, "tree.items[0]: a set is not JSON; put it in quotes"),
    ],
    ids=["deep", "nodes", "expressions", "bytes", "nan", "infinity", "surrogate", "key", "number key", "int", "set"],
)
def test_limits_come_first_and_alone(tree: Any, expected: str) -> None:
    (message,) = errors(tree)
    assert message.endswith(expected)


def test_the_deepest_tree_that_is_allowed() -> None:
    assert errors(nested(MAX_DEPTH // 2 - 1)) == []


def test_a_large_tree_compiles() -> None:
    card = {"type": "card", "title": "{{item.title}}", "children": [{"type": "text", "text": "x"}] * 4}
    compiled = compile_tree({"type": "column", "children": [card] * 100})
    assert compiled.valid
    assert compiled.nodes == 501
