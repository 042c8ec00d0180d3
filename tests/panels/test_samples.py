"""The sample manifests meet the templates: every intent is served, and does what it says."""

from __future__ import annotations

import json

import pytest

from tests.panels.conftest import Desk
from tests.people import Person
from widgets_manager.core.models import Tenant
from widgets_manager.widgets.actions.installs import from_text, install_widget
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.intents import IntentRequest, execute_intent
from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.samples import sample_manifest, sample_names
from widgets_manager.widgets.serving import serving_operation


def placed(person: Person, name: str, workspace: Workspace) -> Desk:
    text = sample_manifest(name)
    assert text is not None
    widget, warnings = install_widget(actor=person.actor, source=from_text(text))
    assert warnings == ()
    return Desk(person, place_widget(actor=person.actor, workspace=workspace, widget=widget))


def test_it_works(alice: Person, team: Workspace) -> None:
    """The main job's sentence, as the chat executes it: on board B, and only there."""
    first = placed(alice, "task-board", team)
    widget = first.panel.widget_id
    row = place_widget(actor=alice.actor, workspace=team, widget=team.instances.get(widget=widget).widget)
    second = Desk(alice, row)
    add = next(item["name"] for item in second.panel.intents if item["handler"].endswith("/add"))
    result = execute_intent(actor=alice.actor, request=IntentRequest(second.panel.panel_id, add, {"title": "buy milk"}))
    assert result.message == f"Added 'buy milk' to {second.panel.title}."
    assert second.panel.label == "B"
    assert (first.titles(), second.titles()) == ([], ["buy milk"])


@pytest.mark.parametrize("name", sample_names())
def test_every_intent_is_served_with_its_own_permission(
    name: str, alice: Person, team: Workspace, acme: Tenant
) -> None:
    desk = placed(alice, name, team)
    assert json.loads(sample_manifest(name) or "")["panelId"] == desk.panel.slug
    for intent in desk.panel.intents:
        served = serving_operation(desk.panel, intent)
        assert served is not None, intent["handler"]
        assert served.effect == intent["permission"]
        assert set(intent.get("paramsSchema", {})) <= set(served.params) | {
            name for name in intent.get("paramsSchema", {}) if served.name in ("add", "update")
        }
