"""docs/plugindb.md: its tables are made, its statement is carried out, its Python runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from config.embedded.servers import PLUGIN_FENCES
from sandbox.plugindb.statements import check_statement
from tests.people import Person
from tests.plugindb.conftest import Install

PAGE = (Path(__file__).parents[2] / "docs" / "plugindb.md").read_text()


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert found, kind
    return found.group(1)


def test_it_works(alice: Person, install_plugin: Install) -> None:
    tables = json.loads(block("json tables"))
    plugin = install_plugin(alice, tables)
    exec(block("python plugindb"), {"actor": alice.actor, "plugin": plugin, "tables": tables})  # noqa: S102  (the page's own)


def test_the_statement_is_one() -> None:
    found = re.search(r"'(SELECT .*?)',", block("js statement"))
    assert found
    assert check_statement(found.group(1), schema="plugin_x").parameters == 1


@pytest.mark.parametrize("fence", PLUGIN_FENCES)
def test_a_server_of_ones_own_gets_the_same_fences(fence: str) -> None:
    assert f"{fence};" in block("sql")
