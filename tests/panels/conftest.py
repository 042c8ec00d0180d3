"""Panels of every template for the tests of this room."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.people import Person
from widgets_manager.widgets.access import get_instance
from widgets_manager.widgets.actions.installs import from_text, install_widget
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.intents import execute_operation
from widgets_manager.widgets.models import WidgetInstance, Workspace
from widgets_manager.widgets.panel import IntentResult, Panel
from widgets_manager.widgets.panels_of import builtin_panel, panel_of

_OPERATIONS = {
    "taskboard": ["list", "add", "move", "complete", "remove", "clear"],
    "list": ["list", "add", "update", "remove", "clear"],
    "notes": ["list", "show", "add", "append", "remove"],
    "links": ["list", "open", "add", "remove"],
    "metric": ["show", "set", "add"],
}


def manifest_of(panel_type: str, slug: str, **params: dict[str, Any]) -> dict[str, Any]:
    """A manifest that offers all operations of a template; `params` are the adding intent's paramsSchema."""
    operations = _OPERATIONS.get(panel_type, _OPERATIONS["list"])
    intents = [
        {
            "name": f"do_{name}",
            "description": name,
            "examples": [f"{name} {slug}"],
            "handler": f"api:/api/panels/{slug}/{name}",
            "permission": "read" if name in ("list", "show", "open") else "write",
            **({"paramsSchema": params} if params and name == "add" else {}),
        }
        for name in operations
    ]
    return {"panelId": slug, "panelType": panel_type, "title": slug.title(), "version": "1.0", "intents": intents}


class Desk:
    """A tenant-wide workspace of alice with a panel, and how the tests call its operations."""

    def __init__(self, person: Person, instance: WidgetInstance) -> None:
        self.person = person
        self.instance_id: uuid.UUID = instance.pk

    @property
    def panel(self) -> Panel:
        return panel_of(get_instance(self.person.actor, self.instance_id))

    def run(self, operation: str, /, person: Person | None = None, **params: Any) -> IntentResult:
        actor = (person or self.person).actor
        return execute_operation(actor=actor, panel=self.panel, operation_name=operation, params=params)

    def titles(self, **filters: Any) -> list[str]:
        return [row.title for row in self.run("list", **filters).items or ()]


Make = Callable[..., Desk]


@pytest.fixture
def team(alice: Person) -> Workspace:
    return Workspace.objects.create(tenant=alice.tenant, owner=alice.user, name="Team", visibility="tenant")


@pytest.fixture
def make(alice: Person, team: Workspace) -> Make:
    """Makes a panel of a panelType, with a config and the adding intent's params."""

    def make(panel_type: str, config: dict[str, Any] | None = None, slug: str = "thing", **params: Any) -> Desk:
        source = from_text(json.dumps(manifest_of(panel_type, slug, **params)))
        widget, _ = install_widget(actor=alice.actor, source=source)
        return Desk(alice, place_widget(actor=alice.actor, workspace=team, widget=widget, config=config))

    return make


@pytest.fixture
def board(make: Make) -> Desk:
    return make("taskboard", slug="board")


def run_builtin(person: Person, slug: str, operation: str, /, **params: Any) -> IntentResult:
    """An operation of a built-in, wherever it stands."""
    return execute_operation(actor=person.actor, panel=builtin_panel(slug), operation_name=operation, params=params)
