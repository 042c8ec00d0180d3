"""docs/first-plugin.md and the examples of docs/plugins.md do what the pages say."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from sandbox.plugins.lint import lint_path
from sandbox.plugins.reference import PAGE
from tests.people import Person
from tests.plugins.packages import pie
from tests.plugins.runs import PAGE as WIDGET_PAGE
from tests.plugins.runs import click, install, place
from widgets_manager.jobs.models import Job
from widgets_manager.jobs.running import run_job
from widgets_manager.notifications.models import Notification

pytestmark = [pytest.mark.usefixtures("isolates"), pytest.mark.django_db]
FIRST = (PAGE.parent / "first-plugin.md").read_text("utf-8")
PLUGINS = PAGE.read_text("utf-8")
STEPS = re.findall(r"^```(pie|bash)[^\n]*\n(.*?)^```$", FIRST, re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def run(command: str, folder: Path) -> dict[str, Any]:
    """What `plugin_run` of the page prints."""
    _, _, name, path, *arguments = shlex.split(command)
    assert name == "plugin_run"
    out = io.StringIO()
    call_command(name, str(folder / path), *arguments, stdout=out)
    printed: dict[str, Any] = json.loads(out.getvalue())
    return printed


def test_it_works(alice: Person, tmp_path: Path) -> None:
    """Step by step, as the page says."""
    [(_, hello), (_, tried), (_, whole), (_, actions)] = STEPS
    path = tmp_path / "water.pie"
    path.write_text(hello)
    assert lint_path(path).warnings == ()
    assert run(tried.splitlines()[1], tmp_path)["result"] == {"message": "Somebody drank 2."}
    path.write_text(whole)
    assert lint_path(path).warnings == ()
    drink, report = (run(line, tmp_path) for line in actions.splitlines())
    assert drink["widgetEvents"][0]["data"] == {"event": "today", "glasses": 1}
    assert report["job"]["result"] == {"success": True, "days": 0}
    widget = install(alice, whole)
    instance = place(alice, widget)
    assert click(alice, instance, "load")["widgetEvents"][0]["data"]["glasses"] == 0
    click(alice, instance, "drink")
    started = alice.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": {"glasses": 2}}).json()
    assert started["result"] == {"success": True, "message": "3 today."}
    answer = click(alice, instance, "report")
    assert run_job(Job.objects.get(pk=answer["jobId"]).pk)
    told = Notification.objects.get()
    assert re.fullmatch(r"- \d{4}-\d\d-\d\d: 3", told.text)
    [state] = alice.client.get(f"/api/widget-state?instanceId={instance}").json()["states"]
    assert state["data"] == {"event": "note", "text": "The report is among your notifications."}


def test_the_examples_of_the_page_about_plugins(alice: Person, tmp_path: Path) -> None:
    notes = re.search(r"^```pie notes.pie\n(.*?)^```$", PLUGINS, re.DOTALL | re.MULTILINE)
    assert notes is not None
    (tmp_path / "notes.pie").write_text(notes[1])
    commands = re.findall(r"^python manage.py plugin_run .*$", PLUGINS, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        printed = run(command, tmp_path)
        assert printed["ok"], printed
        assert printed["widgetEvents"][-1]["data"] == {"event": "note_added", "text": "milk"}
    code = re.search(r"^```js trigger\n(.*?)^```$", PLUGINS, re.DOTALL | re.MULTILINE)
    assert code is not None
    (tmp_path / "sum.pie").write_text(pie({"name": "sum"}, code[1], WIDGET_PAGE))
    printed = run("""python manage.py plugin_run sum.pie --action go --input '{"upTo": 4}'""", tmp_path)
    assert printed["job"]["result"] == {"success": True, "sum": 10}
