"""Tables that manifests declare: what is made of them, what is added later, and what their texts cannot smuggle in."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from sandbox.plugindb import server
from sandbox.plugindb.actions.provisioning import provision
from sandbox.plugindb.actions.querying import run_query
from sandbox.plugindb.exceptions import InvalidTables, StatementRefused, TablesConflict
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugindb.tables import read_column, read_tables
from tests.people import Person
from tests.plugindb.conftest import NOTES, Ask, Install
from widgets_manager.widgets.models import InstalledWidget

SMUGGLED = [
    "text); DROP TABLE notes; --",
    "text); CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE y (z int",
    "text); CREATE VIEW v AS SELECT * FROM pg_authid; CREATE TABLE y (z int",
    "text, other text",
    "text, CHECK (true)",
    "text, PRIMARY KEY (c)",
    "text, LIKE pg_authid",
    "text) INHERITS (pg_authid",
    "text) PARTITION BY LIST (c",
    "text) WITH (fillfactor = 10",
    "text) TABLESPACE x --",
    "text /*",
    "text '",
    'text "',
    "text\0",
    "text; SELECT 1",
    "text default (SELECT rolpassword FROM pg_authid LIMIT 1)",
    "text default pg_read_file('/etc/passwd')",
    "text default set_config('app.auth', 'x', true)",
    "text default current_setting('app.auth')",
    "text default current_user",
    "text default pg_catalog.pg_sleep(9)::text",
    "text default platform.acting_user()",
    "text default 'pg_authid'::regclass",
    "integer default nextval('other')",
    "text default x",
    "text check ((SELECT true))",
    "text check (other > 1)",
    "text check (pg_sleep(9) IS NULL)",
    "text generated always as (current_user) stored",
    "integer generated always as identity (sequence name pg_catalog.x)",
    'text collate "C"',
    "text storage external",
    "text references pg_catalog.pg_authid(oid)",
    "text references other_schema.notes",
    'text constraint "x); DROP TABLE y; --" foreign key',
    "text exclude using gist (c with =)",
    "regclass",
    "oid",
    "name",
    "notes",
    "pg_catalog.pg_authid",
    "plugin_x.notes",
    "setof text",
    "notes.title%type",
    "xml",
    "serial default 7",
    "text unique nulls not distinct",
    "text primary key deferrable initially deferred",
]


@pytest.mark.parametrize("text", SMUGGLED)
def test_a_columns_text_smuggles_nothing_in(text: str) -> None:
    with pytest.raises(StatementRefused):
        read_column("c", text)


def test_it_works(alice: Person, ask: Ask, database: PluginDatabase, notes: InstalledWidget) -> None:
    ask(alice, "INSERT INTO notes (title) VALUES ('kept')")
    again = provision(actor=alice.actor, widget=notes, tables=NOTES)
    assert again == database
    more: dict[str, Any] = {
        "notes": {
            "columns": {
                **NOTES["notes"]["columns"],
                "stars": "integer not null default 0 check (stars between 0 and 5)",
                "tags": "text[] default '{}'",
            },
            "rls": "pie_user_id",
            "indexes": [["created_at"]],
        },
        "marks": {
            "columns": {"id": "serial primary key", "name": "varchar(20) unique", "price": "numeric(10, 2)"},
        },
    }
    provision(actor=alice.actor, widget=notes, tables=more)
    provision(actor=alice.actor, widget=notes, tables=more)
    assert ask(alice, "SELECT title, stars, tags FROM notes").rows == [{"title": "kept", "stars": 0, "tags": []}]
    assert ask(alice, "INSERT INTO marks (name, price) VALUES ('a', 1.5) RETURNING *").rows == [
        {"id": 1, "name": "a", "price": 1.5}
    ]
    # What the manifest no longer names stays.
    provision(actor=alice.actor, widget=notes, tables={})
    assert ask(alice, "SELECT name FROM marks").row_count == 1
    with server.manager() as connection:
        names = [row[0] for row in connection.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = %s ORDER BY 1", [database.schema]
        )]  # fmt: skip
    assert names == ["marks_name_key", "marks_pkey", "notes_created_at_idx", "notes_pkey", "shared_pkey"]


@pytest.mark.parametrize(
    ("tables", "path"),
    [
        ([], "tables"),
        ({"Notes": {"columns": {"a": "text"}}}, "tables.Notes"),
        ({"pg_notes": {"columns": {"a": "text"}}}, "tables.pg_notes"),
        ({'a"; DROP TABLE b; --': {"columns": {"a": "text"}}}, 'tables.a"; DROP TABLE b; --'),
        ({"notes": {"columns": {}}}, "tables.notes.columns"),
        ({"notes": {"columns": {"a b": "text"}}}, "tables.notes.columns.a b"),
        ({"notes": {"columns": {"ctid": "text"}}}, "tables.notes.columns.ctid"),
        ({"notes": {"columns": {"a": 7}}}, "tables.notes.columns.a"),
        ({"notes": {"columns": {"a": "text"}, "rls": "b"}}, "tables.notes.rls"),
        ({"notes": {"columns": {"a": "integer"}, "rls": "a"}}, "tables.notes.rls"),
        ({"notes": {"columns": {"a": "text"}, "rls": "a OR true"}}, "tables.notes.rls"),
        ({"notes": {"columns": {"a": "text"}, "policy": "true"}}, "tables.notes.policy"),
        ({"notes": {"columns": {"a": "text"}, "indexes": [["b"]]}}, "tables.notes.indexes[0]"),
        ({"notes": {"columns": {"a": "text references gone"}}}, "tables.notes.columns.a"),
        ({"notes": {"columns": {"a": "text unique"}, "rls": "a"}, "b": {"columns": {"c": "text references notes(a)"}}},
         "tables.b.columns.c"),
        ({"notes": {"columns": {"a": "text primary key"}},
          "b": {"columns": {"u": "text", "c": "text references notes on delete cascade"}, "rls": "u"}},
         "tables.b.columns.c"),
    ],
)  # fmt: skip
def test_faults_have_their_paths(tables: Any, path: str) -> None:
    with pytest.raises(InvalidTables) as invalid:
        read_tables(tables)
    assert [problem.path for problem in invalid.value.errors] == [path]


def test_what_does_not_fit_is_told_and_nothing_is_changed(
    alice: Person, ask: Ask, notes: InstalledWidget, database: PluginDatabase
) -> None:
    ask(alice, "INSERT INTO shared (name) VALUES ('x')")
    for tables in (
        {
            "shared": {"columns": {"name": "text primary key", "must": "text not null"}},
            "fresh": {"columns": {"a": "text"}},
        },
        {"shared": {"columns": {"name": "text", "id": "serial primary key"}}},
        {"notes": {"columns": {**NOTES["notes"]["columns"], "who": "text not null"}, "rls": "who"}},
    ):
        with pytest.raises(TablesConflict) as conflict:
            provision(actor=alice.actor, widget=notes, tables=tables)
        assert database.schema not in conflict.value.message
    with server.manager() as connection:
        [count] = connection.execute(
            "SELECT count(*) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE attnum > 0 AND relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)",
            [database.schema],
        ).fetchone() or [None]
    assert count == 7


def test_policies_hold_for_the_owner_too_and_nobody_signs_in_as_it(database: PluginDatabase, notes: Any) -> None:
    owner = server.deployment().owner(database)
    with server.manager() as connection:
        facts = connection.execute(
            "SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) FROM pg_class "
            "WHERE relname = 'notes' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s)",
            [database.schema],
        ).fetchone()
        login = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", [owner]).fetchone()
    assert facts == (True, True, owner)
    assert login == (False,)
    with pytest.raises(psycopg.OperationalError):
        server.sign_in(owner, server.deployment().password(owner))


def test_two_deployments_on_one_cluster(alice: Person, database: PluginDatabase, plugins: str, settings: Any) -> None:
    """Another database, as another deployment has it: other names for the same plugin's roles, other codes."""
    mine = server.deployment()
    from psycopg.conninfo import conninfo_to_dict

    name = str(conninfo_to_dict(plugins)["dbname"])
    with psycopg.connect(plugins.replace(f"/{name}?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}_two TEMPLATE widgets_plugins")
    settings.PLUGIN_DATABASE_URL = plugins.replace(f"/{name}?", f"/{name}_two?")
    theirs = server.deployment()
    assert theirs.id != mine.id
    assert theirs.runtime(database) != mine.runtime(database)
    facts: dict[str, Any] = {"user": "u", "role": "r", "process_id": 1, "moment": 1}
    assert theirs.vouch(**facts) != mine.vouch(**facts)
    settings.PLUGIN_DATABASE_URL = plugins
    assert server.deployment() == mine


def test_the_first_statement_provisions_only_for_ones_own(
    alice: Person, charlie: Person, install_plugin: Install
) -> None:
    from widgets_manager.core.exceptions import NotFound

    widget = install_plugin(alice, {}, "bare")
    PluginDatabase.objects.filter(widget=widget).delete()
    with pytest.raises(NotFound):
        run_query(actor=charlie.actor, plugin=widget, sql="SELECT 1")
    assert not PluginDatabase.objects.filter(widget=widget).exists()
