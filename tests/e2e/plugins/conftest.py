"""What the browser tests of plugins share: a real service of isolates, tables that go after the test, ways to place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sandbox.conftest import board as board
from tests.e2e.sandbox.conftest import frames as frames
from tests.people import Person
from tests.plugins.conftest import plugin_tables as plugin_tables
from tests.plugins.runs import install
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.models import WidgetInstance, Workspace


@pytest.fixture(autouse=True)
def running(isolates: Path, settings: Any, tmp_path: Path) -> None:
    """Handlers run, and what they keep goes."""
    settings.FILES_ROOT = tmp_path


def put(person: Person, workspace: Workspace, text: str) -> WidgetInstance:
    """The plugin, installed for everybody and placed."""
    widget = install(person, text, tenantWide=True)
    return place_widget(actor=person.actor, workspace=workspace, widget=widget)
