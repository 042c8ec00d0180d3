"""Installed widgets and workspaces for the tests of this room and of the rooms above."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.people import JSONClient, Person
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace
from widgets_manager.widgets.samples import sample_manifest


def manifest(**changes: Any) -> dict[str, Any]:
    """A small valid manifest, with changes."""
    return {
        "panelId": "todo",
        "panelType": "taskboard",
        "title": "Todo",
        "version": "1.0",
        "intents": [
            {
                "name": "add_task",
                "description": "Add a task",
                "examples": ["add milk"],
                "paramsSchema": {"title": {"type": "string", "required": True}, "column": {"type": "string"}},
                "handler": "api:/api/panels/todo/add",
                "permission": "write",
            },
            {
                "name": "show_tasks",
                "description": "Show the tasks",
                "examples": ["show tasks"],
                "handler": "api:/api/panels/todo/list",
                "permission": "read",
            },
        ],
    } | changes


def install(person: Person, document: dict[str, Any] | None = None, **body: Any) -> dict[str, Any]:
    """Install by the API; returns the widget."""
    text = json.dumps(document) if document is not None else sample_manifest("task-board")
    response = person.client.post("/api/widgets/install", {"file": text, **body})
    assert response.status_code == 201, response.content
    widget: dict[str, Any] = response.json()["widget"]
    return widget


def place(person: Person, widget_id: str, workspace: Workspace | None = None, **body: Any) -> dict[str, Any]:
    """Place a widget by the API; returns the instance."""
    data = {"widgetId": widget_id, **({"workspaceId": str(workspace.pk)} if workspace else {}), **body}
    response = person.client.post("/api/widgets/instances", data)
    assert response.status_code == 201, response.content
    instance: dict[str, Any] = response.json()["instance"]
    return instance


@pytest.fixture
def commits(db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> None:
    """What follows a commit is done at the end of each request, although the test's transaction never commits."""
    send = JSONClient.request

    def request(self: JSONClient, **given: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return send(self, **given)

    monkeypatch.setattr(JSONClient, "request", request)


@pytest.fixture
def team(alice: Person) -> Workspace:
    """A tenant-wide workspace of alice."""
    return Workspace.objects.create(tenant=alice.tenant, owner=alice.user, name="Team", visibility="tenant")


@pytest.fixture
def private(alice: Person) -> Workspace:
    """A private workspace of alice."""
    return Workspace.objects.create(tenant=alice.tenant, owner=alice.user, name="Mine")


@pytest.fixture
def board(alice: Person, team: Workspace) -> WidgetInstance:
    """Alice's Task Board on the team's workspace."""
    widget = install(alice)
    return WidgetInstance.objects.get(pk=place(alice, widget["id"], team)["id"])


@pytest.fixture
def widget(board: WidgetInstance) -> InstalledWidget:
    """The Task Board that alice installed."""
    assert board.widget is not None
    return board.widget
