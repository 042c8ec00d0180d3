"""The reference page: made from the catalog, complete and up to date."""

from __future__ import annotations

import json
import re

from widgets_manager.declarative.compiler import compile_tree
from widgets_manager.declarative.documents import check_texts
from widgets_manager.declarative.reference import MARK, PAGE, page
from widgets_manager.declarative.registry import load_catalog

TEXT = PAGE.read_text(encoding="utf-8")


def test_it_works() -> None:
    assert page(TEXT) == TEXT, "run: python -m widgets_manager.declarative.reference"


def test_it_names_everything_in_the_catalog() -> None:
    catalog = load_catalog()
    for name in (*catalog.primitives, *catalog.actions, *catalog.sources):
        assert f"\n### {name}\n" in TEXT
    for name in catalog.filters:
        assert f"| `{name}" in TEXT


def test_the_written_part_is_kept() -> None:
    assert page("# Written\n\n" + MARK + "\nold").startswith("# Written\n\n" + MARK)


def test_the_written_example_compiles() -> None:
    match = re.search(r"```json\n(.*?)```", TEXT.partition(MARK)[0], re.DOTALL)
    assert match is not None
    compiled = compile_tree(json.loads(match[1]), bindings=["sources"])
    assert (compiled.errors, compiled.warnings) == ((), ())


def test_the_written_app_is_checked_without_a_warning() -> None:
    match = re.search(r"```yaml\n(.*?)```", TEXT.partition(MARK)[0], re.DOTALL)
    assert match is not None
    checked = check_texts(match[1], "app.yaml")
    assert (checked.kind, checked.errors, checked.warnings) == ("app", (), ())
    assert checked.config is not None
    assert checked.config["modals"]["help"]["tree"] == checked.config["inline"]["help_text"]["tree"]
