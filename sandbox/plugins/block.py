"""Stage: handlers. The block `plugin` in the registry of packages: what a plugin is, needs, and leaves behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sandbox.plugindb.actions.provisioning import provision
from sandbox.plugins.actions.hosts import is_reachable, set_hosts
from sandbox.plugins.actions.removal import settle_tables, take_up_kept
from sandbox.plugins.forms import BLOCK
from sandbox.plugins.hooks import run_uninstall_hook, start_install_hook
from sandbox.plugins.meaning import SKILL, parameter_names, tables_of
from sandbox.plugins.pinned import collect_pins, servers_of
from sandbox.plugins.unserved import PUBLIC, WIDGET, inactive
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput, Problem
from widgets_manager.packages.blocks import Collected
from widgets_manager.widgets.models import InstalledWidget


class PluginBlock:
    """The stored form of a plugin. It is made of a .pie file or a zip; no panel's manifest has it."""

    name = BLOCK

    def validate(self, block: object, manifest: Mapping[str, Any], *, development: bool) -> Iterable[Problem]:
        """It cannot be written into a panel's manifest, where it would have no code."""
        yield Problem("", "is no key of a panel's manifest: a plugin is a .pie file, or a zip with plugin.pie")

    def keep(self, block: Any, manifest: Mapping[str, Any]) -> Any:
        """The block as it came."""
        return block

    def collect(self, block: Any, manifest: Mapping[str, Any], *, development: bool) -> Collected:
        """The scripts and style sheets that its page loads; a plugin brings all else itself."""
        return collect_pins(block, development=development)

    def preview(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[str]:
        """What the plugin asks for, in sentences; what of it does nothing here is said beside them."""
        asked = block["manifest"]
        if block["tier"] == SKILL:
            if "prompt" in block:
                yield "It adds its instructions to every conversation of yours."
            elif block["trigger"] == "auto":
                yield "It gives the chat its instructions whenever the chat asks for them."
            else:
                yield "It gives the chat its instructions when a person starts it."
            return
        if tool := asked.get("tool"):
            verb = "read" if tool.get("permission") == "read" else "change things"
            who = "The chat can call" if block["trigger"] == "auto" else "A person starts"
            yield f"{who} its tool {tool['name']}, which may {verb}."
        for host in asked.get("permissions", {}).get("hosts", ()):
            yield f"Its code exchanges data with {host}."
        if servers := servers_of(block):
            yield f"Its widget brings scripts and styles of {', '.join(servers)}, fetched at the install only."
        if oauth := asked.get("oauth"):
            scopes = ", ".join(oauth.get("scopes", ())) or "nothing in particular"
            yield f"It acts for you at {oauth.get('providerName') or oauth['provider'].title()} ({scopes})."
        if tables := asked.get("database", {}).get("tables"):
            yield f"It keeps data of its own ({', '.join(tables)})."
        if "automation" in asked:
            yield "It runs by itself: at times that are set, or when others call it."
        if PUBLIC in block["parts"]:
            yield "It has pages that anybody can open without signing in."

    def describe(self, block: Any, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
        """Under `plugin`: kinds, tool, hosts, secrets, tables, events, and what is not active on this server."""
        return {"plugin": describe_block(block)}

    def warn(self, block: Any, manifest: Mapping[str, Any]) -> Iterable[Problem]:
        """Nothing: the form has said it."""
        return ()

    def install(self, *, actor: Actor, install: Any, block: Any, choices: Mapping[str, Any]) -> None:
        """What the person decided: `hosts` that its code may fetch from though it does not declare them, and `takeUp`,
        the id of tables that were kept. Raises InvalidInput, NotFound and Conflict."""
        hosts, kept = read_choices(choices, block)
        if kept is not None:
            take_up_kept(actor=actor, kept_id=kept, widget=install)
        if hosts:
            set_hosts(actor=actor, widget=install, hosts=hosts)
        start_install_hook(actor, install)

    def activate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Make its tables. Raises TablesConflict and PluginDatabaseUnavailable."""
        if tables := tables_of(block["manifest"]):
            provision(actor=actor, widget=install, tables=tables)

    def deactivate(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Nothing to do: what acts for people is read from the database, and tables stay."""

    def before_uninstall(self, *, actor: Actor, install: Any, block: Any) -> None:
        """Let the plugin tidy up after itself (`onUninstall`)."""
        run_uninstall_hook(actor, install)

    def uninstall(self, *, actor: Actor, install: Any, block: Any, keep_data: bool) -> None:
        """Keep its tables for a while, or delete them."""
        settle_tables(actor=actor, widget=install, keep=keep_data)

    def migrate(self, *, actor: Actor, install: Any, before: Any | None, after: Any | None) -> None:
        """Add what the new version's tables have more. Raises as `activate`."""
        if after is not None:
            self.activate(actor=actor, install=install, block=after)


def read_choices(choices: Mapping[str, Any], block: Mapping[str, Any]) -> tuple[list[str], str | None]:
    """Hosts to grant, and the id of tables to take up. Raises InvalidInput for what was not asked."""
    path = "choices.plugin"
    if unknown := sorted(set(choices) - {"hosts", "takeUp"}):
        raise InvalidInput(f"unknown field '{unknown[0][:60]}'; allowed: hosts, takeUp", path=path)
    hosts, kept = choices.get("hosts") or [], choices.get("takeUp")
    asked = [entry["host"] for entry in _hosts(block["manifest"], block["hosts"]) if not entry["declared"]]
    if not isinstance(hosts, list) or any(host not in asked for host in hosts):
        raise InvalidInput(f"hosts: a list of these: {', '.join(asked) or 'none'}", path=f"{path}.hosts")
    if kept is not None and not isinstance(kept, str):
        raise InvalidInput("takeUp: must be the id of kept tables", path=f"{path}.takeUp")
    return list(dict.fromkeys(hosts)), kept


def describe_plugin(widget: InstalledWidget) -> dict[str, Any]:
    """An installed plugin (its version loaded), as a preview describes it."""
    return describe_block(widget.package_version.blocks[BLOCK])


def describe_block(block: Mapping[str, Any]) -> dict[str, Any]:
    """Kinds, tool, hosts, secrets, tables, events, and what is not active on this server."""
    asked = block["manifest"]
    return {
        "tier": block["tier"],
        "trigger": block["trigger"],
        "kinds": kinds_of(block),
        "tags": block["tags"],
        "tool": _tool(asked.get("tool")),
        "hosts": _hosts(asked, block["hosts"]),
        "secrets": [*_secrets(asked, "developerSecrets"), *_secrets(asked, "userSecrets")],
        "widget_servers": servers_of(block),
        "tables": [
            {"name": name, "columns": list(table["columns"]), "rls": table.get("rls", "")}
            for name, table in asked.get("database", {}).get("tables", {}).items()
        ],
        "events": [
            {"id": event["id"], "name": event["displayName"], "description": event.get("description", "")}
            for event in asked.get("heartbeatEvents", {}).get("events", ())
        ],
        "inactive": inactive(block["parts"]),
    }


def kinds_of(block: Mapping[str, Any]) -> list[str]:
    """What the plugin is, its tier first: skill, tool, connector, automation; widget and public app beside it."""
    asked, parts = block["manifest"], block["parts"]
    kinds = [block["tier"]]
    kinds += [kind for kind in ("tool", "automation") if kind in asked and block["tier"] != SKILL]
    kinds += ["connector"] if "oauth" in asked and block["tier"] != SKILL else []
    kinds += [kind for part, kind in ((WIDGET, "widget"), (PUBLIC, "public app")) if part in parts]
    return list(dict.fromkeys(kinds))


def _tool(tool: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if tool is None:
        return None
    return {
        "name": tool["name"],
        "description": tool["description"],
        "permission": tool.get("permission", "write"),
        "parameters": parameter_names(tool),
        "examples": tool.get("examples", []),
    }


def _hosts(asked: Mapping[str, Any], found: Iterable[str]) -> list[dict[str, Any]]:
    """The declared hosts, then those that only stand in the code; `reachable` where a fetch from it may succeed."""
    declared = asked.get("permissions", {}).get("hosts", [])
    return [
        {"host": host, "declared": host in declared, "reachable": is_reachable(host)}
        for host in dict.fromkeys([*declared, *found])
    ]


def _secrets(asked: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    whose = "author" if key == "developerSecrets" else "person"
    return [
        {
            "name": name,
            "description": secret.get("description", ""),
            "needed": secret.get("required", False),
            "whose": whose,
        }
        for name, secret in asked.get(key, {}).items()
    ]


PLUGIN_BLOCK: Final = PluginBlock()
