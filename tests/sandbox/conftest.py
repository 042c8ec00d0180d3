"""A widget with a script, twice on the team's dashboard."""

from __future__ import annotations

import pytest

from tests.people import Person
from tests.sandbox.places import place_scripted, scripted
from tests.widgets.conftest import place
from tests.widgets.conftest import private as private
from tests.widgets.conftest import team as team
from widgets_manager.widgets.models import WidgetInstance, Workspace


@pytest.fixture
def gadget(alice: Person, team: Workspace) -> WidgetInstance:
    """Alice's widget, which asks for every permission."""
    return place_scripted(alice, team, scripted())


@pytest.fixture
def twin(alice: Person, team: Workspace, gadget: WidgetInstance) -> WidgetInstance:
    """A second place of the same widget."""
    return WidgetInstance.objects.get(pk=place(alice, str(gadget.widget_id), team)["id"])
