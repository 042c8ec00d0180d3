"""docs/api.md: its examples run against a live server, its errors and scopes are the code's."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from rest_framework import exceptions as drf

from chat.turns import actions as _turns  # noqa: F401  (its refusals are counted, too)
from tests.people import Person
from widgets_manager.core.actions.tenants import update_tenant
from widgets_manager.core.actor import SCOPES
from widgets_manager.core.errors import as_api_error
from widgets_manager.core.exceptions import ApiError
from widgets_manager.llm import exceptions as llm
from widgets_manager.widgets.actions.workspaces import create_workspace

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "api.md").read_text()
BLOCKS = re.findall(
    r"^```(bash run|python run|python run with-confirmation|json answer)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL
)
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def model() -> Iterator[str]:
    """An endpoint whose model always takes the last tool that adds a task."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = [tool["function"]["name"] for tool in asked["tools"] if "add_task" in tool["function"]["name"]][-1]
            call = {"function": {"name": name, "arguments": '{"title": "bread"}'}}
            body = json.dumps({"choices": [{"message": {"content": None, "tool_calls": [call]}}]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="the examples use curl")
def test_it_works(
    live_url: str, alice: Person, charlie: Person, model: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every example, from top to bottom, as a reader would run them."""
    create_workspace(actor=alice.actor, name="Team", visibility="tenant")
    database = connection.settings_dict["NAME"]
    monkeypatch.setenv("DATABASE_URL", os.environ["DATABASE_URL"].replace("/widgets?", f"/{database}?"))
    monkeypatch.setenv("LLM_BASE_URL", model)
    monkeypatch.setenv("LLM_MODEL", "any")
    names: dict[str, Any] = {}
    said = ""
    for kind, text in BLOCKS:
        example = text.replace(ADDRESS, live_url)
        match kind:
            case "bash run":
                said = run_bash(example, tmp_path / "variables", monkeypatch)
            case "python run" | "python run with-confirmation":
                update_tenant(actor=alice.actor, confirm_writes="with-confirmation" in kind)
                exec(compile(example, "docs/api.md", "exec"), names)  # noqa: S102  (the page's own example)
            case "json answer":
                assert fits(json.loads(text), json.loads(said)), said
    assert len(names["boards"]) == 2


def run_bash(example: str, variables: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the example prints; what it exports is there for the next ones."""
    program = f'set -euo pipefail; {example}\nenv -0 > "{variables}"'
    done = subprocess.run(["bash", "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, example + done.stderr
    exported = {name for names in re.findall(r"^export (.*)$", example, re.MULTILINE) for name in names.split()}
    for line in variables.read_text().split("\0"):
        name, _, value = line.partition("=")
        if name in exported:
            monkeypatch.setenv(name, value)
    return done.stdout


def fits(shown: Any, given: Any) -> bool:
    """Whether an answer is as shown; "…" stands for anything, as a key for any further ones."""
    match shown:
        case "…":
            return True
        case str() if shown.endswith("…"):
            return isinstance(given, str) and given.startswith(shown.removesuffix("…"))
        case dict():
            named = {key: value for key, value in shown.items() if key != "…"}
            complete = "…" in shown or named.keys() == given.keys()
            return complete and all(key in given and fits(value, given[key]) for key, value in named.items())
        case ["…"]:
            return isinstance(given, list)
        case list():
            return len(shown) == len(given) and all(map(fits, shown, given))
    return bool(shown == given)


def test_answers_that_differ_are_noticed() -> None:
    assert fits({"a": "…", "…": "…"}, {"a": 1, "b": 2})
    assert not fits({"a": 1}, {"a": 1, "b": 2})
    assert not fits([1], [2])
    assert not fits({"a": "x…"}, {"a": "y"})


def test_the_scopes_are_the_documented_ones() -> None:
    section = PAGE.partition("## Signing in")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z:]+)` \|", section, re.MULTILINE)) == set(SCOPES)


def test_every_error_is_documented_with_its_status() -> None:
    section = PAGE.partition("\n## Errors\n")[2]
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\d{3}) \|", section, re.MULTILINE)
    assert rows == sorted(rows), "in alphabetical order"
    assert set(rows) == {(code, str(status)) for code, status in declared_errors()}


def declared_errors() -> set[tuple[str, int]]:
    """Every code in the source with its status: of error classes, of their calls, and of DRF's own."""
    kinds = {kind.__name__: kind for kind in error_classes(ApiError)}
    found = {(kind.code, kind.status) for kind in kinds.values()}
    found |= set(llm._STATUS.items())
    for folder in ("widgets_manager", "sandbox", "chat", "config"):
        for file in (ROOT / folder).rglob("*.py"):
            found |= {pair for node in ast.walk(ast.parse(file.read_text())) for pair in coded_call(node, kinds)}
    return found | framework_errors()


def error_classes(kind: type[ApiError]) -> list[type[ApiError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in error_classes(child))]


def coded_call(node: ast.AST, kinds: dict[str, type[ApiError]]) -> list[tuple[str, int]]:
    """The code and status of `SomeError(…, code="X", status=…)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in kinds:
        return []
    named = {one.arg: one.value.value for one in node.keywords if isinstance(one.value, ast.Constant)}
    if "code" not in named or kinds[node.func.id] is llm.LlmError:
        return []
    return [(str(named["code"]), int(str(named.get("status", kinds[node.func.id].status))))]


def framework_errors() -> set[tuple[str, int]]:
    """What DRF itself refuses, as the one handler shows it."""
    refusals = [drf.MethodNotAllowed("x"), drf.NotAcceptable(), drf.ParseError(), drf.UnsupportedMediaType("x")]
    shown = [as_api_error(refusal) for refusal in refusals]
    return {(error.code, error.status) for error in shown if error is not None}


def test_every_call_on_the_page_is_in_the_openapi_document() -> None:
    from tests.docs.openapi import operations

    described = {re.sub(r"\{\w+\}", "<id>", path) for _, path in operations()}
    named = re.findall(r"(?:GET|POST|PATCH|DELETE)(?:`, `\w+)* (/api/[a-z/<>-]+)`", PAGE)
    assert len(named) > 20
    assert {path for path in named if path not in described} == set()
