"""Ways round: what a hostile plugin's code might send to reach another user, another plugin, the server, or the clock.

After each, the server is asked as its owner what has changed: nothing may have, but in the plugin's own schema.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Final

import psycopg
import pytest

from sandbox.plugindb import server
from sandbox.plugindb.actions.querying import query, run_query
from sandbox.plugindb.exceptions import QueryFailed, QueryTimeout, StatementRefused
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugindb.pool import pool
from sandbox.plugindb.statements import check_statement
from tests.people import Person
from tests.plugindb.conftest import NOTES, Ask, Install
from widgets_manager.widgets.models import InstalledWidget

# By the way that is tried. {schema} is the plugin's own, {other} another plugin's, {me} the plugin's role.
REFUSED: Final = {
    "set": "SET app.auth = 'x'",
    "set local": "SET LOCAL app.user_id = 'x'",
    "set role": "SET ROLE {me}",
    "set session authorization": "SET SESSION AUTHORIZATION postgres",
    "reset": "RESET ALL",
    "show": "SHOW app.auth",
    "set_config": "SELECT set_config('app.auth', 'x', true)",
    "set_config, qualified": "SELECT pg_catalog.set_config('app.user_id', 'x', false)",
    "set_config in an insert": "INSERT INTO notes (title) VALUES (set_config('app.auth', 'x', true))",
    "set_config in from": "SELECT * FROM set_config('app.auth', 'x', true)",
    "set_config in order by": "SELECT 1 ORDER BY set_config('app.auth', 'x', true)",
    "set_config in limit": "SELECT 1 LIMIT length(set_config('app.auth', 'x', true))",
    "set_config in a filter": "SELECT count(*) FILTER (WHERE set_config('app.auth', 'x', true) IS NULL) FROM notes",
    "set_config in a window": "SELECT sum(1) OVER (PARTITION BY set_config('app.auth', 'x', true)) FROM notes",
    "set_config on conflict": (
        "INSERT INTO shared (name) VALUES ('a') ON CONFLICT (name) DO UPDATE SET name = set_config('a.b', 'x', true)"
    ),
    "set_config in quotes": "SELECT \"set_config\"('app.auth', 'x', true)",
    "set_config by unicode": "SELECT U&\"set\\005fconfig\"('app.auth', 'x', true)",
    "set_config by a comment": "SELECT set_config/**/('app.auth', 'x', true)",
    "set_config by a field": "SELECT (1).set_config",
    "the code that vouches": "SELECT current_setting('app.auth')",
    "the code, by a parameter": "SELECT current_setting($1)",
    "the code, put together": "SELECT current_setting('app.' || 'auth')",
    "statement_timeout": "SET statement_timeout = 0",
    "statement_timeout by name": "SELECT set_config('statement_timeout', '0', false)",
    "do": "DO $$ BEGIN PERFORM 1; END $$",
    "call": "CALL x()",
    "listen": "LISTEN x",
    "notify": "NOTIFY x, 'y'",
    "pg_notify": "SELECT pg_notify('x', 'y')",
    "advisory lock": "SELECT pg_advisory_lock(1)",
    "advisory lock of a transaction": "SELECT pg_try_advisory_xact_lock(1)",
    "lock": "LOCK TABLE notes",
    "sleep": "SELECT pg_sleep(60)",
    "copy out": "COPY notes TO STDOUT",
    "copy to a file": "COPY notes TO '/tmp/x'",
    "copy to a program": "COPY (SELECT 1) TO PROGRAM 'true'",
    "copy in": "COPY notes FROM STDIN",
    "another schema": "SELECT * FROM {other}.notes",
    "another schema, in quotes": 'SELECT * FROM "{other}"."notes"',
    "another schema, written to": "INSERT INTO {other}.notes (title) VALUES ('x')",
    "another database": "SELECT * FROM widgets.public.core_user",
    "the application's tables": "SELECT * FROM public.core_user",
    "the platform": "SELECT * FROM platform.deployment",
    "the platform's function": "SELECT platform.acting_user()",
    "pg_class": "SELECT * FROM pg_class",
    "pg_class, qualified": "SELECT * FROM pg_catalog.pg_class",
    "pg_authid": "SELECT * FROM pg_authid",
    "pg_stat_activity": "SELECT * FROM pg_stat_activity",
    "pg_settings, written to": "UPDATE pg_settings SET setting = '0' WHERE name = 'statement_timeout'",
    "information_schema": "SELECT * FROM information_schema.tables",
    "a catalogue below exists": "SELECT 1 WHERE EXISTS (SELECT FROM pg_roles)",
    "a catalogue in a join": "SELECT * FROM notes JOIN pg_class ON true",
    "a catalogue in with": "WITH x AS (SELECT * FROM pg_class) SELECT * FROM x",
    "a catalogue hidden by with": "SELECT (WITH pg_class AS (SELECT 1) SELECT count(*) FROM pg_class), * FROM pg_class",
    "a catalogue by table": "TABLE pg_class",
    "a catalogue in using": "DELETE FROM notes USING pg_class",
    "regclass": "SELECT 'notes'::regclass",
    "regclass by cast": "SELECT CAST('pg_authid' AS regclass)",
    "regproc": "SELECT 'now'::regproc::oid",
    "oid": "SELECT 1::oid",
    "regrole in an array": "SELECT '{}'::regrole[]",
    "a type by a prefix": "SELECT regclass 'notes'",
    "tableoid": "SELECT tableoid FROM notes",
    "xmin": "SELECT notes.xmin FROM notes",
    "ctid": "SELECT * FROM notes WHERE ctid = '(0,1)'",
    "pg_typeof as a field": "SELECT notes.pg_typeof FROM notes",
    "current_user": "SELECT current_user",
    "session_user": "SELECT session_user",
    "current_schema": "SELECT current_schema",
    "version": "SELECT version()",
    "two statements": "SELECT 1; SELECT 2",
    "two statements, the second to commit": "SELECT 1; COMMIT; SET ROLE none",
    "commit": "COMMIT",
    "begin": "BEGIN",
    "savepoint": "SAVEPOINT x",
    "prepare": "PREPARE x AS SELECT 1",
    "execute": "EXECUTE x",
    "deallocate": "DEALLOCATE ALL",
    "declare": "DECLARE x CURSOR FOR SELECT 1",
    "explain": "EXPLAIN ANALYZE DELETE FROM notes",
    "merge": "MERGE INTO notes USING shared ON true WHEN MATCHED THEN DELETE",
    "select into": "SELECT * INTO copied FROM notes",
    "create table": "CREATE TABLE x (y int)",
    "create table as": "CREATE TABLE x AS SELECT 1",
    "create temp table": "CREATE TEMP TABLE notes (y int)",
    "create view": "CREATE VIEW x AS SELECT 1",
    "create function": "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "create extension": "CREATE EXTENSION dblink",
    "create policy": "CREATE POLICY p ON notes USING (true)",
    "alter table": "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
    "alter role": "ALTER ROLE {me} SUPERUSER",
    "grant": "GRANT ALL ON notes TO PUBLIC",
    "drop": "DROP TABLE notes",
    "truncate": "TRUNCATE notes",
    "vacuum": "VACUUM",
    "dblink": "SELECT * FROM dblink('dbname=widgets', 'SELECT 1') AS t(a int)",
    "a large object": "SELECT lo_create(0)",
    "a large object of bytes": "SELECT lo_from_bytea(0, 'x')",
    "a large object of a file": "SELECT lo_import('/etc/passwd')",
    "a file": "SELECT pg_read_file('/etc/passwd')",
    "a folder": "SELECT pg_ls_dir('/')",
    "query_to_xml": "SELECT query_to_xml('SELECT * FROM pg_authid', true, true, '')",
    "table_to_xml": "SELECT table_to_xml('pg_authid', true, true, '')",
    "xmltable": "SELECT * FROM xmltable('/a' PASSING '<a/>' COLUMNS b int)",
    "xmlparse": "SELECT XMLPARSE(DOCUMENT '<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>')",
    "ts_stat": "SELECT * FROM ts_stat('SELECT 1')",
    "terminate": "SELECT pg_terminate_backend(1)",
    "cancel": "SELECT pg_cancel_backend(1)",
    "reload": "SELECT pg_reload_conf()",
    "the backend's number": "SELECT pg_backend_pid()",
    "a sequence": "SELECT nextval('notes_id_seq')",
    "privileges": "SELECT has_table_privilege('pg_authid', 'select')",
    "a view's text": "SELECT pg_get_viewdef(1)",
    "memory": "SELECT repeat('x', 1000000000)",
    "memory, padded": "SELECT lpad('x', 1000000000)",
    "an operator with a schema": "SELECT 1 OPERATOR({schema}.+) 1",
    "a function with a schema": "SELECT {schema}.lower('X')",
    "a collation": "SELECT 'a' COLLATE \"C\"",
    "a sample": "SELECT * FROM notes TABLESAMPLE system (1)",
    "for update of another": "SELECT 1 FROM notes FOR UPDATE OF {other}",
    "a name of with that is ours": "WITH _result AS (SELECT 1) SELECT * FROM _result",
    "a row of a type": "SELECT NULL::notes",
    "a cast to a type of another": "SELECT '(1)'::{other}.notes",
}


@pytest.fixture
def other(alice: Person, install_plugin: Install) -> InstalledWidget:
    """Another plugin of the same people, with a row."""
    widget = install_plugin(alice, name="other", tenant_wide=True)
    run_query(actor=alice.actor, plugin=widget, sql="INSERT INTO notes (title) VALUES ('of another plugin')")
    return widget


def state() -> list[Any]:
    """What an attack might leave behind on the server, apart from rows."""
    questions = (
        "SELECT nspname, relname, relkind::text, relrowsecurity, relforcerowsecurity, relacl::text "
        "FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^pg_toast' ORDER BY 1, 2",
        "SELECT proname FROM pg_proc WHERE pronamespace <> 'pg_catalog'::regnamespace ORDER BY 1",
        "SELECT rolname, rolsuper, rolconfig::text FROM pg_roles WHERE rolname ~ '^wm_{id}' ORDER BY 1",
        "SELECT oid FROM pg_largeobject_metadata",
        "SELECT extname FROM pg_extension ORDER BY 1",
        # Other databases of the cluster are other tests'.
        "SELECT locktype, mode FROM pg_locks JOIN pg_database d ON d.oid = database "
        "WHERE locktype = 'advisory' AND datname = current_database()",
        "SELECT nspname, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1",
    )
    with server.manager() as connection:
        return [
            connection.execute(question.replace("{id}", server.deployment().id).encode()).fetchall()
            for question in questions
        ]


def test_it_works(alice: Person, bob: Person, ask: Ask, database: PluginDatabase, other: InstalledWidget) -> None:
    """Every way that needs a word which plugins do not have is refused before anything is sent."""
    ask(alice, "INSERT INTO notes (title) VALUES ('alice''s')")
    other_schema = PluginDatabase.objects.get(widget=other).schema
    me = server.deployment().runtime(database)
    before = state()
    for way, text in REFUSED.items():
        attack = text.replace("{schema}", database.schema).replace("{other}", other_schema).replace("{me}", me)
        params = ["app.auth"] if "$1" in attack and "$$" not in attack else []
        with pytest.raises(StatementRefused):
            ask(bob, attack, *params)
            pytest.fail(f"{way}: {attack}")
    assert state() == before
    assert ask(bob, "SELECT * FROM notes").rows == []
    assert ask(alice, "SELECT title FROM notes").rows == [{"title": "alice's"}]


def test_the_database_itself_refuses_what_the_parser_would_let_through(
    alice: Person, bob: Person, ask: Ask, database: PluginDatabase, other: InstalledWidget
) -> None:
    """The second fence: the plugin's role, with no parser before it."""
    ask(alice, "INSERT INTO notes (title) VALUES ('alice''s')")
    schema, other_schema = database.schema, PluginDatabase.objects.get(widget=other).schema
    here = server.deployment()
    role = here.runtime(database)
    before = state()
    hidden = [
        f"SELECT * FROM {schema}.notes",
        f"SET app.user_id = '{alice.user.pk}'; SELECT * FROM {schema}.notes",
        f"SET app.auth = '{'0' * 64}:{alice.user.pk}'; SELECT * FROM {schema}.notes",
        f"SET row_security = on; UPDATE {schema}.notes SET title = 'x' RETURNING *",
        f"DELETE FROM {schema}.notes RETURNING *",
        "SELECT usename FROM pg_stat_activity WHERE usename <> current_user AND query <> '<insufficient privilege>' "
        "AND usename IS NOT NULL",
        "SELECT * FROM pg_largeobject_metadata",
    ]
    denied = [
        f"SET row_security = off; SELECT * FROM {schema}.notes",
        f"SELECT * FROM {other_schema}.notes",
        f"SET ROLE {here.owner(database)}",
        "SET ROLE widgets_plugins",
        "SET SESSION AUTHORIZATION postgres",
        "SELECT * FROM platform.deployment",
        "SELECT * FROM platform.authors",
        f"CREATE TABLE {schema}.x (y int)",
        f"CREATE FUNCTION {schema}.x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TEMP TABLE x (y int)",
        "CREATE SCHEMA x",
        "CREATE TABLE public.x (y int)",
        f"ALTER TABLE {schema}.notes DISABLE ROW LEVEL SECURITY",
        f'DROP POLICY "own rows: pie_user_id" ON {schema}.notes',
        f"TRUNCATE {schema}.notes",
        f"LOCK TABLE {schema}.notes IN ACCESS EXCLUSIVE MODE",
        f"CREATE TRIGGER t BEFORE INSERT ON {schema}.notes FOR EACH ROW EXECUTE FUNCTION now()",
        "DO $$ BEGIN PERFORM 1; END $$",
        "COPY (SELECT 1) TO '/tmp/x'",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "CREATE EXTENSION vector",
        "SELECT lo_create(0)",
        "SELECT lo_import('/etc/passwd')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM pg_authid",
        "ALTER SYSTEM SET work_mem = '1GB'",
        "ALTER ROLE CURRENT_USER CREATEROLE",
        f"INSERT INTO {schema}.notes (pie_user_id, title) VALUES ('{alice.user.pk}', 'forged')",
        "SET session_replication_role = replica",
    ]
    with server.sign_in(role, here.password(role)) as connection:
        for text in hidden:
            cursor = connection.execute(text.encode())
            while cursor.nextset():
                pass
            assert cursor.fetchall() == [], text
            connection.execute("RESET ALL")
        for text in denied:
            with pytest.raises(psycopg.Error):
                connection.execute(text.encode())
                pytest.fail(text)
            connection.execute("RESET ALL")
    for name in ("widgets", "postgres_not_there"):
        with pytest.raises(psycopg.OperationalError), _elsewhere(role, here.password(role), name):
            pass
    assert state() == before
    assert ask(alice, "SELECT title FROM notes").rows == [{"title": "alice's"}]


def _elsewhere(role: str, password: str, database: str) -> Any:
    from django.conf import settings
    from psycopg.conninfo import make_conninfo

    return psycopg.connect(make_conninfo(settings.PLUGIN_DATABASE_URL, user=role, password=password, dbname=database))


def test_a_code_holds_for_its_own_session_transaction_and_user(
    alice: Person, bob: Person, ask: Ask, database: PluginDatabase
) -> None:
    """Whoever could read `app.auth` and set it again would gain nothing with it."""
    ask(alice, "INSERT INTO notes (title) VALUES ('alice''s')")
    here, me = server.deployment(), str(alice.user.pk)
    role = here.runtime(database)
    with (
        server.sign_in(role, here.password(role)) as connection,
        server.sign_in(role, here.password(role)) as second,
    ):

        def seen(on: Any, auth: str | None = None, **changes: Any) -> int:
            cursor = on.execute(b"BEGIN; SELECT (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint")
            cursor.nextset()
            facts = {"user": me, "role": role, "process_id": on.info.backend_pid, "moment": cursor.fetchone()[0]}
            code = auth if auth is not None else here.vouch(**(facts | changes))
            on.execute("SELECT set_config('app.auth', %s, true)", [code])
            found = on.execute(f"SELECT count(*) FROM {database.schema}.notes").fetchone()[0]
            codes.append(code)
            on.execute("COMMIT")
            return int(found)

        codes: list[str] = []
        assert seen(connection) == 1
        good = codes[-1]
        assert seen(connection, good) == 0, "another transaction"
        assert seen(second, good) == 0, "another session"
        assert seen(connection, user=str(bob.user.pk)) == 0, "another user's rows"
        assert seen(connection, role=role + "x") == 0
        assert seen(connection, process_id=1) == 0
        assert seen(connection, moment=1) == 0
        for forged in ("", ":", me, f"{'0' * 64}:{me}", f":{me}", good[:64] + ":" + str(bob.user.pk), good.upper()):
            assert seen(connection, forged) == 0, forged


def test_rows_of_others_are_not_reached_by_statements(alice: Person, bob: Person, ask: Ask) -> None:
    [own] = ask(alice, "INSERT INTO notes (title) VALUES ('secret') RETURNING id").rows
    me = str(alice.user.pk)
    for text, params in (
        ("SELECT * FROM notes", ()),
        ("SELECT * FROM notes WHERE pie_user_id = $1", (me,)),
        ("SELECT * FROM notes WHERE pie_user_id = $1 OR true", (me,)),
        ("UPDATE notes SET title = 'x' RETURNING *", ()),
        ("UPDATE notes SET pie_user_id = $1 RETURNING *", (str(bob.user.pk),)),
        ("DELETE FROM notes WHERE id = $1 RETURNING *", (own["id"],)),
        ("SELECT * FROM notes FOR UPDATE", ()),
        ("WITH RECURSIVE r AS (SELECT * FROM notes UNION ALL SELECT * FROM r) SELECT * FROM r", ()),
        ("INSERT INTO shared (name) SELECT title FROM notes RETURNING *", ()),
        ("SELECT * FROM notes WHERE 1 / (length(title) - 6) > 0", ()),  # an error would tell of a title's length
    ):
        assert ask(bob, text, *params).rows == [], text
    with pytest.raises(QueryFailed, match="row-level security"):
        ask(bob, "INSERT INTO notes (pie_user_id, title) VALUES ($1, 'forged')", me)
    assert ask(alice, "SELECT title FROM notes").rows == [{"title": "secret"}]


KEYED: Final = {
    "lists": {
        "columns": {
            "name": "text primary key",
            "code": "text unique",
            "owner": "uuid not null default current_setting('app.user_id', true)::uuid",
        },
        "rls": "owner",
    },
    "items": {
        "columns": {
            "id": "serial primary key",
            "owner": "uuid not null default current_setting('app.user_id', true)::uuid",
            "list": "text references lists on delete cascade",
            "code": "text references lists(code) on delete set null",
        },
        "rls": "owner",
        "indexes": [{"columns": ["code"], "unique": True}],
    },
}


def test_keys_neither_tell_of_others_rows_nor_reach_them(alice: Person, bob: Person, install_plugin: Install) -> None:
    widget = install_plugin(alice, KEYED, "keyed", tenant_wide=True)

    def ask(person: Person, text: str) -> list[dict[str, Any]]:
        return run_query(actor=person.actor, plugin=widget, sql=text).rows

    for person in (alice, bob):  # the same names and codes twice: nobody notices the other
        ask(person, "INSERT INTO lists (name, code) VALUES ('home', 'h')")
        ask(person, "INSERT INTO items (list, code) VALUES ('home', 'h')")
    assert ask(bob, "INSERT INTO lists (name) VALUES ('home') ON CONFLICT DO NOTHING RETURNING name") == []
    ask(alice, "INSERT INTO lists (name) VALUES ('only alice''s')")
    with pytest.raises(QueryFailed, match="foreign key"):
        ask(bob, "INSERT INTO items (list) VALUES ('only alice''s')")
    with pytest.raises(QueryFailed, match="foreign key"):
        ask(bob, "INSERT INTO items (list) VALUES ('nobody''s')")
    ask(bob, "UPDATE lists SET name = 'moved', code = 'm' WHERE false")
    ask(bob, "DELETE FROM lists")
    assert ask(bob, "SELECT list, code FROM items") == []
    assert ask(alice, "SELECT list, code FROM items") == [{"list": "home", "code": "h"}]


def test_errors_tell_nothing_but_the_plugins_own(
    alice: Person, bob: Person, ask: Ask, database: PluginDatabase
) -> None:
    ask(alice, "INSERT INTO shared (name) VALUES ('there')")
    for text in (
        "INSERT INTO shared (name) VALUES ('there')",
        "SELECT 'secret'::int",
        "INSERT INTO notes (title) VALUES (NULL)",
        "SELECT no_column FROM notes",
        "INSERT INTO notes (pie_user_id, title) VALUES ('somebody', 'x')",
        "SELECT * FROM nothing_there",
    ):
        with pytest.raises(QueryFailed) as failed:
            ask(bob, text)
        said = str(failed.value.as_dict())
        for name in (
            database.schema,
            server.deployment().id,
            "platform",
            "acting_user",
            "wm_",
            "DETAIL",
            "Failing row",
        ):
            assert name not in said, said


def test_many_users_at_once_on_the_same_connections(alice: Person, bob: Person, vera: Person, ask: Ask) -> None:
    """Sessions are shared between users; what each sees is the transaction's."""
    people, wrong = (alice, bob, vera), []
    for person in people:
        ask(person, "INSERT INTO notes (title) VALUES ($1)", person.user.username)
    database = PluginDatabase.objects.get(slug="notes")

    def look(person: Person) -> None:  # by `query` alone: the application's database is the test's own thread's
        for _ in range(20):
            rows = query(database=database, user=str(person.user.pk), sql="SELECT title, pie_user_id FROM notes").rows
            if [row["title"] for row in rows] != [person.user.username]:
                wrong.append(rows)

    threads = [threading.Thread(target=look, args=[person]) for person in people * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_session_that_an_authors_rule_changed_is_put_right(alice: Person, ask: Ask, database: PluginDatabase) -> None:
    here = server.deployment()
    role = here.runtime(database)
    with pool().connection(role, lambda: server.sign_in(role, here.password(role))) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("SET search_path = nowhere")
        connection.execute(f"SET app.auth = '{'0' * 64}:{alice.user.pk}'")
    ask(alice, "INSERT INTO notes (title) VALUES ('x')")
    assert ask(alice, "SELECT title FROM notes").rows == [{"title": "x"}]
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        ask(alice, "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b", timeout_ms=200)
    assert time.monotonic() - started < 3


def test_what_is_sent_reads_as_what_was_checked() -> None:
    """Quoting tricks: the text that is sent comes from the tree, and gives the same tree again."""
    schema = "plugin_x"
    for text in (
        r"SELECT 'a\'' AS x",
        r"SELECT E'a\' OR 1=1 --' AS x",
        "SELECT $$;DROP TABLE notes$$ AS x",
        "SELECT 'it''s' AS \"a\"\"b\"",
        "SELECT U&'\\0027; DROP TABLE notes' AS x",
        "SELECT title /* ' */ FROM notes -- '",
        'SELECT * FROM "Notes" AS "pg_class"',
        "SELECT * FROM notes AS pg_class",
    ):
        try:
            statement = check_statement(text, schema=schema)
        except StatementRefused:
            continue
        again = check_statement(statement.plain, schema=schema)
        assert again == statement, text
        assert "DROP" not in text or "'" in statement.plain
    assert NOTES["notes"]["rls"] == "pie_user_id"
