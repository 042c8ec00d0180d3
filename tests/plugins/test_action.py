"""Clicks in plugins' widgets: `POST /widget-action`."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from sandbox.isolates.client import run_handler
from sandbox.plugins import running
from sandbox.plugins.models import PluginRun, WidgetState
from tests.docs.openapi import check_answer
from tests.people import Person, assert_refused
from tests.plugins.packages import FIXTURES, SAMPLES
from tests.plugins.runs import click, install, place, plugin, post_click
from tests.widgets.conftest import install as install_panel_widget
from tests.widgets.conftest import place as place_panel
from widgets_manager.core.models import AuditEntry
from widgets_manager.jobs.models import Job
from widgets_manager.live.models import Event

pytestmark = pytest.mark.usefixtures("isolates")


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def start(person: Person, widget: Any, **arguments: Any) -> dict[str, Any]:
    response = person.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": arguments})
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_it_works(alice: Person) -> None:
    widget = plugin(alice, "await context.widget.update({ event: 'seen', input }); return { user: context.user };")
    instance = place(alice, widget)
    response = post_click(alice, instance, "look", {"at": 7})
    answer = check_answer("POST", "/widget-action", response)
    assert answer["ok"], answer
    assert answer["result"] == {"user": {"id": str(alice.user.pk), "displayName": "Alice"}}
    seen = {"_widgetAction": True, "actionId": "look", "action": "look", "payload": {"at": 7}}
    events = [{"sequence": 1, "kind": "update", "data": {"event": "seen", "input": seen}, "everyone": False}]
    assert answer["widgetEvents"] == events
    state = alice.client.get(f"/api/widget-state?instanceId={instance}")
    assert check_answer("GET", "/api/widget-state", state) == {"states": events}
    told = Event.objects.get(type="plugin.data")
    assert str(told.stream.key) == str(alice.user.pk)
    assert told.data | {"content": None} == {
        "instance_id": instance,
        "widget_id": str(widget.pk),
        "sequence": 1,
        "kind": "update",
        "content": None,
        "everyone": False,
    }
    entry = AuditEntry.objects.get(action="plugin.run")
    assert (entry.actor_id, entry.data["name"], entry.data["ok"]) == (alice.user.pk, "look", True)


def test_the_slide_deck_of_the_samples(alice: Person) -> None:
    widget = install(alice, (SAMPLES / "slide-deck.pie").read_text())
    instance = place(alice, widget)
    assert start(alice, widget, action="create_deck", title="Q3")["ok"]
    slide = start(alice, widget, action="add_slide", title="Costs")["result"]["slide"]["id"]
    assert click(alice, instance, "add_comment", {"slideId": slide, "comment": "Shorter"})["ok"]
    answer = click(alice, instance, "apply_edits", {"slideId": slide})
    assert answer["ok"], answer
    assert [event["data"]["event"] for event in answer["widgetEvents"]] == ["slide_regenerating"]
    job = Job.objects.get(pk=answer["jobId"])
    assert (job.kind, job.user_id) == ("plugin.run", alice.user.pk)
    assert job.args["trigger"] == {"action": "edit_slide", "slide_id": slide}


def test_the_code_of_the_seeds_runs_as_it_is_written(alice: Person) -> None:
    widget = install(alice, (FIXTURES / "seed" / "item-list.pie").read_text())
    instance = place(alice, widget)
    assert start(alice, widget, action="create_item", name="first")["result"] == {"success": True}
    loaded = click(alice, instance, "load_items", {"page": 1})
    assert loaded["result"] == {"success": True}
    [event] = loaded["widgetEvents"]
    assert event["data"]["event"] == "items_loaded"
    assert [item["name"] for item in event["data"]["items"]] == ["first"]
    added = click(alice, instance, "add_item", {"name": "second"})
    assert added["widgetEvents"][0]["data"]["item"]["name"] == "second"
    begun = click(alice, instance, "approve_and_generate", {"jobId": event["data"]["items"][0]["id"]})
    assert begun["widgetEvents"][0]["data"]["flash"] == "Starting generation..."
    assert Job.objects.get(pk=begun["jobId"]).args["trigger"]["action"] == "generate_output"
    unknown = click(alice, instance, "no_such_thing")
    assert unknown["error"] == {"code": "PLUGIN_ERROR", "message": "Unknown action"}


FAILURES = {
    "return { error: true, message: 'Not today' }": ("PLUGIN_ERROR", "Not today"),
    "return { error: true }": ("PLUGIN_ERROR", "The plugin reported an error."),
    "null.x": ("HANDLER_ERROR", "The plugin's code failed."),
    "return 'x'.repeat(1100000)": ("TOO_LARGE", "The plugin's data is larger than allowed."),
    "return { _triggerToolCall: { job: 1 } }": (
        "BAD_TRIGGER",
        "The plugin asked for background work in a form that is not understood.",
    ),
    "return { _triggerToolCall: 'later' }": (
        "BAD_TRIGGER",
        "The plugin asked for background work in a form that is not understood.",
    ),
    "return { _triggerToolCall: { action: 'x', half: '\\ud800' } }": (
        "BAD_TRIGGER",
        "The plugin asked for background work in a form that is not understood.",
    ),
}


def test_what_the_plugin_does_wrong_is_an_answer_in_one_sentence(alice: Person) -> None:
    cases = "".join(f"if (input.actionId === '{number}') {{ {body}; }}\n" for number, body in enumerate(FAILURES))
    widget = plugin(alice, cases)
    instance = place(alice, widget)
    for number, (code, message) in enumerate(FAILURES.values()):
        answer = click(alice, instance, str(number))
        assert (answer["ok"], answer["error"]) == (False, {"code": code, "message": message}), number
        assert "result" not in answer
        run = PluginRun.objects.get(pk=answer["runId"])
        assert (run.ok, run.error_code) == (False, code)
    failed = PluginRun.objects.get(error_code="HANDLER_ERROR")
    assert "handler.js:4" in failed.error_stack
    assert "Cannot read properties of null" in failed.error_message
    bad = PluginRun.objects.filter(error_code="BAD_TRIGGER").earliest("created_at")
    assert bad.error_message.startswith("_triggerToolCall.action must be a text")
    assert not Job.objects.exists()


def test_a_click_that_takes_too_long_ends(alice: Person) -> None:
    widget = plugin(
        alice, "console.log('waiting'); await new Promise((r) => setTimeout(r, 9e6));", runtime={"timeoutMs": 300}
    )
    answer = click(alice, place(alice, widget))
    assert answer["error"] == {"code": "HANDLER_TIMEOUT", "message": "The plugin took too long and was stopped."}
    assert PluginRun.objects.get(pk=answer["runId"]).log == [["log", "waiting"]]


def test_results_that_no_database_stores_are_mended(alice: Person) -> None:
    widget = plugin(alice, "return { text: 'a\\u0000b\\ud800', ['k\\u0000']: [1.5, null] }")
    answer = click(alice, place(alice, widget))
    assert answer["result"] == {"text": "ab\ufffd", "k": [1.5, None]}
    assert PluginRun.objects.get().result == answer["result"]


def test_the_same_click_twice_runs_once(alice: Person) -> None:
    widget = plugin(alice, "await context.widget.update({ n: Math.random() }); return { r: Math.random() };")
    instance = place(alice, widget)
    first = click(alice, instance, "go", {"a": 1}, key="k1")
    assert click(alice, instance, "go", {"a": 1}, key="k1") == first
    assert PluginRun.objects.count() == 1
    assert WidgetState.objects.get().sequence == 1
    assert_refused(post_click(alice, instance, "go", {"a": 2}, key="k1"), 409, "IDEMPOTENCY_MISMATCH")
    assert click(alice, instance, "go", {"a": 1}, key="k2") != first
    other = place(alice, widget)
    assert click(alice, other, "go", {"a": 1}, key="k1")["result"] != first["result"]


def test_a_failed_click_is_not_run_again_either(alice: Person) -> None:
    instance = place(alice, plugin(alice, "return { error: true, message: String(Math.random()) };"))
    assert click(alice, instance, key="k")["error"] == click(alice, instance, key="k")["error"]
    assert PluginRun.objects.count() == 1


def test_who_may(alice: Person, bob: Person, vera: Person, charlie: Person) -> None:
    widget = plugin(alice, "await context.widget.update({ who: context.user.displayName }); return {};")
    shared = alice.client.post("/api/workspaces", {"name": "Shared", "visibility": "tenant"}).json()["workspace"]["id"]
    own = alice.client.post("/api/workspaces", {"name": "Own"}).json()["workspace"]["id"]
    instance, private = place(alice, widget, workspaceId=shared), place(alice, widget, workspaceId=own)
    assert click(bob, instance)["widgetEvents"][0]["data"] == {"who": "Bob"}
    assert_refused(post_click(bob, private), 404, "NOT_FOUND")
    assert_refused(post_click(vera, instance), 403, "PERMISSION_DENIED")
    assert_refused(post_click(charlie, instance), 404, "NOT_FOUND")
    assert_refused(charlie.client.get(f"/api/widget-state?instanceId={instance}"), 404, "NOT_FOUND")
    # Each has their own data of the place, and a viewer sees the place, too.
    assert [
        one["data"]["who"] for one in bob.client.get(f"/api/widget-state?instanceId={instance}").json()["states"]
    ] == ["Bob"]
    assert vera.client.get(f"/api/widget-state?instanceId={instance}").json() == {"states": []}
    assert PluginRun.objects.count() == 1


def test_what_is_no_place_of_a_plugin(alice: Person) -> None:
    other = place_panel(alice, install_panel_widget(alice)["id"])["id"]
    for instance in (other, str(uuid.uuid4()), "x"):
        assert_refused(post_click(alice, instance), 404, "NOT_FOUND")


def test_a_disabled_plugin_runs_nothing(alice: Person) -> None:
    widget = plugin(alice, "return {};")
    instance = place(alice, widget)
    alice.client.post("/api/widgets/enable", {"id": str(widget.pk), "enabled": False})
    assert_refused(post_click(alice, instance), 409, "WIDGET_DISABLED")
    assert not PluginRun.objects.exists()
    alice.client.post("/api/widgets/enable", {"id": str(widget.pk), "enabled": True})
    assert click(alice, instance)["ok"]


def test_without_the_service_the_person_is_told(alice: Person, settings: Any) -> None:
    instance = place(alice, plugin(alice, "return {};"))
    settings.ISOLATES_SOCKET = ""
    answer = click(alice, instance)
    assert answer["error"] == {"code": "UNAVAILABLE", "message": "Plugins cannot run on this server right now."}


COUNTING = """
  const text = 'INSERT INTO clicks (word) VALUES ($1) RETURNING id';
  const { rows } = await context.managedDb.query(text, [input.payload.word]);
  await context.widget.update({ id: rows[0].id, word: input.payload.word });
  await context.widget.update({ id: rows[0].id, word: input.payload.word, last: true });
  return { id: rows[0].id };
"""
TABLE = {"tables": {"clicks": {"columns": {"id": "serial primary key", "word": "text not null"}}}}


def together(count: int, act: Any) -> list[Any]:
    """What `act(number)` gives, all at the same time, each with a connection of its own."""
    barrier, given = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        try:
            barrier.wait(30)
            given[number] = act(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return given


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_time(alice: Person) -> None:
    widget = plugin(alice, COUNTING, database=TABLE)
    instance, clients = place(alice, widget), [alice.client for _ in range(6)]

    def send(number: int, key: str) -> Any:
        body = {"instanceId": instance, "actionId": "go", "payload": {"word": key}, "idempotencyKey": key}
        return clients[number].post("/widget-action", body)

    # One key: it runs once, and whoever is not first gets its answer or is told to ask again.
    answers = together(2, lambda number: send(number, "same"))
    assert sorted({answer.status_code for answer in answers} - {409}) == [200]
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["error"]["code"] == "IDEMPOTENCY_RUNNING"
    first = send(0, "same").json()
    assert first["result"] == {"id": 1}
    assert PluginRun.objects.count() == 1
    # Several keys: every one runs, and the place's data has one order without gaps, the same for everybody.
    answers = together(6, lambda number: send(number, f"k{number}").json())
    assert all(answer["ok"] for answer in answers)
    numbers = [event["sequence"] for answer in answers for event in answer["widgetEvents"]]
    assert sorted(numbers) == list(range(3, 15))
    told = Event.objects.filter(type="plugin.data").order_by("number").values_list("data__sequence", flat=True)
    assert list(told) == list(range(1, 15))
    [state] = alice.client.get(f"/api/widget-state?instanceId={instance}").json()["states"]
    newest = next(event for answer in answers for event in answer["widgetEvents"] if event["sequence"] == 14)
    assert state == newest


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_held_while_the_handler_computes(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    instance = place(alice, plugin(alice, "return {};"))
    held: list[bool] = []

    def watched(*args: Any, **more: Any) -> Any:
        held.append(connection.connection is not None)
        return run_handler(*args, **more)

    monkeypatch.setattr(running, "run_handler", watched)
    assert click(alice, instance)["ok"]
    assert held == [False]
