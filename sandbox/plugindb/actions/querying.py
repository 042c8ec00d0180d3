"""Stage: actions. One statement of a plugin, as one person, in one transaction (`context.managedDb.query`)."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson
import psycopg
from psycopg.pq import ExecStatus

from sandbox.plugindb.access import get_database
from sandbox.plugindb.actions.provisioning import STATEMENT_SECONDS, provision, set_password
from sandbox.plugindb.entries import Entry, begin_entry, end_entry, opened, refusal
from sandbox.plugindb.exceptions import PluginDatabaseUnavailable, QueryFailed, QueryTimeout, ResultTooLarge
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugindb.pool import pool
from sandbox.plugindb.server import Connection, Deployment, deployment, manager, sign_in
from sandbox.plugindb.statements import Statement, check_statement
from sandbox.plugindb.watchdog import watchdog
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, InvalidInput
from widgets_manager.widgets.models import InstalledWidget

MAX_ROWS: Final = 10_000
MAX_BYTES: Final = 5 * 1024 * 1024
MAX_PARAMETERS: Final = 1_000
# The moment that belongs to the transaction, and with it the code that vouches for the user.
_BEGIN: Final = b"BEGIN; SELECT (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint"
_SETTINGS: Final = """
SELECT set_config('app.auth', $1, true), set_config('app.user_id', $2, true), set_config('app.plugin_id', $3, true),
    set_config('search_path', 'pg_catalog, pg_temp', true), set_config('row_security', 'on', true),
    set_config('statement_timeout', $4, true)
"""
_TABLES: Final = """
SELECT relname FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p')
    AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
"""
_SPARE_MS: Final = 5_000  # the server's own limit comes after the watchdog's


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a statement may take and how many rows it may answer with; never more than the server allows."""

    timeout_ms: int = STATEMENT_SECONDS * 1000
    max_rows: int = MAX_ROWS

    @property
    def seconds(self) -> float:
        """The time, within the server's bounds."""
        return min(max(self.timeout_ms, 1), STATEMENT_SECONDS * 1000) / 1000

    @property
    def rows(self) -> int:
        """The number, within the server's bounds."""
        return min(max(self.max_rows, 0), MAX_ROWS)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """Rows as JSON has them, by column; `row_count` is that of the rows, else of what was written."""

    rows: list[dict[str, Any]]
    columns: list[str]
    row_count: int
    truncated: bool
    execution_ms: int

    def as_dict(self) -> dict[str, Any]:
        """As the plugin gets it."""
        return {
            "rows": self.rows,
            "columns": self.columns,
            "rowCount": self.row_count,
            "truncated": self.truncated,
            "executionTimeMs": self.execution_ms,
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> QueryResult:
        """From what `as_dict` gave."""
        return cls(told["rows"], told["columns"], told["rowCount"], told["truncated"], told["executionTimeMs"])


def run_query(
    *, actor: Actor, plugin: InstalledWidget, sql: str, params: Sequence[object] = (), limits: Limits | None = None
) -> QueryResult:
    """Carry out a statement of the plugin's code as the actor.

    Rows of tables with `rls` are the actor's own. A plugin without tables is provisioned first. Raises
    StatementRefused, QueryFailed, QueryTimeout, ResultTooLarge, PluginDatabaseUnavailable, InvalidInput, NotFound,
    Conflict WIDGET_DISABLED; nothing is written then.
    """
    database = get_database(actor, plugin) or provision(actor=actor, widget=plugin, tables={})
    return query(database=database, user=str(actor.user_id), sql=sql, params=params, limits=limits)


def query(
    *,
    database: PluginDatabase,
    user: str,
    sql: str,
    params: Sequence[object] = (),
    limits: Limits | None = None,
    entry: Entry | None = None,
) -> QueryResult:
    """As `run_query`, for whoever has asked `get_database` for the run that this is a statement of.

    With an entry the statement is carried out once: what was recorded for it is the answer, also a refusal. Only
    PluginDatabaseUnavailable is never recorded; whether the statement was carried out is then known to the next try.
    """
    statement = check_statement(sql, schema=database.schema)
    values = _as_texts(params, statement)
    asked = _Asked(database, statement, values, user, limits or Limits(), entry)
    try:
        with _faults_told(database):
            return _in_a_transaction(asked)
    except ApiError as error:
        if entry is None or isinstance(error, PluginDatabaseUnavailable):
            raise
        refused = replace(asked, refused=refusal(error))
    with _faults_told(database):
        return _in_a_transaction(refused)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be carried out, for whom. With `refused` that is recorded, and nothing is carried out."""

    database: PluginDatabase
    statement: Statement
    values: list[str | None]
    user: str
    limits: Limits
    entry: Entry | None
    refused: dict[str, Any] | None = None
    started: float = field(default_factory=time.perf_counter)

    @property
    def milliseconds(self) -> int:
        """How long it has taken so far."""
        return round((time.perf_counter() - self.started) * 1000)


def _in_a_transaction(asked: _Asked) -> QueryResult:
    """Begin, carry out, commit. A connection that idled too long is found out by BEGIN; a fresh one takes over."""
    here = deployment()
    role = here.runtime(asked.database)
    for last in (False, True):
        with pool().connection(role, lambda: _sign_in(here, role)) as connection:
            try:
                moment = _begin(connection)
            except psycopg.OperationalError:
                if last:
                    raise
                pool().close(role)
                continue

            def vouch(said: str, connection: Connection = connection, moment: int = moment) -> str:
                return here.vouch(user=said, role=role, process_id=connection.info.backend_pid, moment=moment)

            with watchdog.limit(connection, asked.limits.seconds):
                return _carry_out(connection, asked, vouch)
    raise AssertionError  # pragma: no cover  (the last turn of the loop returns or raises)


def _begin(connection: Connection) -> int:
    """Begin a transaction; its moment in microseconds, which goes into the code that vouches for the user."""
    cursor = connection.execute(_BEGIN)
    cursor.nextset()
    found = cursor.fetchone()
    assert found is not None  # noqa: S101  (a SELECT without FROM)
    return int(found[0])


def _carry_out(connection: Connection, asked: _Asked, vouch: Callable[[str], str]) -> QueryResult:
    """The statement in the open transaction, which is over afterwards, one way or the other."""
    try:
        answer = _journaled(connection, asked, vouch) if asked.entry else _send(connection, asked, vouch(asked.user))
        connection.execute(b"COMMIT")
    except BaseException:
        with contextlib.suppress(psycopg.Error):
            connection.execute(b"ROLLBACK")
        raise
    finally:
        if getattr(asked.database, "has_authors", True):
            # Rules and defaults that an author wrote may have changed the session, as no statement of ours can.
            with contextlib.suppress(psycopg.Error):
                connection.execute(b"RESET ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all()")
    return answer if isinstance(answer, QueryResult) else QueryResult.read(opened(answer))


def _journaled(connection: Connection, asked: _Asked, vouch: Callable[[str], str]) -> QueryResult | str:
    """The answer that was recorded for the entry; without one the statement is carried out, and its answer recorded."""
    assert asked.entry is not None  # noqa: S101  (the caller has seen it)
    auth = vouch(asked.entry.key)
    recorded = begin_entry(connection, asked.entry, auth, asked.database.schema)
    if recorded is not None:
        return recorded
    if asked.refused:
        return end_entry(connection, auth, asked.refused)
    answer = _send(connection, asked, vouch(asked.user))
    end_entry(connection, auth, {"value": answer.as_dict()})
    return answer


def _send(connection: Connection, asked: _Asked, vouched: str) -> QueryResult:
    statement, limits = asked.statement, asked.limits
    _require_tables(connection, asked)
    values = [*asked.values, *((str(MAX_BYTES), str(limits.rows + 1)) if statement.gives_rows else ())]
    plugin, timeout = str(asked.database.widget_id), str(int(limits.seconds * 1000) + _SPARE_MS)
    with connection.pipeline():
        psycopg.RawCursor(connection).execute(_SETTINGS, [vouched, asked.user, plugin, timeout])
        cursor = psycopg.RawCursor(connection)
        cursor.execute(statement.sql.encode(), values)
    if not statement.gives_rows:
        return QueryResult([], [], cursor.rowcount, False, asked.milliseconds)
    lines = [row[0] for row in cursor.fetchall()]
    truncated = len(lines) > limits.rows
    del lines[limits.rows :]
    if None in lines:
        raise ResultTooLarge(f"The rows have more than {MAX_BYTES // 1024 // 1024} MB together; ask for fewer.")
    rows = [orjson.loads(line) for line in lines]
    columns = list(rows[0]) if rows else _columns(connection, statement)
    return QueryResult(rows, columns, len(rows), truncated, asked.milliseconds)


def _require_tables(connection: Connection, asked: _Asked) -> None:
    """Raise QueryFailed unless every table of the statement is one of the schema's (and no view)."""
    schema = asked.database.schema
    if asked.statement.tables <= _known_tables.get(schema, frozenset()):
        return
    rows = psycopg.RawCursor(connection).execute(_TABLES, [schema]).fetchall()
    known = _known_tables[schema] = frozenset(row[0] for row in rows)
    for missing in sorted(asked.statement.tables - known):
        raise QueryFailed(f'There is no table "{missing[:60]}".', data={"sqlstate": "42P01"})


_known_tables: dict[str, frozenset[str]] = {}


def _columns(connection: Connection, statement: Statement) -> list[str]:
    """What the columns of an answer without rows are called."""
    connection.pgconn.prepare(b"", statement.plain.encode())
    described = connection.pgconn.describe_prepared(b"")
    if described.status != ExecStatus.COMMAND_OK:
        return []
    return [(described.fname(number) or b"").decode() for number in range(described.nfields)]


def _sign_in(here: Deployment, role: str) -> Connection:
    try:
        return sign_in(role, here.password(role))
    except psycopg.OperationalError as error:
        if "password authentication failed" not in str(error):
            raise
    with manager() as connection:  # SECRET_KEY is not the one that the password was derived from
        set_password(connection, here, role)
    return sign_in(role, here.password(role))


@contextmanager
def _faults_told(database: PluginDatabase) -> Iterator[None]:
    """Say what the database said in one sentence, without details: those can hold names, values and queries."""
    try:
        yield
    except psycopg.errors.QueryCanceled:
        raise QueryTimeout("The statement took too long and was stopped.") from None
    except psycopg.Error as error:
        if error.sqlstate is None and isinstance(error, psycopg.OperationalError):
            raise PluginDatabaseUnavailable("The plugins' database does not answer, or was cut off.") from None
        said = error.diag.message_primary or str(error).partition("\n")[0]
        text = said.replace(f"{database.schema}.", "").replace(database.schema, "this schema")
        raise QueryFailed(
            f"{text}.", data={"sqlstate": error.sqlstate or "", "constraint": _constraint(error)}
        ) from None


def _constraint(error: psycopg.Error) -> str:
    return error.diag.constraint_name or ""


def _as_texts(params: object, statement: Statement) -> list[str | None]:
    """Values as PostgreSQL reads texts, which it then takes for whatever the statement needs there."""
    if not isinstance(params, Sequence) or isinstance(params, str) or len(params) > MAX_PARAMETERS:
        raise InvalidInput(f"params: must be a list of at most {MAX_PARAMETERS} values", path="params")
    if len(params) != statement.parameters:
        raise InvalidInput(
            f"params: the statement has {statement.parameters} parameters, and {len(params)} values came", path="params"
        )
    values = [_as_text(value) for value in params]
    if sum(len(value) for value in values if value is not None) > MAX_BYTES:
        raise InvalidInput("params: the values are too large", path="params")
    if any("\0" in value for value in values if value is not None):
        raise InvalidInput("params: a value contains the NUL character", path="params")
    return values


def _as_text(value: object) -> str | None:
    """Lists become arrays, objects JSON, as in the usual client of JavaScript."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Mapping():
            return json.dumps(value)
        case list() | tuple():
            return "{" + ",".join(_in_array(each) for each in value) + "}"
    raise InvalidInput("params: a value is none that JSON has", path="params")


def _in_array(value: object) -> str:
    text = _as_text(value)
    if text is None:
        return "NULL"
    if isinstance(value, list | tuple):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
