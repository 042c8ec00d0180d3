"""docs/plugins.md: its packages can be installed, its reference is that of the schema."""

from __future__ import annotations

import re

import pytest

from sandbox.plugins.reference import PAGE, rewritten
from sandbox.plugins.shape import MANIFEST_KEYS
from sandbox.plugins.unserved import UNSERVED
from widgets_manager.packages.parsers import Source, parse_package

TEXT = PAGE.read_text("utf-8")
EXAMPLES = dict(re.findall(r"^```pie (\S+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE))


def test_it_works() -> None:
    assert list(EXAMPLES) == ["haiku.pie", "notes.pie"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_packages_are_installable_without_a_word(name: str) -> None:
    package = parse_package(Source(EXAMPLES[name].encode(), name))
    assert (package.form, package.warnings) == ("plugin", ())


def test_its_reference_is_up_to_date() -> None:
    assert rewritten(TEXT) == TEXT, "run python -m sandbox.plugins.reference"


def test_every_key_of_the_manifest_is_served_or_in_the_table() -> None:
    """Whoever serves one takes its row out of the table, and its name in here."""
    served = {"trigger", "database", "heartbeatEvents", "permissions", "runtime", "tool", "widget"}
    assert set(MANIFEST_KEYS) - UNSERVED.keys() == served
