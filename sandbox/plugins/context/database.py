"""Stage: handlers. `context.managedDb.query`: a statement in the plugin's own tables, as the person it runs for."""

from __future__ import annotations

from typing import Any, Final

from sandbox.plugindb.access import get_database
from sandbox.plugindb.actions.provisioning import STATEMENT_SECONDS, provision
from sandbox.plugindb.actions.querying import MAX_ROWS, Limits, query
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugins.context.registry import ContextCall, ContextMethod
from widgets_manager.core.exceptions import InvalidInput

_DATABASE: Final = "database"


def run_query(call: ContextCall) -> dict[str, Any]:
    """`query(sql, params?, {timeoutMs?, maxRows?}?)` → `{rows, columns, rowCount, truncated, executionTimeMs}`."""
    sql = call.param(0, "sql", str)
    params = call.param(1, "params", list, [])
    options = call.param(2, "options", dict, {})
    limits = Limits(
        timeout_ms=_whole(options, "timeoutMs", 1, STATEMENT_SECONDS * 1000),
        max_rows=_whole(options, "maxRows", 0, MAX_ROWS),
    )
    answer = query(
        database=_database(call), user=str(call.actor.user_id), sql=sql, params=params, limits=limits, entry=call.entry
    )
    return answer.as_dict()


def _database(call: ContextCall) -> PluginDatabase:
    """The plugin's tables, looked up once for as long as the actor is."""
    known = call.state.memory.get(_DATABASE)
    if known is None or known[0] is not call.actor:
        tables = call.state.manifest.get("database", {}).get("tables", {})
        found = get_database(call.actor, call.state.widget) or provision(
            actor=call.actor, widget=call.state.widget, tables=tables
        )
        known = call.state.memory[_DATABASE] = (call.actor, found)
    database: PluginDatabase = known[1]
    return database


def _whole(options: dict[str, Any], name: str, least: int, most: int) -> int:
    value = options.get(name)
    if value is None:
        return most
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidInput(f"context.managedDb.query: {name} must be a whole number of {least} to {most}", path=name)
    return value


METHODS: Final = (ContextMethod("managedDb.query", run_query),)
