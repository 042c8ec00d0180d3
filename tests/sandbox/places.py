"""Widgets with scripts of their own, placed on dashboards, and what their scripts would ask the server for."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings

from tests.people import Person
from tests.widgets.conftest import install, manifest, place
from widgets_manager.packages.actions import store_package_version
from widgets_manager.packages.parsers import Source, parse_package
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace

EVERYTHING = ["read:workspace", "read:notes", "write:workspace", "write:notes", "write:chat", "network:fetch"]


def scripted(permissions: list[str] | None = None, **more: Any) -> dict[str, Any]:
    """A manifest whose script is one of the server's own samples, so that installing it asks nobody.

    `sandbox` adds to the block, everything else to the manifest.
    """
    block = {
        "entrypoint": f"{settings.PUBLIC_ORIGIN}/api/widgets/samples/clock/clock.js",
        "permissions": EVERYTHING if permissions is None else permissions,
        **more.pop("sandbox", {}),
    }
    return manifest(panelId="gadget", panelType="gadget", title="Gadget", intents=[], sandbox=block) | more


def place_scripted(person: Person, workspace: Workspace, document: dict[str, Any] | None = None) -> WidgetInstance:
    """Install and place a widget with a script."""
    widget = install(person, document or scripted())
    return WidgetInstance.objects.get(pk=place(person, widget["id"], workspace)["id"])


def ask(person: Person, instance: WidgetInstance | uuid.UUID, method: str, /, **params: Any) -> Any:
    """The answer of the server to a call of the script."""
    return ask_with(person, instance, method, params)


def ask_with(
    person: Person, instance: WidgetInstance | uuid.UUID, method: str, params: dict[str, Any], **context: Any
) -> Any:
    """As `ask`, with what is on the person's screen."""
    key = instance.pk if isinstance(instance, WidgetInstance) else instance
    body = {"instanceId": str(key), "method": method, "params": params, **({"context": context} if context else {})}
    return person.client.post("/api/widgets/bridge", body)


def result(response: Any) -> Any:
    """What the method answered."""
    assert response.status_code == 200, response.content
    return response.json()["result"]


def answer(person: Person, instance: WidgetInstance, permission: str, level: str, **more: Any) -> dict[str, Any]:
    """Answer a widget that asks; returns the grant."""
    body = {"instanceId": str(instance.pk), "permission": permission, "level": level, **more}
    response = person.client.post("/api/widgets/permissions", body)
    assert response.status_code == 201, response.content
    grant: dict[str, Any] = response.json()["grant"]
    return grant


def another_version(person: Person, instance: WidgetInstance, **changes: Any) -> None:
    """Move the widget to a version of its own making, as an update does, without carrying anybody's answers."""
    widget = instance.widget
    assert widget is not None
    document = widget.package_version.manifest | {"description": uuid.uuid4().hex} | changes
    package = parse_package(Source(json.dumps(document).encode(), filename=""), development=True)
    version = store_package_version(actor=person.actor, package=package)
    InstalledWidget.objects.filter(pk=widget.pk).update(package_version=version, manifest=version.manifest)
