"""Clicks in plugins' widgets: `POST /widget-action`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.people import Person
from tests.plugins.packages import SAMPLES
from tests.plugins.runs import click, install, place, plugin

pytestmark = pytest.mark.usefixtures("isolates")


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def test_it_works(alice: Person) -> None:
    widget = plugin(alice, "await context.widget.update({ event: 'seen', input }); return { user: context.user };")
    instance = place(alice, widget)
    answer = click(alice, instance, "look", {"at": 7})
    assert answer["ok"], answer
    assert answer["result"] == {"user": {"id": str(alice.user.pk), "displayName": "Alice"}}
    seen = {"_widgetAction": True, "actionId": "look", "action": "look", "payload": {"at": 7}}
    events = [{"sequence": 1, "kind": "update", "data": {"event": "seen", "input": seen}, "everyone": False}]
    assert answer["widgetEvents"] == events
    assert alice.client.get(f"/api/widget-state?instanceId={instance}").json() == {"states": events}


def test_the_slide_deck(alice: Person) -> None:
    widget = install(alice, (SAMPLES / "slide-deck.pie").read_text())
    instance = place(alice, widget)
    made = alice.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": {"action": "create_deck", "title": "Q3"}})
    assert made.json()["ok"], made.content
    added = alice.client.post(f"/api/plugins/{widget.pk}/run", {"arguments": {"action": "add_slide", "title": "Costs"}})
    slide = added.json()["result"]["slide"]["id"]
    assert click(alice, instance, "add_comment", {"slideId": slide, "comment": "Shorter"})["ok"]
    answer = click(alice, instance, "apply_edits", {"slideId": slide})
    assert answer["ok"], answer
    assert [event["data"]["event"] for event in answer["widgetEvents"]] == ["slide_regenerating"]
    assert answer["jobId"]
