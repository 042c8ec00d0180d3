"""Stage: access. The blocks of apps in the registry of packages: how they are checked, kept and told of to people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from widgets_manager.apps.access import ZONES
from widgets_manager.apps.functions import is_known_tool, resolve_function
from widgets_manager.apps.mentions import mentions, tools_of
from widgets_manager.apps.warnings import app_warnings
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, Problem
from widgets_manager.declarative.blocks import WIDGET_MODULE
from widgets_manager.declarative.documents import Document, check
from widgets_manager.packages.blocks import Collected

_WIDGET_ACTIONS: Final = {
    "render": "show widgets",
    "update": "change shown widgets",
    "close": "close widgets",
    "error": "report faults in widgets",
    "set_state": "change what its widgets keep",
    "get_state": "read what its widgets keep",
}


class AppBlock:
    """What the four blocks have in common: they are declarations, and nothing has to be switched on or off for them."""

    name = ""

    def validate(self, block: object, manifest: Mapping[str, Any], *, development: bool) -> Iterable[Problem]:
        """The faults of the block, with paths relative to it."""
        document: dict[str, Any] = {"widgets": {"version": 1}, self.name: block}
        for fault in check(Document(document)).errors:
            yield self._relative(fault.path, fault.message)

    def keep(self, block: Any, manifest: Mapping[str, Any]) -> Any:
        """The block in its full form: aliases resolved, what is left out filled in."""
        checked = check(Document({"widgets": {"version": 1}, self.name: block}))
        return checked.config if self.name == "widgets" else checked.app.get(self.name)

    def collect(self, block: Any, manifest: Mapping[str, Any], *, development: bool) -> Collected:
        """Nothing: an app brings all of itself."""
        return Collected()

    def preview(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[str]:
        """Nothing that a person must know."""
        return ()

    def describe(self, block: Any, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
        """Nothing to show."""
        return {}

    def warn(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[Problem]:
        """What the check finds odd in this block."""
        checked = check(Document({"widgets": {"version": 1}, self.name: block}))
        for doubt in checked.warnings:
            if doubt.path.startswith(self.name):
                yield self._relative(doubt.path, doubt.message)

    def _relative(self, path: str, message: str) -> Problem:
        return Problem(path.removeprefix(self.name).removeprefix("."), message)

    def activate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Nothing to do: the apps of a person are read from the database."""

    def deactivate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Nothing to do."""

    def migrate(self, *, actor: Actor, install: Any, before: Any | None, after: Any | None) -> None:
        """Nothing to do."""


class WidgetsBlock(AppBlock):
    """`widgets`: the trees by zone."""

    name = "widgets"

    def preview(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[str]:
        """What its trees reach."""
        own = [str(intent["name"]) for intent in manifest.get("intents", ())]
        for tool in tools_of(block):
            yield f"Its widgets can use {tool}{_what(tool, own)}."
        addresses = {one.name for one in mentions(block) if one.kind == "http"}
        for address in sorted(addresses):
            yield f"Its widgets ask the address {address}."

    def describe(self, block: Any, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
        """The zones, and the tools with whether something serves them."""
        own = [str(intent["name"]) for intent in manifest.get("intents", ())]
        tools = [{"name": tool, "served": is_known_tool(tool, also=own)} for tool in tools_of(block)]
        return {"zones": {zone: block.get(zone) for zone in ZONES}, "tools": tools}

    def warn(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[Problem]:
        """What the check finds odd, tools nobody serves, hosts that are not allowed."""
        yield from super().warn(block, manifest)
        own = [str(intent["name"]) for intent in manifest.get("intents", ())]
        others = {key: manifest[key] for key in ("capabilities",) if key in manifest}
        for doubt in app_warnings(block, others, intents=own):
            if doubt.path.startswith(self.name):
                yield self._relative(doubt.path, doubt.message)


class CapabilitiesBlock(AppBlock):
    """`capabilities`: what the app's agents may call, and hosts its widgets may ask."""

    name = "capabilities"

    def preview(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[str]:
        """Each grant in words."""
        for grant in block.get("grant", ()):
            if grant["module"] == WIDGET_MODULE:
                actions = [_WIDGET_ACTIONS.get(action, action) for action in grant["actions"]]
                yield f"In your conversations it may {_joined(actions)}."
                continue
            for action in grant["actions"]:
                tool = f"{grant['module']}.{action}"
                yield f"The chat may use {tool} for it{_what(tool, ())}."
        for host in block.get("network", ()):
            yield f"Its widgets may exchange data with {host}."


class AgentsBlock(AppBlock):
    """`agents`: whose instructions join the chat's prompt."""

    name = "agents"

    def preview(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[str]:
        """Whose instructions the chat gets."""
        for agent in block:
            if agent.get("system_prompt"):
                yield f"It adds the instructions of its agent '{agent['id']}' to the chat."

    def describe(self, block: Any, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
        """The agents with what they are told."""
        return {"agents": [{key: agent.get(key, "") for key in ("id", "role", "system_prompt")} for agent in block]}


class ModulesBlock(AppBlock):
    """`modules`: what the app says it uses."""

    name = "modules"


BLOCKS: Final = (WidgetsBlock(), CapabilitiesBlock(), AgentsBlock(), ModulesBlock())


def _what(tool: str, own: Iterable[str]) -> str:
    """What the tool does, as far as this server knows."""
    if tool in own:
        return " (an intent of its own)"
    try:
        function = resolve_function(tool)
    except ApiError:
        return ", which nothing on this server serves"
    changes = "changes things" if function.effect == "write" else "only reads"
    return f" ({function.description.rstrip('.')}; {changes})"


def _joined(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
