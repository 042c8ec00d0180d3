"""Stage: handlers. Tools of plugins for chat backends outside, where each looks like a panel with one intent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.plugins.access import tool_of
from sandbox.plugins.origins import Origin
from sandbox.plugins.running import run_tool
from sandbox.plugins.tools import offered_tools, parameters_of, tool_writes
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.panel import IntentResult, Panel
from widgets_manager.widgets.registry import PlacelessPanels

PANEL_TYPE: Final = "plugin"
# What paramsSchema can say of a type of JSON Schema.
_TYPES: Final = {"integer": "number", "number": "number", "boolean": "boolean", "array": "array", "object": "object"}


def tool_panels(actor: Actor) -> list[Panel]:
    """A panel for each tool that a model may call: `panelId` is the plugin's slug; of two the person's own."""
    plugins = sorted(offered_tools(actor), key=lambda plugin: plugin.user_id is None)
    return list({plugin.slug: _panel(plugin) for plugin in reversed(plugins)}.values())


def run_tool_panel(actor: Actor, panel: Panel, intent: str, params: Mapping[str, Any]) -> IntentResult:
    """Run the tool; what its handler refuses or fails at is a result without success."""
    if panel.widget_id is None:
        raise AssertionError("a tool's panel has its plugin")
    report = run_tool(actor=actor, widget_id=panel.widget_id, arguments=dict(params), origin=Origin())
    if not report.ok:
        return IntentResult(success=False, error=str((report.error or {}).get("message", "It did not succeed.")))
    result = report.result
    said = result.get("message") if isinstance(result, Mapping) else result
    return IntentResult(message=said if isinstance(said, str) else "", data=result)


def _panel(plugin: InstalledWidget) -> Panel:
    tool, schema = tool_of(plugin), parameters_of(plugin)
    required = schema.get("required", ())
    intent = {
        "name": tool["name"],
        "description": tool["description"],
        "permission": "write" if tool_writes(plugin) else "read",
        "examples": list(tool.get("examples", ())),
        "paramsSchema": {name: _param(spec, name in required) for name, spec in schema["properties"].items()},
        "parameters": schema,
    }
    manifest = {
        "panelId": plugin.slug,
        "panelType": PANEL_TYPE,
        "title": plugin.name,
        "description": str(plugin.manifest.get("description", "")),
        "intents": [intent],
    }
    return Panel(plugin.slug, plugin.slug, PANEL_TYPE, plugin.name, "", manifest, widget_id=plugin.pk, placeless=True)


def _param(spec: Any, required: bool) -> dict[str, Any]:
    known = spec if isinstance(spec, Mapping) else {}
    kind = known.get("type", "string")
    kinds = kind if isinstance(kind, list) else [kind]
    shown: dict[str, Any] = {"type": next((_TYPES[one] for one in kinds if one in _TYPES), "string")}
    shown |= {key: known[key] for key in ("description", "default", "enum") if key in known}
    return shown | ({"required": True} if required else {})


TOOL_PANELS: Final = PlacelessPanels(load=tool_panels, run=run_tool_panel)
