"""An author's own role: what it may do in its schema, what nowhere else, and how its password is made anew."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import connection as application
from psycopg.conninfo import conninfo_to_dict

from sandbox.plugindb import server
from sandbox.plugindb.actions import removal
from sandbox.plugindb.models import PluginDatabase
from tests.people import Person, assert_refused
from tests.plugindb.conftest import Ask, Install
from tests.servers import Servers
from widgets_manager.core.models import Membership
from widgets_manager.widgets.models import InstalledWidget

# Other databases of the cluster are other tests'.
LOCKS = """
SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
WHERE locktype = 'advisory' AND datname = current_database()
"""


@pytest.fixture
def open_port(settings: Any) -> None:
    """As though the embedded server had a port; the tests connect by its socket."""
    settings.PLUGIN_DB_PORT = 5433


def address(widget: InstalledWidget, verb: str = "credentials") -> str:
    return f"/api/plugins/{widget.pk}/database/{verb}"


def sign_in(plugins: str, credentials: dict[str, Any]) -> psycopg.Connection[Any]:
    parts = conninfo_to_dict(plugins) | {"user": credentials["username"], "password": credentials["password"]}
    return psycopg.connect(**parts, autocommit=True)


def test_it_works(
    alice: Person,
    bob: Person,
    ask: Ask,
    notes: InstalledWidget,
    database: PluginDatabase,
    plugins: str,
    open_port: None,
) -> None:
    ask(alice, "INSERT INTO notes (title) VALUES ('mine')")
    ask(bob, "INSERT INTO notes (title) VALUES ('bob''s')")
    shown = alice.client.get(address(notes))
    assert shown.status_code == 200, shown.content
    assert shown["Cache-Control"] == "no-store"
    credentials = shown.json()["credentials"]
    assert (credentials["host"], credentials["port"]) == ("127.0.0.1", 5433)
    assert credentials["schemaName"] == database.schema
    assert credentials["connectionString"].startswith(f"postgresql://{credentials['username']}:")
    assert alice.client.get(address(notes)).json()["credentials"] == credentials
    with sign_in(plugins, credentials) as connection:
        # The plugin's rows as the person they are, and tables of their own, which the plugin's code reads.
        assert connection.execute("SELECT title FROM notes").fetchall() == [("mine",)]
        connection.execute("CREATE TABLE drafts (id int primary key, text text)")
        connection.execute("INSERT INTO drafts VALUES (1, 'from outside')")
    assert ask(bob, "SELECT text FROM drafts").rows == [{"text": "from outside"}]
    renewed = alice.client.post(address(notes, "regenerate-password")).json()["credentials"]
    assert renewed == credentials | {k: renewed[k] for k in ("password", "connectionString")} != credentials
    with pytest.raises(psycopg.OperationalError, match="password"):
        sign_in(plugins, credentials)
    sign_in(plugins, renewed).close()


def test_an_author_does_nothing_outside_of_their_schema(
    alice: Person, bob: Person, ask: Ask, notes: InstalledWidget, install_plugin: Install, plugins: str, open_port: None
) -> None:
    other = PluginDatabase.objects.get(widget=install_plugin(alice, name="other", tenant_wide=True))
    ask(bob, "INSERT INTO notes (title) VALUES ('bob''s')")
    here, own = server.deployment(), PluginDatabase.objects.get(widget=notes)
    credentials = alice.client.get(address(notes)).json()["credentials"]
    denied = [
        f"SELECT * FROM {other.schema}.notes",
        f"CREATE TABLE {other.schema}.x (y int)",
        "CREATE TABLE public.x (y int)",
        "CREATE TABLE platform.x (y int)",
        "CREATE TEMP TABLE x (y int)",
        "CREATE SCHEMA x",
        "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION x() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
        "DO $$ BEGIN PERFORM 1; END $$",
        "CREATE EXTENSION vector",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        f"SET ROLE {here.owner(own)}",
        f"SET ROLE {here.runtime(own)}",
        "SET ROLE widgets_plugins",
        "SET row_security = off; SELECT * FROM notes",
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        "DROP TABLE notes",
        "TRUNCATE notes",
        "SELECT * FROM platform.deployment",
        "UPDATE platform.authors SET user_id = 'x'",
        "SELECT * FROM pg_authid",
        "ALTER ROLE CURRENT_USER CREATEROLE",
        "ALTER ROLE CURRENT_USER CONNECTION LIMIT 100",
        "COPY notes TO '/tmp/x'",
        f"INSERT INTO notes (pie_user_id, title) VALUES ('{bob.user.pk}', 'forged')",
    ]
    with sign_in(plugins, credentials) as connection:
        for text in denied:
            with pytest.raises(psycopg.Error):
                connection.execute(text.encode())
                pytest.fail(text)
            connection.execute("RESET ALL")
        for text in (f"SET app.user_id = '{bob.user.pk}'", f"SET app.auth = '{'0' * 64}:{bob.user.pk}'"):
            connection.execute(text.encode())
            assert connection.execute("SELECT * FROM notes").fetchall() == []
        [limit] = connection.execute("SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user").fetchone() or [0]
        assert limit == 10
        # A view of an author's is no table to the plugin's code; a rule of theirs gives no other user's rows.
        connection.execute("CREATE VIEW everything AS SELECT * FROM notes")
        connection.execute("CREATE TABLE bait (a int)")
        connection.execute(
            "CREATE RULE r AS ON INSERT TO bait DO ALSO SELECT set_config('app.auth', 'x', false), "
            "set_config('statement_timeout', '0', false), pg_advisory_lock(7)"
        )
    from sandbox.plugindb.exceptions import QueryFailed

    with pytest.raises(QueryFailed, match="no table"):
        ask(bob, "SELECT * FROM everything")
    ask(bob, "INSERT INTO bait VALUES (1)")
    assert [row["title"] for row in ask(bob, "SELECT title FROM notes").rows] == ["bob's"]
    with server.manager() as connection:
        assert connection.execute(LOCKS).fetchall() == []


def test_who_may_not(
    alice: Person, bob: Person, vera: Person, charlie: Person, notes: InstalledWidget, open_port: None, settings: Any
) -> None:
    for verb, method in (("credentials", "get"), ("regenerate-password", "post")):
        for person, status, code in (
            (charlie, 404, "NOT_FOUND"),
            (bob, 403, "PERMISSION_DENIED"),
            (vera, 403, "PERMISSION_DENIED"),
        ):
            assert_refused(getattr(person.client, method)(address(notes, verb)), status, code)
    settings.PLUGIN_DB_PORT = 0
    assert_refused(alice.client.get(address(notes)), 409, "AUTHOR_ACCESS_OFF")


def test_where_everybody_may_write_functions_no_author_is_let_in(
    alice: Person, notes: InstalledWidget, open_port: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sandbox.plugindb.actions.credentials._OPEN_LANGUAGES", "SELECT 'sql' UNION SELECT 'plpgsql' ORDER BY 1"
    )
    error = assert_refused(alice.client.get(address(notes)), 409, "AUTHOR_ACCESS_OFF")
    assert "plpgsql, sql" in error["message"]


def test_roles_of_people_who_left_go(
    alice: Person, bob: Person, install_plugin: Install, plugins: str, open_port: None, swept: None
) -> None:
    widget = install_plugin(bob)
    credentials = bob.client.get(address(widget)).json()["credentials"]
    sign_in(plugins, credentials).close()
    Membership.objects.filter(user=bob.user).delete()
    assert removal.clean_up() == 1
    with pytest.raises(psycopg.OperationalError):
        sign_in(plugins, credentials)


def test_the_embedded_server_lets_authors_in_by_its_port_and_nobody_else(tmp_path: Any, unused_tcp_port: int) -> None:
    from config.embedded.servers import PostgreSQL

    scratch = Servers.start(postgresql=False, valkey=False).scratch
    sockets = scratch.path / "s"
    sockets.mkdir(mode=0o700)
    postgresql = PostgreSQL(scratch.path / "pg", sockets, options={"fsync": "off"}, author_port=unused_tcp_port)
    try:
        postgresql.start()
        with psycopg.connect(postgresql.plugin_url, autocommit=True) as connection:
            connection.execute("CREATE ROLE an_author LOGIN PASSWORD 'x' IN ROLE widgets_plugin_authors")
            connection.execute("GRANT CONNECT ON DATABASE widgets_plugins TO an_author")
        tcp = {"host": "127.0.0.1", "port": unused_tcp_port, "password": "x"}
        psycopg.connect(**tcp, user="an_author", dbname="widgets_plugins").close()  # type: ignore[arg-type]  # a port is a number
        for user, name in (("an_author", "widgets"), ("an_author", "postgres"), ("widgets", "widgets")):
            with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
                psycopg.connect(**tcp, user=user, dbname=name)  # type: ignore[arg-type]  # likewise
    finally:
        postgresql.kill()
        scratch.remove()
    assert application.alias == "default"
