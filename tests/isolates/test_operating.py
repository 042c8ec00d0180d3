"""What operators see: the command, and the part of /readyz."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from sandbox.isolates import checks, client
from widgets_manager.jobs import health


def told(*arguments: str) -> str:
    output = StringIO()
    call_command("isolates", *arguments, stdout=output)
    return output.getvalue()


def test_it_works(address: Path, settings: Any) -> None:
    settings.ISOLATES_SOCKET = str(address)
    lines = told().splitlines()
    assert lines[0] == "actions: 0 of 4 places taken, 0 waiting"
    assert lines[1] == "background runs: 0 of 4 places taken, 0 waiting"
    assert any(line.startswith(("active ", "MISSING ")) and "seccomp" in line for line in lines)
    assert json.loads(told("--json"))["places"] == {"actions": 4, "heavy": 4}


def test_without_a_service(settings: Any, tmp_path: Path) -> None:
    settings.ISOLATES_SOCKET = ""
    with pytest.raises(CommandError, match="ISOLATES_SOCKET is not set"):
        told()
    settings.ISOLATES_SOCKET = str(tmp_path / "nobody")
    with pytest.raises(CommandError, match="The service does not answer"):
        told()


def test_readyz_names_the_service(
    db: None, client: Client, address: Path, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(health.CHECKS, "isolates", checks.service_answers)
    settings.ISOLATES_SOCKET = str(address)
    assert client.get("/readyz").json()["checks"]["isolates"] == "ok"
    settings.ISOLATES_SOCKET = str(tmp_path / "nobody")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["isolates"]) == (503, "does not answer")


def test_the_settings_service_is_the_default(address: Path, settings: Any) -> None:
    settings.ISOLATES_SOCKET = str(address)
    assert client.run_handler("function handler() { return 1; }", None, tenant="t", version="1").value == 1
