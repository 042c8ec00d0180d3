"""Tools that are started by hand, and the log of what ran: whose runs one sees, and all that is kept of each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sandbox.plugins.actions import runs
from sandbox.plugins.actions.runs import prune_runs
from sandbox.plugins.models import HeartbeatEvent, PluginRun
from tests.docs.openapi import check_answer
from tests.people import Person, assert_refused
from tests.plugins.packages import pie
from tests.plugins.runs import PAGE, click, code, install, place, plugin
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.usefixtures("isolates")
PARAMETERS = {"type": "object", "properties": {"n": {"type": "integer"}, "action": {"type": "string"}}}
TOOL = {"name": "count_up", "description": "Counts.", "parameters": PARAMETERS}


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def run(person: Person, widget: InstalledWidget, **arguments: Any) -> Any:
    return person.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": arguments})


def log(person: Person, widget: InstalledWidget, query: str = "") -> dict[str, Any]:
    response = person.client.get(f"/api/plugins/{widget.pk}/runs{query}")
    shown: dict[str, Any] = check_answer("GET", "/api/plugins/{plugin_id}/runs", response)
    return shown


def in_full(person: Person, widget: InstalledWidget, run_id: str) -> dict[str, Any]:
    response = person.client.get(f"/api/plugins/{widget.pk}/runs/{run_id}")
    shown: dict[str, Any] = check_answer("GET", "/api/plugins/{plugin_id}/runs/{run_id}", response)["run"]
    return shown


def test_it_works(alice: Person) -> None:
    body = """
      console.log('counting', input.n);
      await context.streamEvent('progress', { percent: 50 });
      try { await context.fetch('https://elsewhere.example.com/?q=1'); } catch (error) { console.warn(error.code); }
      return { next: input.n + 1 };"""
    widget = install(alice, pie({"name": "counter", "version": "1.2.0"}, code(body), PAGE, tool=TOOL))
    answer = check_answer("POST", "/api/plugins/{plugin_id}/run", run(alice, widget, n=1))
    assert (answer["ok"], answer["result"]) == (True, {"next": 2})
    shown = log(alice, widget)
    [row] = shown["runs"]
    assert (shown["everyone"], shown["more"]) == (True, False)
    assert (row["id"], row["kind"], row["action"], row["ok"]) == (answer["runId"], "tool", "count_up", True)
    assert (row["user"], row["version"], row["host_calls"]) == ("Alice", "1.2.0", 2)
    run_log = in_full(alice, widget, answer["runId"])
    assert (run_log["input"], run_log["result"]) == ({"n": 1}, {"next": 2})
    assert run_log["log"] == [["log", "counting 1"], ["warn", "HOST_NOT_ALLOWED"]]
    assert [(call["method"], call["refusal"]) for call in run_log["calls"]] == [
        ("streamEvent", ""),
        ("fetch", "HOST_NOT_ALLOWED"),
    ]
    assert [(one["url"], one["status"]) for one in run_log["fetches"]] == [("https://elsewhere.example.com/?q=1", None)]


def test_an_error_is_told_with_its_lines_and_where_the_code_stands(alice: Person) -> None:
    text = pie({"name": "breaker"}, code("console.log('before');\nconst x = null;\nreturn x.y;"), tool=TOOL)
    widget = install(alice, text)
    answer = run(alice, widget).json()
    assert answer["error"] == {"code": "HANDLER_ERROR", "message": "The plugin's code failed."}
    run_log = in_full(alice, widget, answer["runId"])
    assert (run_log["error_code"], run_log["log"]) == ("HANDLER_ERROR", [["log", "before"]])
    assert "handler.js:4" in run_log["error_stack"].splitlines()[1]
    line = run_log["code"]["line"] + 4 - 1
    assert text.split("\n")[line - 1] == "return x.y;"
    assert run_log["code"]["file"] == "plugin.pie"


def test_arguments_must_fit(alice: Person) -> None:
    widget = plugin(alice, "return {}", tool=TOOL)
    error = assert_refused(run(alice, widget, n="one"), 422, "INVALID_PARAMS", "n")
    assert "integer" in error["message"]
    assert not PluginRun.objects.exists()
    assert_refused(
        alice.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": []}), 422, "INVALID_INPUT", "arguments"
    )


def test_what_is_no_tool(alice: Person) -> None:
    shown_only = plugin(alice, "return {}", name="shown", tool=None)
    assert_refused(run(alice, shown_only), 409, "NO_TOOL")
    skill = install(alice, "---\nname: rhymer\ntier: skill\n---\nAnswer in rhymes.\n")
    assert_refused(run(alice, skill), 409, "NO_HANDLER")
    widget = plugin(alice, "return {}")
    alice.client.post("/api/widgets/enable", {"id": str(widget.pk), "enabled": False})
    assert_refused(run(alice, widget), 409, "WIDGET_DISABLED")


def test_a_manual_tool_is_started_by_people(alice: Person) -> None:
    widget = plugin(alice, "return { by: 'hand' }", trigger="manual")
    assert run(alice, widget).json()["result"] == {"by": "hand"}


def test_whose_runs_one_sees(alice: Person, bob: Person, vera: Person, charlie: Person) -> None:
    widget = plugin(alice, "return {}", tenant_wide=True)
    mine, theirs = run(bob, widget).json()["runId"], run(alice, widget).json()["runId"]
    assert [row["id"] for row in log(bob, widget)["runs"]] == [mine]
    assert log(bob, widget)["everyone"] is False
    assert_refused(bob.client.get(f"/api/plugins/{widget.pk}/runs/{theirs}"), 404, "NOT_FOUND")
    assert [row["id"] for row in log(alice, widget)["runs"]] == [theirs, mine]
    assert in_full(alice, widget, mine)["user"] == "Bob"
    assert log(vera, widget)["runs"] == []
    for path in ("runs", f"runs/{mine}", "hosts"):
        assert_refused(charlie.client.get(f"/api/plugins/{widget.pk}/{path}"), 404, "NOT_FOUND")
    assert_refused(run(charlie, widget), 404, "NOT_FOUND")
    other = plugin(alice, "return {}", name="other")
    assert_refused(alice.client.get(f"/api/plugins/{other.pk}/runs/{mine}"), 404, "NOT_FOUND")


def test_pages_and_filters(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.plugins.run_views.PAGE", 2)
    widget = plugin(alice, "return input.n > 1 ? { error: true } : {}", tool=TOOL)
    instance = place(alice, widget)
    ids = [run(alice, widget, n=n).json()["runId"] for n in range(3)] + [click(alice, instance)["runId"]]
    first = log(alice, widget)
    assert ([row["id"] for row in first["runs"]], first["more"]) == ([ids[3], ids[2]], True)
    rest = log(alice, widget, f"?before={ids[2]}")
    assert ([row["id"] for row in rest["runs"]], rest["more"]) == ([ids[1], ids[0]], False)
    assert [row["id"] for row in log(alice, widget, "?kind=action")["runs"]] == [ids[3]]
    assert [row["id"] for row in log(alice, widget, "?ok=false")["runs"]] == [ids[2]]
    assert_refused(alice.client.get(f"/api/plugins/{widget.pk}/runs?kind=x"), 422, "INVALID_INPUT", "kind")
    assert_refused(alice.client.get(f"/api/plugins/{widget.pk}/runs?ok=x"), 422, "INVALID_INPUT", "ok")
    assert_refused(alice.client.get(f"/api/plugins/{widget.pk}/runs?before=x"), 404, "NOT_FOUND")


def test_what_is_too_large_is_not_kept(alice: Person) -> None:
    widget = plugin(alice, "return { text: 'x'.repeat(20000) }", tool=TOOL)
    answer = run(alice, widget, action="y" * 20_000).json()
    assert len(answer["result"]["text"]) == 20_000
    run_log = in_full(alice, widget, answer["runId"])
    assert run_log["result"] == {"omitted": "20,011 bytes; at most 16,384 are kept"}
    assert run_log["input"]["omitted"].startswith("20,0")
    assert len(run_log["action"]) == 200


def test_the_log_is_pruned(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_KEPT", 2)
    widget, other = plugin(alice, "return {}", tool=TOOL), plugin(alice, "return {}", name="other")
    ids = [run(alice, widget, n=n).json()["runId"] for n in range(4)]
    kept = run(alice, other).json()["runId"]
    PluginRun.objects.filter(pk=ids[3]).update(created_at=timezone.now() - timedelta(days=15))
    PluginRun.objects.filter(pk=ids[2]).update(ok=None, created_at=timezone.now() - timedelta(minutes=21))
    assert prune_runs() == 2
    left = {str(row.pk): row for row in PluginRun.objects.all()}
    assert kept in left
    assert ids[3] not in left
    assert len(left) == 3
    lost = [row for row in left.values() if row.error_code == "LOST"]
    assert [(row.ok, str(row.pk)) for row in lost] in ([], [(False, ids[2])])


def test_events_that_runs_are(alice: Person) -> None:
    matchers = [
        {"source": "widget", "actionId": "publish"},
        {"source": "tool", "actionId": "count_up"},
        {"source": "tool", "actionId": "edit"},
        {"source": "widget", "actionId": "later"},
    ]
    events = {"events": [{"id": f"e{n}", "displayName": f"E{n}", "matchers": [one]} for n, one in enumerate(matchers)]}
    body = """
      if (input.action === 'later') return { _triggerToolCall: { action: 'edit' } };
      if (input.payload && input.payload.fail) return { error: true };
      return {};"""
    widget = plugin(alice, body, tool=TOOL, heartbeatEvents=events)
    instance = place(alice, widget)

    def happened() -> list[str]:
        found = list(HeartbeatEvent.objects.order_by("created_at").values_list("event_id", flat=True))
        HeartbeatEvent.objects.all().delete()
        return found

    click(alice, instance, "publish")
    assert happened() == ["e0"]
    click(alice, instance, "publish", {"fail": True})
    assert happened() == []
    run(alice, widget, n=1)
    assert happened() == ["e1"]
    run(alice, widget, action="edit")
    assert happened() == ["e2"]
    assert click(alice, instance, "later")["jobId"]
    assert happened() == [], "what goes on in the background happens when that has ended"


def test_an_uninstall_while_it_runs_ends_it_without_a_trace(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = plugin(alice, "await context.streamEvent('x'); return { done: true }", tool=TOOL)
    monkeypatch.setattr(
        "sandbox.plugins.events._listeners", [lambda **said: InstalledWidget.objects.filter(pk=widget.pk).delete()]
    )
    assert run(alice, widget).json()["result"] == {"done": True}
    assert not PluginRun.objects.exists()
