"""Installed plugins that run: what the tests of runs share."""

from __future__ import annotations

import uuid
from typing import Any

from tests.people import Person
from tests.plugins.packages import pie
from widgets_manager.widgets.models import InstalledWidget

PAGE = "===widget===\n<p>Hello</p>\n"


def code(body: str) -> str:
    """A handler with that body."""
    return f"async function handler(input, context) {{\n{body}\n}}\nmodule.exports = {{ handler }};\n"


def install(person: Person, text: str, **body: Any) -> InstalledWidget:
    """Install by the API."""
    response = person.client.post("/api/widgets/install", {"file": text, **body})
    assert response.status_code == 201, response.content
    return InstalledWidget.objects.get(pk=response.json()["widget"]["id"])


def plugin(
    person: Person, body: str, *, tenant_wide: bool = False, name: str = "doer", **manifest: Any
) -> InstalledWidget:
    """A tool with a widget, whose handler has that body."""
    return install(person, pie({"name": name}, code(body), PAGE, **manifest), tenantWide=tenant_wide)


def place(person: Person, widget: InstalledWidget, **body: Any) -> str:
    """Put it on a dashboard; the instanceId."""
    response = person.client.post("/api/widgets/instances", {"widgetId": str(widget.pk), **body})
    assert response.status_code == 201, response.content
    instance: str = response.json()["instance"]["id"]
    return instance


def post_click(person: Person, instance: str, action: str = "go", payload: Any = None, key: str | None = None) -> Any:
    """A click in the widget; the response."""
    body = {"instanceId": instance, "actionId": action, "payload": {} if payload is None else payload}
    return person.client.post("/widget-action", {**body, "idempotencyKey": key or uuid.uuid4().hex})


def click(
    person: Person, instance: str, action: str = "go", payload: Any = None, key: str | None = None
) -> dict[str, Any]:
    """A click that is answered."""
    response = post_click(person, instance, action, payload, key)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer
