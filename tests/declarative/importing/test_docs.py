"""docs/importing.md says what the import does."""

from __future__ import annotations

import json
import re

from django.conf import settings

from tests.declarative.importing.test_adaptive_cards import imported
from widgets_manager.declarative.importing.a2ui_components import _BUILDERS as COMPONENTS
from widgets_manager.declarative.importing.adaptive_elements import _BUILDERS as ELEMENTS

TEXT = (settings.BASE_DIR / "docs" / "importing.md").read_text()


def test_it_works() -> None:
    payload, tree = map(json.loads, re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL))
    assert imported(payload).tree == tree


def test_the_tables_name_everything_that_is_mapped() -> None:
    cells = re.findall(r"^\| ([^|]+) \|", TEXT, re.MULTILINE)
    named = {name for cell in cells for name in cell.split(", ")}
    assert set(ELEMENTS) | set(COMPONENTS) <= named
