"""Primitives that hold others in parts of their own: what stands in the parts is checked like everything else."""

from __future__ import annotations

from typing import Any

from widgets_manager.declarative.compiler import compile_tree

TEXT = {"type": "text", "text": "x"}


def errors(tree: dict[str, Any]) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in compile_tree(tree).errors]


def warnings(tree: dict[str, Any], *bindings: str) -> list[str]:
    return [problem.path for problem in compile_tree(tree, bindings=bindings).warnings]


def test_it_works() -> None:
    tabs = {"type": "tabs", "tabs": [{"id": "a", "title": "A", "children": [TEXT]}]}
    split = {"type": "split", "children": [TEXT, tabs]}
    compiled = compile_tree(split)
    assert (compiled.errors, compiled.warnings) == ((), ())
    assert compiled.primitives == {"text", "tabs", "split"}
    assert compiled.nodes == 4


def test_nodes_of_a_tab_are_checked_and_a_tab_needs_an_id() -> None:
    tree = {"type": "tabs", "tabs": [{"title": "A", "children": [{"type": "txt"}]}]}
    assert [path for path, _ in errors(tree)] == ["tree.tabs[0]", "tree.tabs[0].children[0].type"]


def test_a_split_has_two_panes() -> None:
    assert errors({"type": "split", "children": [TEXT]}) == [("tree.children", "needs at least 2 entries, has 1")]
    assert errors({"type": "split", "children": [TEXT] * 3}) == [("tree.children", "takes at most 2 entries, has 3")]


def test_inputs_in_different_tabs_of_a_form_need_names_of_their_own() -> None:
    def tab(name: str) -> dict[str, Any]:
        return {"id": name, "children": [{"type": "slider", "name": "size"}]}

    form = {"type": "form", "children": [{"type": "tabs", "tabs": [tab("a"), tab("b")]}]}
    assert [path for path, _ in errors(form)] == ["tree.children[0].tabs[1].children[0].name"]


def test_texts_of_a_template_may_read_its_item() -> None:
    timeline = {"type": "timeline", "items": "{{events}}", "title": "{{index}} {{item.name}}", "text": "{{itm.name}}"}
    assert warnings(timeline, "events") == ["tree.text"]
    assert warnings({"type": "text", "text": "{{item.name}}"}) == ["tree.text"]


def test_a_confirmation_says_what_it_confirms() -> None:
    assert errors({"type": "confirm"}) == [("tree", "'confirm_action' is required")]
    action = {"action": "tool", "tool": "delete_thing", "args": {"path": "{{ctx.path}}"}}
    compiled = compile_tree({"type": "confirm", "title": "Delete {{ctx.path}}?", "confirm_action": action})
    assert (compiled.errors, compiled.warnings) == ((), ())
    assert compiled.tools == {"delete_thing"}
