"""`manage.py plugin_run`: one run of a plugin that is not installed, as its author sees it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sandbox.plugindb.models import PluginDatabase
from sandbox.plugindb.server import manager
from sandbox.plugins.models import PluginRun
from tests.people import Person
from tests.plugins.packages import SAMPLES, pie
from tests.plugins.runs import PAGE, code
from widgets_manager.core.models import Tenant, User
from widgets_manager.jobs.models import Job
from widgets_manager.live.models import Event
from widgets_manager.widgets.models import InstalledWidget

pytestmark = [pytest.mark.usefixtures("isolates"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def run(path: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and the one object that it printed."""
    out, status = io.StringIO(), 0
    try:
        call_command("plugin_run", str(path), *arguments, stdout=out)
    except SystemExit as ended:
        status = int(ended.code or 0)
    printed: dict[str, Any] = json.loads(out.getvalue())
    return status, printed


def schemas() -> set[str]:
    with manager() as connection:
        return {row[0] for row in connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^plugin_'")}


def test_it_works(alice: Person) -> None:
    before, told = schemas(), Event.objects.count()
    arguments = ("--input", '{"action": "create_deck", "title": "Q3"}', "--user", "alice")
    status, printed = run(SAMPLES / "slide-deck.pie", *arguments)
    assert (status, printed["ok"]) == (0, True), printed
    assert printed["result"]["deck"]["title"] == "Q3"
    assert "managedDb.query" in [call["method"] for call in printed["calls"]]
    assert set(printed) == {"ok", "result", "widgetEvents", "log", "calls", "milliseconds"}
    # Nothing of it stays.
    assert schemas() == before
    assert Event.objects.count() == told
    for model in (InstalledWidget, PluginRun, PluginDatabase, Job):
        assert not model._default_manager.exists(), model
    assert [tenant.name for tenant in Tenant.objects.all()] == ["Acme"]


def test_an_action_with_what_follows_in_the_background(tmp_path: Path) -> None:
    body = """
      if (input._widgetAction) {
        await context.widget.update({ event: 'begun', by: context.user.displayName });
        return { _triggerToolCall: { action: 'work', n: input.payload.n } };
      }
      await context.widget.update({ event: 'done', n: input.n });
      console.log('worked');
      return { n: input.n * 2 };"""
    path = tmp_path / "worker.pie"
    path.write_text(pie({"name": "worker"}, code(body), PAGE))
    status, printed = run(path, "--action", "go", "--input", '{"n": 4}')
    assert (status, printed["ok"]) == (0, True), printed
    assert [event["data"] for event in printed["widgetEvents"]] == [{"event": "begun", "by": "Somebody"}]
    job = printed["job"]
    assert (job["input"], job["result"], job["log"]) == ({"action": "work", "n": 4}, {"n": 8}, [["log", "worked"]])
    assert [(event["sequence"], event["data"]) for event in job["widgetEvents"]] == [(2, {"event": "done", "n": 4})]
    assert not User.objects.exists()


def test_failures(tmp_path: Path) -> None:
    path = tmp_path / "breaker.pie"
    path.write_text(pie({"name": "breaker"}, code("console.log(1);\nundefined.x;")))
    status, printed = run(path)
    assert (status, printed["ok"], printed["log"]) == (1, False, [["log", "1"]])
    assert printed["error"]["code"] == "HANDLER_ERROR"
    assert "handler.js:3" in printed["error"]["stack"]
    assert run(path, "--action", "go")[1]["error"]["code"] == "NO_WIDGET"
    parameters = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    path.write_text(pie({"name": "breaker"}, tool={"name": "x", "description": "y", "parameters": parameters}))
    assert run(path, "--input", '{"n": "1"}')[1]["error"]["code"] == "INVALID_PARAMS"
    path.write_text(pie({"tier": "cake"}))
    status, printed = run(path)
    assert (status, printed["error"]["code"], printed["error"]["errors"][0]["line"]) == (1, "INVALID_PLUGIN", 3)


def test_what_cannot_be_asked(tmp_path: Path) -> None:
    path = SAMPLES / "slide-deck.pie"
    with pytest.raises(CommandError, match="There is no user 'nobody'"):
        run(path, "--user", "nobody")
    with pytest.raises(CommandError, match="must be a JSON object"):
        run(path, "--input", "[]")
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.pie")
    assert run(path, "--input", "{")[1]["error"]["code"] == "INVALID_JSON"


def test_it_brings_a_service_where_none_runs(settings: Any) -> None:
    settings.ISOLATES_SOCKET = ""
    status, printed = run(SAMPLES / "slide-deck.pie", "--input", '{"action": "create_deck", "title": "Q3"}')
    assert (status, printed["ok"]) == (0, True), printed
    assert settings.ISOLATES_SOCKET == ""
