from __future__ import annotations

from tests.people import Person
from widgets_manager.panels.demo import furnish_dashboard
from widgets_manager.widgets.access import visible_instances
from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.panels_of import load_panels


def test_it_works(alice: Person, bob: Person, charlie: Person) -> None:
    workspace = furnish_dashboard({"alice": alice.actor})
    assert workspace.name == "Team dashboard"
    assert [row.builtin_slug for row in visible_instances(bob.actor)] == ["recent", "quick-links-a", "demo"]
    assert {panel.slug for panel in load_panels(bob.actor)} == {"recent", "quick-links-a", "demo"}
    assert not visible_instances(charlie.actor).exists()


def test_doing_it_again_changes_nothing(alice: Person) -> None:
    assert furnish_dashboard({"alice": alice.actor}) == furnish_dashboard({"alice": alice.actor})
    assert Workspace.objects.count() == 1
    assert visible_instances(alice.actor).count() == 3
