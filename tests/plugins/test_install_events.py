"""Events of plugins (`heartbeatEvents`): recorded when they happen, told to who wants to know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.plugins.actions.heartbeats import record_heartbeats
from sandbox.plugins.models import HeartbeatEvent, PluginRun
from tests.docs.openapi import check_answer
from tests.people import Person, assert_refused
from tests.plugins.runs import click, place, plugin
from widgets_manager.core.models import Membership, Role
from widgets_manager.jobs.models import Job
from widgets_manager.notifications.models import Notification
from widgets_manager.widgets.models import InstalledWidget

EVENTS: dict[str, Any] = {
    "events": [
        {
            "id": "item_published",
            "displayName": "Item published",
            "description": "Somebody has **published** an item.",
            "matchers": [
                {"source": "widget", "actionId": "publish_item"},
                {"source": "tool", "actionId": "publish"},
            ],
        },
        {
            "id": "off",
            "displayName": "Off",
            "enabled": False,
            "matchers": [{"source": "widget", "actionId": "publish_item"}],
        },
    ]
}
BODY = """
if (input.actionId === 'later') return { _triggerToolCall: { action: 'publish' } };
if (input.fail) return { error: true, message: 'No.' };
return { done: true };
"""


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def address(widget: InstalledWidget) -> str:
    return f"/api/plugins/{widget.pk}/events"


def subscribe(person: Person, widget: InstalledWidget, subscribed: bool = True) -> None:
    response = person.client.post(address(widget), {"event": "item_published", "subscribed": subscribed})
    shown = check_answer("POST", "/api/plugins/{plugin_id}/events", response)
    assert [event["subscribed"] for event in shown["events"]] == [subscribed]


def listed(person: Person, widget: InstalledWidget) -> dict[str, Any]:
    shown: dict[str, Any] = check_answer("GET", "/api/plugins/{plugin_id}/events", person.client.get(address(widget)))
    return shown


def told(person: Person) -> list[str]:
    return list(Notification.objects.filter(user=person.user).values_list("title", flat=True))


@pytest.mark.usefixtures("isolates")
def test_it_works(alice: Person) -> None:
    widget = plugin(alice, BODY, heartbeatEvents=EVENTS)
    instance = place(alice, widget)
    subscribe(alice, widget)
    assert click(alice, instance, "publish_item")["ok"]
    assert click(alice, instance, "other")["ok"]
    shown = listed(alice, widget)
    assert [event["name"] for event in shown["events"]] == ["Item published"]
    assert [(one["event"], one["source"], one["action"]) for one in shown["recent"]] == [
        ("item_published", "widget", "publish_item")
    ]
    note = Notification.objects.get()
    assert (note.title, note.source, note.text) == ("Item published", widget.name, EVENTS["events"][0]["description"])
    assert note.url == f"/widgets/plugins/{widget.pk}/runs/"
    subscribe(alice, widget, False)
    click(alice, instance, "publish_item")
    assert len(listed(alice, widget)["recent"]) == 2
    assert told(alice) == ["Item published"]


@pytest.mark.usefixtures("isolates")
def test_tools_are_matched_by_their_action_and_failures_are_no_events(alice: Person) -> None:
    schema = {"type": "object", "properties": {"action": {"type": "string"}, "fail": {"type": "boolean"}}}
    tool = {"name": "publish", "description": "Publishes.", "parameters": schema}
    widget = plugin(alice, BODY, heartbeatEvents=EVENTS, tool=tool)
    instance = place(alice, widget)

    def run(**arguments: Any) -> None:
        assert alice.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": arguments}).status_code == 200

    run(action="publish")
    run()  # without an action it is the tool's name
    run(action="other")
    run(action="publish", fail=True)
    click(alice, instance, "later")  # what it starts counts, when that is done
    assert [(one["source"], one["action"]) for one in listed(alice, widget)["recent"]] == [("tool", "publish")] * 2


def test_it_is_once_for_a_job_however_often_that_ran(alice: Person) -> None:
    widget = plugin(alice, BODY, heartbeatEvents=EVENTS)
    job = Job.objects.create(tenant=alice.tenant, user=alice.user, kind="x", args={}, max_attempts=3)
    for _ in range(2):
        run = PluginRun.objects.create(tenant=alice.tenant, widget=widget, user=alice.user, kind="job", job=job)
        for _ in range(2):
            record_heartbeats(actor=alice.actor, widget=widget, source="tool", action_id="publish", run=run)
    assert HeartbeatEvent.objects.count() == 1


def test_of_others_who_manages_it_is_told(alice: Person, bob: Person, vera: Person) -> None:
    widget = plugin(alice, BODY, tenant_wide=True, heartbeatEvents=EVENTS)
    for person in (alice, bob, vera):
        subscribe(person, widget)
    record_heartbeats(actor=bob.actor, widget=widget, source="widget", action_id="publish_item", run=None)
    assert (told(alice), told(bob), told(vera)) == (["Item published: Bob"], ["Item published"], [])
    assert [one["user"] for one in listed(alice, widget)["recent"]] == ["Bob"]
    assert listed(alice, widget)["everyone"] is True
    assert listed(vera, widget)["recent"] == []
    Membership.objects.filter(user=alice.user).update(role=Role.VIEWER)
    record_heartbeats(actor=bob.actor, widget=widget, source="widget", action_id="publish_item", run=None)
    assert told(alice) == ["Item published: Bob"], "rights count as they are when it happens"
    Membership.objects.filter(user=alice.user).delete()
    record_heartbeats(actor=bob.actor, widget=widget, source="widget", action_id="publish_item", run=None)
    assert len(told(alice)) == 1


def test_strangers_and_unknown_events(alice: Person, charlie: Person) -> None:
    widget = plugin(alice, BODY, heartbeatEvents=EVENTS)
    body = {"event": "item_published", "subscribed": True}
    assert_refused(charlie.client.get(address(widget)), 404, "NOT_FOUND")
    assert_refused(charlie.client.post(address(widget), body), 404, "NOT_FOUND")
    for name in ("nothing", "off"):
        assert_refused(alice.client.post(address(widget), body | {"event": name}), 404, "NOT_FOUND")
