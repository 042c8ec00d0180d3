"""Icons that there are not: a warning with the closest name, from a list that is the same as the package's."""

from __future__ import annotations

import time

import pytest

from widgets_manager.declarative import icons
from widgets_manager.declarative.compiler import compile_tree, compile_widgets


def test_it_works() -> None:
    tree = {"type": "card", "icon": "libary_books", "children": [{"type": "icon", "name": "delte"}]}
    compiled = compile_tree(tree)
    assert compiled.errors == ()
    assert [str(doubt) for doubt in compiled.warnings] == [
        "tree.icon: there is no icon 'libary_books': nothing is drawn; did you mean 'library_books'?",
        "tree.children[0].name: there is no icon 'delte': nothing is drawn; did you mean 'delete'?",
    ]


@pytest.mark.parametrize("name", ["library_books", "people", "expand_more", "{{item.icon}}", "10k"])
def test_what_is_drawn_gives_no_warning(name: str) -> None:
    assert compile_tree({"type": "icon", "name": name}).warnings == ()


def test_what_is_no_name_is_an_error_alone() -> None:
    compiled = compile_tree({"type": "icon", "name": "Library Books"})
    assert (len(compiled.errors), compiled.warnings) == (1, ())


def test_zones_and_what_stands_in_a_node_have_icons_too() -> None:
    form = {"type": "form", "children": [], "submit": {"label": "Go", "icon": "chek", "action": {"action": "close"}}}
    side = {"title": "Notes", "icon": "inbx", "tree": form}
    warnings = compile_widgets({"version": 1, "chat_side": side}).warnings
    assert [doubt.path for doubt in warnings] == ["widgets.chat_side.icon", "widgets.chat_side.tree.submit.icon"]


def test_many_unknown_names_take_no_time() -> None:
    tree = {"type": "column", "children": [{"type": "icon", "name": f"delte_{n}"} for n in range(1_900)]}
    started = time.perf_counter()
    warnings = compile_tree(tree).warnings
    assert time.perf_counter() - started < 0.5
    assert len(warnings) == 1_900
    assert "did you mean" in warnings[0].message
    assert "did you mean" not in warnings[-1].message


@pytest.mark.skipif(not icons.DRAWINGS.is_dir(), reason="the front end's packages are not installed")
def test_the_list_is_that_of_the_package() -> None:
    text = icons.LIST.read_text(encoding="ascii")
    assert text == icons.listing(), "run: python -m widgets_manager.declarative.icons"
