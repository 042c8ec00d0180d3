"""docs/operations.md says what is true: its commands parse, its settings exist, its tables are the code's."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.test import Client

from chat.agents.frames import MAX_FRAME
from config import env
from tests.contract.rooms import ROOT
from widgets_manager.jobs import health, periodic

TEXT = (ROOT / "docs" / "operations.md").read_text()
COMMANDS = re.findall(r"python manage\.py ([^`)\n]+)", TEXT)


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip(" `") for cell in row] for row in rows[2:]]


def test_it_works() -> None:
    assert len(COMMANDS) > 5


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_parses(line: str) -> None:
    name, *arguments = shlex.split(line)
    room = get_commands()[name]
    command: Any = load_command_class(room, name) if isinstance(room, str) else room
    command.create_parser("manage.py", name).parse_args(arguments)


def test_every_setting_exists() -> None:
    declared = {setting.name for setting in env.SETTINGS}
    named = set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", TEXT)) | set(re.findall(r"^([A-Z]+)=", TEXT, re.MULTILINE))
    assert named - declared == set()


def test_web_processes_take_the_largest_frame() -> None:
    command = re.search(r"uvicorn config\.asgi.*?--ws-max-size (\d+)", TEXT, re.DOTALL)
    assert command
    assert int(command[1]) > MAX_FRAME


def test_the_housekeeping_is_complete() -> None:
    shown = {row[0]: row[1] for row in table("Housekeeping")}
    seconds = {"10 s": 10, "hour": 3600, "day": 86400}
    assert {name: seconds[every] for name, every in shown.items()} == {
        one.name: one.every.total_seconds() for one in periodic.registered()
    }


def test_the_addresses_answer_and_the_checks_are_named(client: Client) -> None:
    assert [row[0] for row in table("Health")] == ["/healthz", "/readyz"]
    assert client.get("/healthz").status_code == 200
    assert all(f"`{name}`" in TEXT for name in health.CHECKS)
