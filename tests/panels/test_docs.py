"""docs/panels.md says what the code does."""

from __future__ import annotations

import json
import re

from django.conf import settings

from tests.people import Person
from widgets_manager.live.events import event_types
from widgets_manager.panels import events as panel_events
from widgets_manager.panels.templates import collection, links, lists, metric, notes, taskboard
from widgets_manager.widgets.actions.installs import from_text, install_widget
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.samples import sample_manifest

TEXT = (settings.BASE_DIR / "docs" / "panels.md").read_text()


def test_it_works(alice: Person, team: Workspace) -> None:
    """The example of the HTTP section."""
    body, answer = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    widget, _ = install_widget(actor=alice.actor, source=from_text(sample_manifest("task-board") or ""))
    instance = place_widget(actor=alice.actor, workspace=team, widget=widget)
    response = alice.client.post(
        "/api/panels/task-board/add", json.loads(body.replace("<instance id>", str(instance.pk)))
    )
    assert response.json() == json.loads(answer)


def test_the_table_is_that_of_the_templates() -> None:
    documented = {
        (panel_type, operation, tuple(re.findall(r"\b(?!or\b|and\b)[a-zA-Z]+\b", params.split(", and what")[0])))
        for types, operation, params in re.findall(r"^\| ([a-z, ]+) \| ([a-z]+) \| (.*)\|$", TEXT, re.MULTILINE)
        for panel_type in types.split(", ")
    }
    served = {
        (template.panel_type, name, tuple(param for param in operation.params if param != "id"))
        for template in (module.TEMPLATE for module in (taskboard, lists, collection, notes, links, metric))
        for name, operation in template.operations.items()
    }
    assert documented == served


def test_the_events_are_those_that_are_declared() -> None:
    documented = set(re.findall(r"^\| `([a-z.]+) \{", TEXT, re.MULTILINE))
    declared = {name for name, event in event_types.items() if event.__module__ == panel_events.__name__}
    assert documented == declared
