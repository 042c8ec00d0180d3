"""Statements of a plugin's code: the seed's own examples, its limits, and what a plugin gets to see of failures."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from sandbox.plugindb import server
from sandbox.plugindb.actions import querying
from sandbox.plugindb.actions.querying import run_query
from sandbox.plugindb.exceptions import (
    PluginDatabaseUnavailable,
    QueryFailed,
    QueryTimeout,
    ResultTooLarge,
    StatementRefused,
)
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugindb.pool import Pool, pool
from sandbox.plugindb.statements import check_statement
from tests.people import Person
from tests.plugindb.conftest import Ask, Install
from widgets_manager.core.exceptions import Conflict, InvalidInput, NotFound
from widgets_manager.widgets.models import InstalledWidget

# A few hundred thousand million rows: seconds of work in one short statement.
LONG = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"


def test_it_works(alice: Person, bob: Person, ask: Ask, notes: InstalledWidget) -> None:
    ask(alice, "INSERT INTO notes (title, content) VALUES ($1, $2)", "My Note", "Note content")
    ask(bob, "INSERT INTO notes (title, content) VALUES ($1, $2)", "Bob's", None)
    result = ask(alice, "SELECT * FROM notes ORDER BY created_at DESC")
    [row] = result.rows
    assert (row["title"], row["content"], row["pie_user_id"]) == ("My Note", "Note content", str(alice.user.pk))
    assert result.as_dict() | {"executionTimeMs": 0} == {
        "rows": [row],
        "columns": ["id", "pie_user_id", "title", "content", "created_at"],
        "rowCount": 1,
        "truncated": False,
        "executionTimeMs": 0,
    }
    json.dumps(result.as_dict())
    [plugin] = ask(
        alice, "SELECT current_setting('app.plugin_id') AS id, current_setting('app.user_id', true) AS me"
    ).rows
    assert plugin == {"id": str(notes.pk), "me": str(alice.user.pk)}


def test_writing_tells_how_many_rows(alice: Person, ask: Ask) -> None:
    assert ask(alice, "INSERT INTO notes (title) VALUES ('a'), ('b'), ('c')").row_count == 3
    assert ask(alice, "UPDATE notes SET content = $1 WHERE title < $2", "x", "c").row_count == 2
    changed = ask(alice, "DELETE FROM notes WHERE title = 'a' RETURNING title, content")
    assert (changed.rows, changed.row_count) == ([{"title": "a", "content": "x"}], 1)
    moved = ask(
        alice,
        "WITH gone AS (DELETE FROM notes WHERE title = $1 RETURNING title) "
        "INSERT INTO shared (name) SELECT title FROM gone RETURNING name, count",
        "b",
    )
    assert moved.rows == [{"name": "b", "count": 0}]
    again = (
        "INSERT INTO shared (name) VALUES ($1) ON CONFLICT (name) "
        "DO UPDATE SET count = shared.count + 1 RETURNING count"
    )
    assert ask(alice, again, "b").rows == [{"count": 1}]


def test_values_become_what_the_statement_needs(alice: Person, ask: Ask) -> None:
    [row] = ask(
        alice,
        "SELECT $1::int + 1 AS number, $2::bool AS yes, $3::jsonb -> 'a' AS inside, $4::text[] AS words, "
        "$5::numeric AS fraction, $6::text IS NULL AS nothing, $7 = ANY($8::int[]) AS among",
        41, True, {"a": [1, {"b": None}]}, ["x", 'say "hi"', "back\\slash", None, "{}"], 1.5, None, 2, [1, 2],
    ).rows  # fmt: skip
    assert row == {
        "number": 42,
        "yes": True,
        "inside": [1, {"b": None}],
        "words": ["x", 'say "hi"', "back\\slash", None, "{}"],
        "fraction": 1.5,
        "nothing": True,
        "among": True,
    }


def test_values_that_cannot_be() -> None:
    statement = check_statement("SELECT $1::text", schema="plugin_x")
    for params in ((), (1, 2), ("a\0b",), (object(),), ("x" * (querying.MAX_BYTES + 1),), "x", [None] * 1001):
        with pytest.raises(InvalidInput) as refused:
            querying._as_texts(params, statement)
        assert refused.value.path == "params"


def test_columns_are_known_without_rows(alice: Person, ask: Ask) -> None:
    assert ask(alice, "SELECT title, count(*) AS many FROM notes WHERE title = $1 GROUP BY title", "x").columns == [
        "title",
        "many",
    ]


def test_no_more_rows_than_may_be(alice: Person, ask: Ask) -> None:
    result = ask(alice, "SELECT n FROM generate_series(1, 20000) AS n ORDER BY n DESC")
    assert (len(result.rows), result.row_count, result.truncated) == (10_000, 10_000, True)
    assert result.rows[0] == {"n": 20_000}
    few = ask(alice, "SELECT n FROM generate_series(1, 20000) AS n", max_rows=7)
    assert (few.row_count, few.truncated) == (7, True)
    exact = ask(alice, "SELECT n FROM generate_series(1, 7) AS n", max_rows=7)
    assert (exact.row_count, exact.truncated) == (7, False)
    assert ask(alice, "SELECT n FROM generate_series(1, 10001) AS n", max_rows=1_000_000).truncated


def test_no_more_bytes_than_may_be(alice: Person, ask: Ask) -> None:
    big = "x" * 1_000_000
    ask(alice, "INSERT INTO notes (title, content) SELECT n, $1 FROM generate_series(1, 6) AS n", big)
    assert ask(alice, "SELECT content FROM notes LIMIT 5").row_count == 5
    with pytest.raises(ResultTooLarge):
        ask(alice, "SELECT content FROM notes")
    with pytest.raises(ResultTooLarge):
        ask(alice, "DELETE FROM notes RETURNING content")
    assert ask(alice, "SELECT title FROM notes").row_count == 6, "a delete whose rows cannot be told was not done"


def test_a_long_statement_is_stopped(alice: Person, ask: Ask) -> None:
    started = time.monotonic()
    with pytest.raises(QueryTimeout):
        ask(alice, LONG, timeout_ms=300)
    assert time.monotonic() - started < 3
    assert ask(alice, "SELECT 1 AS one").rows == [{"one": 1}]


def test_a_statement_that_does_not_hear_is_cut_off(alice: Person, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.plugindb import watchdog

    monkeypatch.setattr(watchdog, "_CANCEL_SECONDS", 0.2)
    monkeypatch.setattr("psycopg.Connection.cancel_safe", lambda self, timeout: None)
    with pytest.raises(PluginDatabaseUnavailable):
        ask(alice, LONG, timeout_ms=200)


def test_what_fails_is_undone_and_told_in_a_sentence(alice: Person, ask: Ask, database: PluginDatabase) -> None:
    with pytest.raises(QueryFailed) as failed:
        ask(alice, "WITH w AS (INSERT INTO notes (title) VALUES ('x') RETURNING id) SELECT 1 / 0 FROM w")
    assert failed.value.data["sqlstate"] == "22012"
    assert ask(alice, "SELECT * FROM notes").rows == []
    with pytest.raises(QueryFailed) as failed:
        ask(alice, "SELECT nothing FROM notes")
    assert failed.value.message == 'column "nothing" does not exist.'
    assert database.schema not in failed.value.message
    with pytest.raises(QueryFailed, match='There is no table "gone"'):
        ask(alice, "SELECT * FROM gone")


def test_a_plugin_without_tables_gets_a_schema_when_it_first_asks(
    alice: Person, plugins: str, install_plugin: Install
) -> None:
    widget = install_plugin(alice, {}, "bare")
    assert run_query(actor=alice.actor, plugin=widget, sql="SELECT 1 AS one").rows == [{"one": 1}]


def test_a_stranger_and_a_disabled_plugin(alice: Person, charlie: Person, ask: Ask, notes: InstalledWidget) -> None:
    with pytest.raises(NotFound):
        ask(charlie, "SELECT * FROM notes")
    InstalledWidget.objects.filter(pk=notes.pk).update(enabled=False)
    with pytest.raises(Conflict):
        ask(alice, "SELECT * FROM notes")


def test_connections_are_kept_and_bounded(alice: Person, ask: Ask, database: PluginDatabase) -> None:
    role = server.deployment().runtime(database)
    pids = {pid_of(database) for _ in range(5)}
    assert len(pids) == 1
    for _ in range(3):
        ask(alice, "SELECT 1")
    small = Pool(2)
    with small.connection(role, lambda: server.sign_in(role, server.deployment().password(role))):
        import sandbox.plugindb.pool as module

        with pytest.MonkeyPatch.context() as patch, pytest.raises(PluginDatabaseUnavailable):
            patch.setattr(module, "PATIENCE", 0.05)
            with small.connection(role, lambda: pytest.fail("opened more than its share")):
                pass
    small.close()


def pid_of(database: PluginDatabase) -> int:
    here = server.deployment()
    role = here.runtime(database)
    with pool().connection(role, lambda: server.sign_in(role, here.password(role))) as connection:
        return connection.info.backend_pid


def test_a_connection_that_was_cut_is_replaced(alice: Person, ask: Ask, database: PluginDatabase) -> None:
    ask(alice, "SELECT 1")
    role = server.deployment().runtime(database)
    pid = pid_of(database)
    with server.manager() as connection:
        connection.execute(f"GRANT {role} TO CURRENT_USER WITH INHERIT TRUE")
        connection.execute("SELECT pg_terminate_backend(%s, 1000)", [pid])
    assert ask(alice, "SELECT 1 AS one").rows == [{"one": 1}]


def test_another_secret_key_takes_the_roles_over(alice: Person, ask: Ask, settings: Any) -> None:
    ask(alice, "INSERT INTO notes (title) VALUES ('kept')")
    pool().close()
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" + "1" * 40
    try:
        assert ask(alice, "SELECT title FROM notes").rows == [{"title": "kept"}]
    finally:
        settings.SECRET_KEY = before
        pool().close()
        server._set_up.cache_clear()
    assert ask(alice, "SELECT title FROM notes").rows == [{"title": "kept"}]


def test_what_is_no_statement() -> None:
    for text in ("", "SELEKT 1", "-- nothing", "SELECT '\0'", "SELECT " + "(" * 100_000, "SELECT 1" + " || 1" * 300):
        with pytest.raises(StatementRefused):
            check_statement(text, schema="plugin_x")


def test_usual_statements_are_let_through() -> None:
    for text in (Path(__file__).parent / "usual.sql").read_text().splitlines():
        assert check_statement(text, schema="plugin_x").plain, text
