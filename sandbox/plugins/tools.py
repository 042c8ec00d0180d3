"""Stage: access. Plugins for the chat: tools that a model is offered, and what a person starts: tools and skills."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from sandbox.plugins.access import active_plugins, tool_of
from sandbox.plugins.forms import BLOCK
from sandbox.plugins.meaning import SKILL, parameter_names
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean


def offered_tools(actor: Actor) -> list[InstalledWidget]:
    """The enabled plugins whose tool the model may call, with what the actor may do."""
    rows = _tools(actor).filter(package_version__blocks__plugin__trigger="auto")
    return [plugin for plugin in rows if actor.can_write or not tool_writes(plugin)]


def startable_plugins(actor: Actor) -> list[InstalledWidget]:
    """What the actor may start: tools, also those that the model is not offered, and skills that wait to be started."""
    tools = [plugin for plugin in _tools(actor) if actor.can_write or not tool_writes(plugin)]
    return sorted([*tools, *_manual_skills(actor)], key=lambda plugin: plugin.name.lower())


def get_tool(actor: Actor, plugin_id: object) -> InstalledWidget:
    """An enabled plugin with a tool. Raises NotFound."""
    return get_or_404(_tools(actor), "tool", pk=parse_id(plugin_id, "tool"))


def get_manual_skill(actor: Actor, plugin_id: object) -> InstalledWidget:
    """An enabled skill that acts when it is started. Raises NotFound."""
    return get_or_404(_manual_skills(actor), "skill", pk=parse_id(plugin_id, "skill"))


def is_skill(plugin: InstalledWidget) -> bool:
    """Whether the plugin is a skill."""
    return bool(plugin.package_version.blocks[BLOCK]["tier"] == SKILL)


def tool_writes(plugin: InstalledWidget) -> bool:
    """Whether the plugin's tool may change things: unless it says that it only reads."""
    return tool_of(plugin).get("permission") != "read"


def parameters_of(plugin: InstalledWidget) -> dict[str, Any]:
    """JSON Schema of the tool's arguments, in the order of `parameter_names`."""
    tool = tool_of(plugin)
    schema = {"type": "object", "properties": {}, **tool.get("parameters", {})}
    return {**schema, "properties": {name: schema["properties"][name] for name in parameter_names(tool)}}


def show_startable(plugin: InstalledWidget) -> dict[str, Any]:
    """What the API shows of one of `startable_plugins`."""
    block = plugin.package_version.blocks[BLOCK]
    tool: dict[str, Any] = block["manifest"].get("tool", {})
    described = tool.get("description") or plugin.manifest.get("description", "")
    return {
        "id": str(plugin.pk),
        "kind": "skill" if is_skill(plugin) else "tool",
        "name": clean(plugin.name, 200),
        "tool": tool.get("name", ""),
        "description": clean(described, 1_000),
        "trigger": block["trigger"],
        "permission": "read" if is_skill(plugin) or not tool_writes(plugin) else "write",
        "parameters": None if is_skill(plugin) else parameters_of(plugin),
        "examples": [clean(example, 300) for example in tool.get("examples", ())],
    }


def _tools(actor: Actor) -> QuerySet[InstalledWidget]:
    rows = active_plugins(actor).exclude(package_version__blocks__plugin__tier=SKILL)
    return rows.filter(package_version__blocks__plugin__manifest__has_key="tool")


def _manual_skills(actor: Actor) -> QuerySet[InstalledWidget]:
    rows = active_plugins(actor).filter(package_version__blocks__plugin__tier=SKILL)
    return rows.filter(package_version__blocks__plugin__trigger="manual")
