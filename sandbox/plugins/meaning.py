"""Stage: validation. What the shape alone cannot say: what each tier needs, names, columns, times, references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from celery.schedules import ParseException, crontab

from sandbox.plugindb.exceptions import InvalidTables
from sandbox.plugindb.tables import read_tables
from widgets_manager.declarative.problems import Problem, quoted, step
from widgets_manager.packages.validation.meaning import config_schema_problems

MAX_ALWAYS: Final = 8_000
MAX_LOADED: Final = 10
SKILL: Final = "skill"
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,99}")
_FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_TABLE: Final = ("columns", "rls", "indexes")
# What only code uses: a skill has none.
_FOR_CODE: Final = (
    "permissions",
    "developerSecrets",
    "userSecrets",
    "userFields",
    "oauth",
    "automation",
    "database",
    "heartbeatEvents",
    "runtime",
)


def trigger_of(tier: str, manifest: Mapping[str, Any]) -> str:
    """When the plugin acts: as it says; else a skill without a tool always, everything else when the chat decides."""
    default = "always" if tier == SKILL and "tool" not in manifest else "auto"
    return str(manifest.get("trigger") or default)


def parameter_names(tool: Mapping[str, Any]) -> list[str]:
    """The names of a tool's arguments: the required ones as their author ordered them, then the others.

    Those stand as the database keeps an object's keys, short ones first: one order before and after the install, and
    the one in which the offline matcher fills them.
    """
    parameters = tool.get("parameters", {})
    properties = parameters.get("properties", {})
    first = [name for name in parameters.get("required", ()) if name in properties]
    return list(dict.fromkeys([*first, *sorted(properties, key=lambda name: (len(name.encode()), name.encode()))]))


def faults_of(plugin: Mapping[str, Any]) -> Iterator[Problem]:
    """The faults of front matter whose shape is right."""
    manifest = plugin.get("manifest") or {}
    yield from _tier_faults(plugin["tier"], manifest)
    for key, pattern, words in (
        ("developerSecrets", _NAME, "capitals, digits and _, beginning with a capital"),
        ("userSecrets", _NAME, "capitals, digits and _, beginning with a capital"),
        ("userFields", _FIELD, "letters, digits and _"),
    ):
        yield from _name_faults(manifest.get(key, {}), f"manifest.{key}", pattern, words)
    yield from _parameter_faults(manifest.get("tool", {}))
    yield from _field_faults(manifest.get("userFields", {}))
    yield from _cron_faults(manifest.get("automation", {}))
    yield from _table_faults(manifest)
    yield from _loaded_faults(manifest.get("widget", {}))
    yield from _event_faults(manifest.get("heartbeatEvents", {}).get("events", ()))


def doubts_of(plugin: Mapping[str, Any]) -> Iterator[Problem]:
    """What is odd about front matter that is right."""
    manifest = plugin.get("manifest") or {}
    if plugin["tier"] == SKILL:
        for key in _FOR_CODE:
            if key in manifest:
                yield Problem(f"manifest.{key}", "is not used: a skill has no code")
        if "tool" in manifest and trigger_of(SKILL, manifest) == "always":
            yield Problem("manifest.tool", "is not used: with the trigger 'always' the skill is in every conversation")
    declared = manifest.get("developerSecrets", {})
    for key in ("clientIdSecret", "clientSecretSecret"):
        name = manifest.get("oauth", {}).get(key)
        if name and name not in declared:
            yield Problem(f"manifest.oauth.{key}", f"{quoted(name)} is none of developerSecrets")
    widget = manifest.get("widget", {})
    if widget.get("defaultHeight", 0) > widget.get("maxHeight", 600):
        yield Problem("manifest.widget.defaultHeight", "is more than maxHeight")
    fields = manifest.get("userFields", {})
    for name, field in fields.items():
        for key, of in (("options", "select"), ("min", "number"), ("max", "number")):
            if key in field and field["type"] != of:
                yield Problem(step(f"manifest.userFields.{name}", key), f"is not used: it is for the type '{of}'")


def _tier_faults(tier: str, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    trigger = manifest.get("trigger")
    if tier == SKILL:
        if trigger == "auto" and "tool" not in manifest:
            yield Problem("manifest.tool", "is required: a skill with the trigger 'auto' says here when it is wanted")
        if "widget" in manifest:
            yield Problem("manifest.widget", "a skill has no widget; make it a tool")
        return
    if trigger == "always":
        yield Problem("manifest.trigger", "'always' is for skills; a plugin with code has 'auto' or 'manual'")
    needed = {"connector": "oauth", "automation": "automation"}.get(tier)
    if needed and needed not in manifest:
        yield Problem(f"manifest.{needed}", f"is required: a plugin of the tier '{tier}' has it")


def _name_faults(named: Mapping[str, Any], path: str, pattern: re.Pattern[str], words: str) -> Iterator[Problem]:
    for name in named:
        if not pattern.fullmatch(name):
            yield Problem(step(path, name), f"the name {quoted(name)} may have only {words}")


def _parameter_faults(tool: Mapping[str, Any]) -> Iterator[Problem]:
    parameters, path = tool.get("parameters", {}), "manifest.tool.parameters"
    if parameters.get("type", "object") != "object":
        yield Problem(f"{path}.type", f"{quoted(parameters['type'])} is not 'object', which arguments are")
        return
    for fault in config_schema_problems({"configSchema": parameters}):
        yield Problem(path + fault.path.removeprefix("configSchema"), fault.message)


def _field_faults(fields: Mapping[str, Any]) -> Iterator[Problem]:
    for name, field in fields.items():
        path = step("manifest.userFields", name)
        if field.get("min", 0) > field.get("max", field.get("min", 0)):
            yield Problem(f"{path}.min", "is more than max")
        if "default" in field and (wanted := _misfit(field)):
            yield Problem(f"{path}.default", f"must be {wanted}, not {quoted(field['default'])}")


def _misfit(field: Mapping[str, Any]) -> str:
    """What the default would have to be; empty where it is."""
    value, kind = field["default"], field["type"]
    if kind == "text" and not isinstance(value, str):
        return "a text"
    if kind == "boolean" and not isinstance(value, bool):
        return "true or false"
    if kind == "tags" and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        return "a list of texts"
    if kind == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        inside = is_number and field.get("min", value) <= value <= field.get("max", value)
        return "" if inside else "a number between min and max"
    if kind == "select" and value not in [option["value"] for option in field.get("options", ())]:
        return "the value of one of the options"
    return ""


def _cron_faults(automation: Mapping[str, Any]) -> Iterator[Problem]:
    for index, trigger in enumerate(automation.get("triggers", ())):
        if trigger["type"] == "cron" and not _is_cron(trigger["default"]):
            yield Problem(
                f"manifest.automation.triggers[{index}].default",
                f"{quoted(trigger['default'])} is not a cron expression such as '0 9 * * 1-5' "
                "(minute, hour, day, month, weekday)",
            )


def _is_cron(expression: str) -> bool:
    fields = expression.split()
    if len(fields) != 5:
        return False
    try:
        minute, hour, day, month, weekday = fields
        crontab(minute=minute, hour=hour, day_of_month=day, month_of_year=month, day_of_week=weekday)
    except (ParseException, ValueError, KeyError, IndexError, TypeError, OverflowError):
        return False
    return True


def tables_of(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The tables that a manifest declares, without keys that nothing knows (those are warnings)."""
    declared = manifest.get("database", {}).get("tables", {})
    return {name: {key: table[key] for key in _TABLE if key in table} for name, table in declared.items()}


def _table_faults(manifest: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        read_tables(tables_of(manifest))
    except InvalidTables as refused:
        for fault in refused.errors:
            yield Problem(f"manifest.database.{fault.path}", fault.message)


def _loaded_faults(widget: Mapping[str, Any]) -> Iterator[Problem]:
    number = len(widget.get("allowedScripts", ())) + len(widget.get("allowedStyles", ()))
    if number > MAX_LOADED:
        yield Problem("manifest.widget", f"{number} scripts and styles; at most {MAX_LOADED} are fetched")


def _event_faults(events: Any) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, event in enumerate(events):
        first = seen.setdefault(event["id"], index)
        if first != index:
            path = f"manifest.heartbeatEvents.events[{index}].id"
            yield Problem(path, f"{quoted(event['id'])} is already the id of events[{first}]")
