"""Stage: actions. Make a plugin's schema, roles and tables, or what a new version adds to them. Nothing is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import sql

from sandbox.plugindb import definitions
from sandbox.plugindb.exceptions import TablesConflict
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugindb.server import Connection, Deployment, deployment, manager, verifier
from sandbox.plugindb.tables import Table, read_tables
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.models import InstalledWidget

STATEMENT_SECONDS: Final = 30
_PRIVILEGES: Final = "SELECT, INSERT, UPDATE, DELETE"


def provision(*, actor: Actor, widget: InstalledWidget, tables: object) -> PluginDatabase:
    """Have the declared tables of an installed plugin; `tables` is the manifest's `database.tables`.

    It may be called again with the same tables, or with those of a newer version: tables and columns are added, none
    are changed or dropped. Raises InvalidTables, TablesConflict, PluginDatabaseUnavailable; nothing is made then.
    """
    declared = read_tables(tables)
    here = deployment()
    with unit_of_work():
        # Whoever provisions the same plugin waits here.
        InstalledWidget.objects.select_for_update(no_key=True).get(pk=widget.pk)
        database, fresh = PluginDatabase.objects.get_or_create(
            widget=widget, defaults={"tenant_id": widget.tenant_id, "user_id": widget.user_id, "slug": widget.slug}
        )
        if fresh:
            record_audit(actor=actor, action="plugindb.provision", target=database, slug=widget.slug)
        try:
            with manager() as connection:
                _have_schema(connection, here, database)
                _have_tables(connection, here, database, declared)
        except psycopg.DatabaseError as error:
            raise TablesConflict(f"The tables could not be made: {_said(error, database)}.") from None
    return database


def set_password(connection: Connection, here: Deployment, role: str, generation: int = 0) -> None:
    """Give a role the password that is derived for it."""
    password = verifier(connection, role, here.password(role, generation))
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), password))


def make_role(connection: Connection, role: str, options: str) -> bool:
    """Create it unless it is there; whether it was created."""
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        return False
    powers = sql.SQL(f"CREATE ROLE {{}} NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION {options}")
    connection.execute(powers.format(sql.Identifier(role)))
    return True


def let_in(connection: Connection, role: str) -> None:
    """Let a role into the database, and use the function that says who acts."""
    found = connection.execute("SELECT current_database()").fetchone()
    statement = """
        GRANT CONNECT ON DATABASE {database} TO {role};
        GRANT USAGE ON SCHEMA platform TO {role};
        GRANT EXECUTE ON FUNCTION platform.acting_user() TO {role};
    """
    connection.execute(
        sql.SQL(statement).format(database=sql.Identifier(found[0] if found else ""), role=sql.Identifier(role))
    )


def act_as(connection: Connection, role: str) -> None:
    """Be the role until the transaction ends: what is done then is no more than it may do."""
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


def share_tables(connection: Connection, schema: str, role: str) -> None:
    """Let a role read and write what the acting role has made in the schema, and will make there."""
    for table in own_tables(connection, schema):
        grant = sql.SQL(f"GRANT {_PRIVILEGES} ON {{}} TO {{}}")
        connection.execute(grant.format(sql.Identifier(schema, table), sql.Identifier(role)))
    statement = f"""
        ALTER DEFAULT PRIVILEGES IN SCHEMA {{schema}} GRANT {_PRIVILEGES} ON TABLES TO {{role}};
        ALTER DEFAULT PRIVILEGES IN SCHEMA {{schema}} GRANT USAGE ON SEQUENCES TO {{role}};
    """
    connection.execute(sql.SQL(statement).format(schema=sql.Identifier(schema), role=sql.Identifier(role)))


def own_tables(connection: Connection, schema: str) -> list[str]:
    """The tables of the schema that the acting role owns."""
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tableowner = current_user ORDER BY 1", [schema]
    ).fetchall()
    return [row[0] for row in rows]


def _have_schema(connection: Connection, here: Deployment, database: PluginDatabase) -> None:
    owner, runtime, schema = here.owner(database), here.runtime(database), database.schema
    if make_role(connection, owner, "NOLOGIN"):
        grant = sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
        connection.execute(grant.format(sql.Identifier(owner)))
    if make_role(connection, runtime, "LOGIN"):
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            limit = sql.SQL("ALTER ROLE {} SET {} = {}")
            connection.execute(
                limit.format(sql.Identifier(runtime), sql.Identifier(setting), sql.Literal(f"{STATEMENT_SECONDS + 5}s"))
            )
    set_password(connection, here, runtime)
    if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone():
        make = sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}")
        connection.execute(make.format(sql.Identifier(schema), sql.Identifier(owner)))
        connection.execute("INSERT INTO platform.schemas (name) VALUES (%s)", [schema])
    for role in (owner, runtime):
        let_in(connection, role)
    act_as(connection, owner)
    grant = sql.SQL("GRANT USAGE ON SCHEMA {} TO {}")
    connection.execute(grant.format(sql.Identifier(schema), sql.Identifier(runtime)))
    share_tables(connection, schema, runtime)
    connection.execute("RESET ROLE")


def _have_tables(connection: Connection, here: Deployment, database: PluginDatabase, declared: Sequence[Table]) -> None:
    schema = database.schema
    act_as(connection, here.owner(database))
    connection.execute("SET LOCAL statement_timeout = %s" % (STATEMENT_SECONDS * 1000))
    before = _columns(connection, schema)
    for table in declared:
        if table.name not in before:
            connection.execute(definitions.create_table(schema, table))
    for table in declared:
        fresh = [column for column in table.columns if column.name not in before.get(table.name, ())]
        if table.name in before:
            for column in fresh:
                _require_addable(table, column.primary, column.name)
                connection.execute(definitions.add_column(schema, table, column))
        if table.rls:
            _have_policy(connection, schema, table)
    there = _named(connection, schema)
    for table in declared:
        for column in table.columns:
            if column.name in before.get(table.name, ()):
                continue
            for name, statement in definitions.keys_of(schema, table, column, declared):
                if name not in there:
                    connection.execute(statement)
        for index in table.indexes:
            name, statement = definitions.create_index(schema, table, index)
            if name not in there:
                connection.execute(statement)
                there.add(name)


def _require_addable(table: Table, primary: bool, column: str) -> None:
    if primary:
        raise TablesConflict(f"'{table.name}' is there already and cannot get another primary key: '{column}'.")


def _have_policy(connection: Connection, schema: str, table: Table) -> None:
    found = connection.execute(
        "SELECT policyname FROM pg_policies WHERE schemaname = %s AND tablename = %s", [schema, table.name]
    ).fetchall()
    wanted = definitions.policy_name(table.rls)
    if not found:
        for statement in definitions.protect_rows(schema, table):
            connection.execute(statement)
    elif (wanted,) not in found:
        raise TablesConflict(f"The rows of '{table.name}' belong to users by another column already.")


def _columns(connection: Connection, schema: str) -> dict[str, set[str]]:
    """The columns of every table of the schema."""
    rows: list[Any] = connection.execute(
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) "
        "AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped",
        [schema],
    ).fetchall()
    found: dict[str, set[str]] = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def _named(connection: Connection, schema: str) -> set[str]:
    """The names of the schema's constraints and indexes."""
    rows = connection.execute(
        "SELECT conname FROM pg_constraint WHERE connamespace = (SELECT oid FROM pg_namespace WHERE nspname = %(it)s) "
        "UNION SELECT indexname FROM pg_indexes WHERE schemaname = %(it)s",
        {"it": schema},
    ).fetchall()
    return {row[0] for row in rows}


def _said(error: psycopg.Error, database: PluginDatabase) -> str:
    """What the database says, without the schema's name."""
    text = error.diag.message_primary or "the database refused"
    return text.replace(f"{database.schema}.", "").replace(database.schema, "the plugin's schema")
