"""The shared example trees: the valid ones compile, the invalid ones say exactly what is wrong and in which line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.declarative.trees import COMPILED, as_text, check_file, documents, expected
from widgets_manager.declarative.registry import load_catalog

VALID = documents("valid")
INVALID = documents("invalid")


def test_it_works() -> None:
    checked = check_file(VALID["my-app/app"])
    assert checked.kind == "app"
    assert checked.config is not None
    assert set(checked.config["inline"]) == {"hello", "confirm_delete", "source_card", "booking_modal", "source_search"}
    assert checked.app["capabilities"]["grant"][0]["module"] == "widget"


@pytest.mark.parametrize("path", VALID.values(), ids=list(VALID))
def test_valid_ones_compile_without_a_warning(path: Path) -> None:
    checked = check_file(path)
    assert (checked.errors, checked.warnings) == ((), ())
    assert checked.config is not None


@pytest.mark.parametrize("path", INVALID.values(), ids=list(INVALID))
def test_invalid_ones_say_what_is_expected_and_nothing_else(path: Path) -> None:
    checked = check_file(path)
    errors, warnings = expected(path)
    assert errors or warnings
    for wanted, found in ((errors, checked.errors), (warnings, checked.warnings)):
        missing = [entry for entry in wanted if not any(entry.matches(problem) for problem in found)]
        surplus = [problem for problem in found if not any(entry.matches(problem) for entry in wanted)]
        assert (missing, surplus) == ([], [])
        places = [problem.line or 0 for problem in found if problem.file == path.name]
        assert places == sorted(places)
    assert (checked.config is None) == bool(checked.errors)


@pytest.mark.parametrize("kind", ["primitives", "actions"])
def test_there_is_one_for_each_of_the_catalog(kind: str) -> None:
    """And it uses what it is named after."""
    for name in getattr(load_catalog(), kind):
        assert name in getattr(check_file(VALID[f"{kind}/{name}"]), kind)


def test_what_the_browser_runs_is_up_to_date() -> None:
    assert COMPILED.read_text(encoding="utf-8") == as_text(), "run: python -m tests.declarative.trees"


def test_zones_show_what_their_refs_name() -> None:
    config = check_file(VALID["my-app/app"]).config
    assert config is not None
    assert config["chat_side"]["tree"] == config["inline"]["source_search"]["tree"]
    assert set(config["chat_side"]["data"]) == {"sources", "recent"}
    assert config["modals"]["booking"]["title"] == "New booking"
    assert "ref" not in config["modals"]["booking"]
