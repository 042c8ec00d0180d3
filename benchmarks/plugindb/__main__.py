"""`python -m benchmarks.plugindb`: a plugin's query beside a bare one, on the same server and in one run.

What is compared takes turns; medians count. A bare query is psycopg's on an open connection, with row-level security by
a setting, the least that the same rows could cost: by itself, and in a transaction that sets the user first.
The first query of a run looks the plugin's tables up in the application's database, the next ones do not.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg

from benchmarks.environment import Ratio, servers, show

TURNS: Final = 300
TABLES: Final = {
    "notes": {
        "columns": {
            "id": "uuid primary key default gen_random_uuid()",
            "pie_user_id": "text not null default current_setting('app.user_id', true)",
            "title": "text not null",
        },
        "rls": "pie_user_id",
    }
}
ONE: Final = "SELECT id, title FROM notes WHERE title = $1"
MANY: Final = "SELECT id, title FROM notes ORDER BY title LIMIT 100"
INSERT: Final = "INSERT INTO notes (title) VALUES ($1)"


def prepare() -> tuple[Any, Any]:
    """A person and their plugin with two hundred notes."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)

    from sandbox.plugindb.actions.provisioning import provision
    from sandbox.plugindb.actions.querying import run_query
    from widgets_manager.core.access import session_actor
    from widgets_manager.core.actions.tenants import create_tenant
    from widgets_manager.core.models import User
    from widgets_manager.widgets.actions.installs import from_text, install_widget
    from widgets_manager.widgets.samples import sample_manifest

    user = User.objects.create_user("bench")
    actor = session_actor(user, create_tenant(name="Bench", owner=user).pk)
    plugin, _ = install_widget(actor=actor, source=from_text(sample_manifest("task-board") or ""))
    provision(actor=actor, widget=plugin, tables=TABLES)
    fill = "INSERT INTO notes (title) SELECT 'note ' || n FROM generate_series(1, 200) AS n"
    run_query(actor=actor, plugin=plugin, sql=fill)
    return actor, plugin


class Bare:
    """The same table without a plugin around it, read and written in the plainest safe way."""

    def __init__(self, address: str) -> None:
        self.connection = psycopg.connect(address, autocommit=True)
        self.connection.execute("CREATE SCHEMA bare")
        self.connection.execute(
            "CREATE TABLE bare.notes (pie_user_id text NOT NULL DEFAULT current_setting('app.user_id', true), "
            "id uuid DEFAULT gen_random_uuid(), title text NOT NULL, PRIMARY KEY (pie_user_id, id))"
        )
        self.connection.execute("ALTER TABLE bare.notes ENABLE ROW LEVEL SECURITY")
        self.connection.execute("ALTER TABLE bare.notes FORCE ROW LEVEL SECURITY")
        self.connection.execute(
            "CREATE POLICY own ON bare.notes USING (pie_user_id = (SELECT current_setting('app.user_id', true)))"
        )
        self.connection.execute("SET search_path = bare")
        self.connection.execute("SET app.user_id = 'bench'")
        self.connection.execute("INSERT INTO notes (title) SELECT 'note ' || n FROM generate_series(1, 200) AS n")

    def alone(self, sql: str, *params: object) -> None:
        """The statement by itself."""
        cursor = psycopg.RawCursor(self.connection)
        cursor.execute(sql.encode(), params)
        if cursor.description:
            cursor.fetchall()

    def in_transaction(self, sql: str, *params: object) -> None:
        """As `alone`, for a user that is said first."""
        with self.connection.transaction():
            self.connection.execute("SELECT set_config('app.user_id', 'bench', true)")
            self.alone(sql, *params)


def measure(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Milliseconds of each, by turns; the first turns warm up."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(TURNS + 20):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            if turn >= 20:
                times[name].append((time.perf_counter() - begun) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}


def rows(actor: Any, plugin: Any, bare: Bare) -> list[Ratio]:
    """One row, a hundred rows, an insert: beside the bare statement and the bare transaction."""
    from sandbox.plugindb.access import get_database
    from sandbox.plugindb.actions.querying import query, run_query

    database, user = get_database(actor, plugin), str(actor.user_id)
    assert database is not None
    found = []
    for label, sql, params in (("one row", ONE, ["note 7"]), ("100 rows", MANY, []), ("insert", INSERT, ["more"])):
        taken = measure(
            {
                "plugin": lambda sql=sql, params=params: run_query(actor=actor, plugin=plugin, sql=sql, params=params),  # type: ignore[misc]  # bound now
                "query": lambda sql=sql, params=params: query(database=database, user=user, sql=sql, params=params),  # type: ignore[misc]  # likewise
                "alone": lambda sql=sql, params=params: bare.alone(sql, *params),  # type: ignore[misc]  # likewise
                "transaction": lambda sql=sql, params=params: bare.in_transaction(sql, *params),  # type: ignore[misc]  # likewise
            }
        )
        for name, beside in (("alone", "a bare statement"), ("transaction", "a bare transaction")):
            for way, words in (("plugin", "first"), ("query", "next")):
                note = f"{taken[name]:.2f} ms to {taken[way]:.2f} ms"
                found.append(Ratio(f"{words} query, {label}, beside {beside}", taken[way] / taken[name], note=note))
    return found


def checking() -> str:
    """What the check of a statement costs when it is new, and when it was seen before."""
    from sandbox.plugindb import statements

    fresh = [f"{ONE} AND id::text <> '{number}' LIMIT 5" for number in range(200)]
    begun = time.perf_counter()
    for text in fresh:
        statements.check_statement(text, schema="plugin_x")
    new = (time.perf_counter() - begun) / len(fresh)
    begun = time.perf_counter()
    for text in fresh:
        statements.check_statement(text, schema="plugin_x")
    return (
        f"check of a statement: new {new * 1e6:.0f} us, seen before {(time.perf_counter() - begun) / 200 * 1e6:.1f} us"
    )


def main() -> int:
    """Start everything, measure, print."""
    with servers():
        import os

        actor, plugin = prepare()
        bare = Bare(os.environ["PLUGIN_DATABASE_URL"])
        show(rows(actor, plugin, bare))
        print(checking())
        from sandbox.plugindb.pool import pool

        pool().close()
        bare.connection.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
