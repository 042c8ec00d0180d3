"""Stage: access. Which plugins act for a person, and what of them they see: read anew whenever it is asked."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from sandbox.plugins.forms import BLOCK
from sandbox.plugins.meaning import SKILL
from sandbox.plugins.reading import PROMPT
from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.files.actions import read_blob
from widgets_manager.widgets.access import can_manage, get_widget, own_widgets
from widgets_manager.widgets.models import InstalledWidget


def get_plugin(actor: Actor, widget_id: object) -> InstalledWidget:
    """An installed plugin that the actor sees, enabled or not, with its version. Raises NotFound."""
    widget = get_widget(actor, widget_id)
    if BLOCK not in widget.package_version.blocks:
        raise not_found("plugin")
    return widget


def sees_all_of(actor: Actor, widget: InstalledWidget) -> bool:
    """Whether the actor sees everybody's runs and events of a plugin: who installed it, or an admin; else their own."""
    return can_manage(actor, widget)


def events_of(widget: InstalledWidget) -> list[dict[str, Any]]:
    """The events that people can be told of, as its manifest has them; those that it switches off are left out."""
    declared = widget.package_version.blocks[BLOCK]["manifest"].get("heartbeatEvents", {}).get("events", ())
    return [event for event in declared if event.get("enabled", True)]


def get_event(widget: InstalledWidget, event_id: str) -> dict[str, Any]:
    """One of `events_of`. Raises NotFound."""
    found = next((event for event in events_of(widget) if event["id"] == event_id), None)
    if found is None:
        raise not_found("event of this plugin")
    return found


def active_plugins(actor: Actor) -> QuerySet[InstalledWidget]:
    """The enabled plugins of the actor and of the tenant, with their versions, by name."""
    rows = own_widgets(actor).filter(package_version__blocks__has_key=BLOCK, enabled=True)
    return rows.select_related("package_version").order_by("name", "created_at")


def active_skills(actor: Actor) -> list[InstalledWidget]:
    """The enabled skills that are in every conversation of the actor."""
    rows = active_plugins(actor).filter(package_version__blocks__plugin__tier=SKILL)
    return list(rows.filter(package_version__blocks__plugin__has_key="prompt"))


def skills_on_demand(actor: Actor) -> list[InstalledWidget]:
    """The enabled skills that the chat asks for when it needs them, as tools."""
    rows = active_plugins(actor).filter(package_version__blocks__plugin__tier=SKILL)
    return list(rows.filter(package_version__blocks__plugin__trigger="auto"))


def get_skill(actor: Actor, skill_id: uuid.UUID) -> InstalledWidget:
    """A skill on demand that is enabled now. Raises NotFound."""
    found = next((skill for skill in skills_on_demand(actor) if skill.pk == skill_id), None)
    if found is None:
        raise not_found("skill")
    return found


def tool_of(skill: InstalledWidget) -> dict[str, Any]:
    """The tool by which a skill on demand is asked for."""
    tool: dict[str, Any] = skill.package_version.blocks[BLOCK]["manifest"]["tool"]
    return tool


def text_of(skill: InstalledWidget) -> str:
    """Everything that a skill says."""
    file = skill.package_version.files.select_related("blob").get(path=PROMPT)
    return read_blob(file.blob).decode("utf-8")


def prompt_of(skill: InstalledWidget) -> str:
    """What an always-on skill says."""
    return str(skill.package_version.blocks[BLOCK].get("prompt", ""))
