"""docs/isolates.md: its example runs, its codes and limits are those of the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from config.env import BASE_DIR
from sandbox.isolates.exceptions import CODES
from sandbox.isolates.limits import ACTION, JOB, TOOL

TEXT = (BASE_DIR / "docs/isolates.md").read_text()


def test_it_works(address: Path, settings: Any) -> None:
    settings.ISOLATES_SOCKET = str(address)
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(example, "docs/isolates.md", "exec"), {})  # noqa: S102  (the page's own example)


def test_every_code_has_its_row() -> None:
    assert re.findall(r"^\| `([A-Z_]+)` \|", TEXT, re.MULTILINE) == list(CODES)


def test_the_limits_are_those_of_the_code() -> None:
    assert "`ACTION` 30 s and 64 MB, `TOOL` 120 s, `JOB` 600 s and 512 MB" in TEXT
    assert (ACTION.wall, ACTION.memory, TOOL.wall, JOB.wall, JOB.memory) == (30, 64 << 20, 120, 600, 512 << 20)


def test_modules_are_all_named() -> None:
    folder = BASE_DIR / "sandbox/isolates"
    django = {"__init__", "apps", "checks"}
    table = TEXT.split("## How it is built")[1].split("\n\n`")[0]
    named = {name.removesuffix(".py") for name in re.findall(r"`([a-z]+\.py)`", table)}
    assert {path.stem for path in folder.glob("*.py")} - django == named
