"""Apps, a conversation and tools for the tests of sessions."""

from __future__ import annotations

import copy
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel

from tests.people import Person
from widgets_manager.apps.functions import ActionResult, FunctionCall, register_function, unregister_function
from widgets_manager.apps.routes import RouteCall, register_route, unregister_route
from widgets_manager.core.exceptions import Conflict
from widgets_manager.declarative.compiler import compile_widgets
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget

ALL = ["render", "update", "close", "error", "set_state", "get_state"]
QUESTION = {
    "type": "confirm",
    "title": "Delete {{ctx.path}}?",
    "confirm_label": "Delete",
    "cancel_label": "Keep",
    "confirm_action": {"action": "tool", "tool": "drop_thing", "args": {"path": "{{ctx.path}}"}},
}
WIDGETS: dict[str, Any] = {
    "version": 1,
    "chat_side": {
        "title": "Sources",
        "data": {
            "sources": {"type": "http", "url": "/probe/sources", "query": {"filter": "{{state.filter}}"}},
            "fixed": {"type": "static", "value": [{"title": "One"}, {"title": "Two"}]},
            "chosen": {"type": "state", "key": "selected", "default": []},
        },
        "tree": {
            "type": "list",
            "items": "{{sources}}",
            "item": {"type": "card", "title": "{{item.title}}"},
        },
    },
    "workspace_tabs": [
        {
            "id": "planner",
            "title": "Planner",
            "tree": {
                "type": "form",
                "children": [
                    {"type": "text_input", "name": "topic"},
                    {"type": "text_input", "name": "pin", "secret": True},
                ],
                "submit": {"label": "Book", "action": {"action": "tool", "tool": "book_room"}},
            },
        }
    ],
    "modals": {
        "later": {
            "tree": {
                "type": "button",
                "label": "Go",
                "action": {"action": "http", "url": "/probe/sources/{{ctx.id}}", "method": "DELETE"},
            }
        }
    },
    "inline": {
        "confirm_delete": {"tree": QUESTION},
        "cards": {
            "data": {"rows": {"type": "static", "value": [{"label": "A", "value": 12}]}},
            "tree": {"type": "list", "items": "{{rows}}", "item": {"type": "text", "text": "{{item.label}}"}},
        },
    },
}


def make_app(
    person: Person, *, slug: str = "planner", name: str = "Planner", grants: list[str] | None = None, **zones: Any
) -> InstalledWidget:
    """An installed app with these widgets, granted everything unless told otherwise."""
    config = copy.deepcopy(compile_widgets({**WIDGETS, **zones}).require().config)  # tests change what is stored
    manifest = {"panelId": slug, "panelType": "app", "title": name, "version": "1.0", "intents": []}
    capabilities = {"grant": [{"module": "widget", "actions": ALL if grants is None else grants}], "network": []}
    blocks: dict[str, Any] = {"widgets": config, "capabilities": capabilities, "agents": [], "modules": {}}
    version = PackageVersion.objects.create(
        tenant=person.tenant,
        content_hash=hashlib.sha256(json.dumps([slug, blocks]).encode()).hexdigest(),
        form="app",
        slug=slug,
        name=name,
        version="1",
        manifest=manifest,
        blocks=blocks,
        size=1,
    )
    return InstalledWidget.objects.create(
        tenant=person.tenant,
        user=person.user,
        installed_by=person.user,
        name=name,
        slug=slug,
        source_type="file",
        version="1",
        manifest=manifest,
        package_version=version,
    )


@pytest.fixture
def app(alice: Person) -> InstalledWidget:
    return make_app(alice)


@pytest.fixture
def session(alice: Person) -> str:
    """A conversation of alice; its id."""
    return begin(alice)


def begin(person: Person) -> str:
    return str(person.client.post("/api/conversations", {}).json()["conversation"]["id"])


def data_of(response: Any, status: int = 200) -> dict[str, Any]:
    """What a good answer carries."""
    assert response.status_code == status, response.content
    data: dict[str, Any] = response.json()["data"]
    return data


def render(person: Person, session: str, **body: Any) -> dict[str, Any]:
    """Show a widget by the API; the mounted widget."""
    wish = {"zone": "inline", **body}
    widget: dict[str, Any] = data_of(person.client.post(f"/api/sessions/{session}/widgets/render", wish), 201)["widget"]
    return widget


def act(person: Person, app: InstalledWidget, **body: Any) -> Any:
    """An action of the app's widget, as a page sends it."""
    return person.client.post(f"/api/apps/{app.pk}/widgets/action", {"widget_id": "w_test", "type": "tool", **body})


def state_of(person: Person, session: str, app: InstalledWidget | None = None) -> dict[str, Any]:
    """The state as the session shows it."""
    shown = data_of(person.client.get(f"/api/sessions/{session}/widgets"))["state"]
    found: dict[str, Any] = shown.get(str(app.pk) if app else "", {})
    return found


class Booking(BaseModel):
    topic: str
    duration: int = 30


class Path(BaseModel):
    path: str


@dataclass
class Calls:
    """What the tools and routes of the tests were called with."""

    tools: list[dict[str, Any]] = field(default_factory=list)
    requests: list[RouteCall] = field(default_factory=list)
    sessions: list[uuid.UUID | None] = field(default_factory=list)
    fail: bool = False
    refuse: bool = False
    result: Any = None
    before: Callable[[], object] = lambda: None

    def run(self, call: FunctionCall) -> ActionResult:
        self.tools.append(call.params.model_dump())
        self.sessions.append(call.session_id)
        self.before()
        if self.refuse:
            raise Conflict("Not on a Sunday.")
        if self.fail:
            return ActionResult(False, error="the room is gone")
        return ActionResult(True, data={"id": "m_1"} if self.result is None else self.result)

    def answer(self, call: RouteCall) -> Any:
        self.requests.append(call)
        return [{"id": 1, "title": "First"}, {"id": 2, "title": str(call.query.get("filter") or "")}]


@pytest.fixture(autouse=True)
def calls() -> Iterator[Calls]:
    """Tools `probe.book_room` and `probe.drop_thing`, and the routes below /probe/sources."""
    made = Calls()
    register_function("probe.book_room", description="Book", run=made.run, params_model=Booking, effect="write")
    register_function("probe.drop_thing", description="Drop", run=made.run, params_model=Path, effect="write")
    register_function("probe.look_up", description="Look", run=made.run, params_model=Path)
    register_route("/probe/sources", made.answer, methods=("GET", "POST"))
    register_route("/probe/sources/{id}", made.answer, methods=("DELETE",))
    yield made
    for name in ("probe.book_room", "probe.drop_thing", "probe.look_up"):
        unregister_function(name)
    for path in ("/probe/sources", "/probe/sources/{id}"):
        unregister_route(path)
