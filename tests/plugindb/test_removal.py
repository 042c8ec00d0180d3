"""What becomes of a plugin's data: kept thirty days and taken up again, or deleted with every trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sandbox.plugindb import server
from sandbox.plugindb.access import get_kept, kept_databases
from sandbox.plugindb.actions import removal
from sandbox.plugindb.actions.querying import run_query
from sandbox.plugindb.models import PluginDatabase
from tests.people import Person
from tests.plugindb.conftest import Ask, Install
from widgets_manager.core.exceptions import Conflict, NotFound
from widgets_manager.core.models import AuditEntry
from widgets_manager.widgets.models import InstalledWidget

pytestmark = pytest.mark.usefixtures("swept")


def traces(database: PluginDatabase) -> list[tuple[Any, ...]]:
    with server.manager() as connection:
        return connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname = %(schema)s "
            "UNION SELECT rolname FROM pg_roles WHERE rolname LIKE %(role)s "
            "UNION SELECT name FROM platform.schemas WHERE name = %(schema)s",
            {"schema": database.schema, "role": f"%{database.key}%"},
        ).fetchall()


def test_it_works(
    alice: Person, bob: Person, charlie: Person, ask: Ask, notes: InstalledWidget, database: PluginDatabase,
    install_plugin: Install,
) -> None:  # fmt: skip
    ask(alice, "INSERT INTO notes (title) VALUES ('kept')")
    alice.client.delete(f"/api/widgets/{notes.pk}")
    database.refresh_from_db()
    assert database.widget is None
    assert database.keep_until is not None
    assert timedelta(days=29) < database.keep_until - timezone.now() <= timedelta(days=30)
    assert removal.clean_up() == 0
    assert list(kept_databases(alice.actor)) == [database]
    assert not kept_databases(bob.actor).exists()
    with pytest.raises(NotFound):
        get_kept(charlie.actor, database.pk)
    again = install_plugin(alice, {}, tenant_wide=True)
    with pytest.raises(Conflict):
        removal.take_up_database(actor=alice.actor, database=database, widget=again)
    PluginDatabase.objects.filter(widget=again).delete()
    removal.take_up_database(actor=alice.actor, database=get_kept(alice.actor, database.pk), widget=again)
    assert run_query(actor=alice.actor, plugin=again, sql="SELECT title FROM notes").rows == [{"title": "kept"}]


def test_it_is_only_taken_up_by_the_same_plugin_of_the_same_people(
    alice: Person, database: PluginDatabase, install_plugin: Install
) -> None:
    removal.keep_database(actor=alice.actor, database=database)
    for widget in (install_plugin(alice, {}, "another", tenant_wide=True), install_plugin(alice, {})):
        PluginDatabase.objects.filter(widget=widget).delete()
        with pytest.raises(Conflict):
            removal.take_up_database(actor=alice.actor, database=database, widget=widget)


def test_deleting_leaves_no_trace(
    alice: Person, ask: Ask, database: PluginDatabase, notes: InstalledWidget, settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    settings.PLUGIN_DB_PORT = 5433
    gone = PluginDatabase(pk=database.pk)
    ask(alice, "INSERT INTO notes (title) VALUES ('gone')")
    assert alice.client.get(f"/api/plugins/{notes.pk}/database/credentials").status_code == 200
    assert len(traces(database)) == 4
    with django_capture_on_commit_callbacks(execute=True):
        removal.drop_database(actor=alice.actor, database=database)
    assert traces(gone) == []
    assert not PluginDatabase.objects.exists()
    assert AuditEntry.objects.filter(action="plugindb.drop").exists()


def test_what_was_kept_long_enough_goes(
    alice: Person, database: PluginDatabase, django_capture_on_commit_callbacks: Any
) -> None:
    removal.keep_database(actor=alice.actor, database=database)
    PluginDatabase.objects.update(keep_until=timezone.now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert removal.clean_up() == 1
    assert traces(database) == []


def test_a_schema_without_a_row_waits_as_long(alice: Person, database: PluginDatabase) -> None:
    PluginDatabase.objects.all().delete()
    assert removal.clean_up() == 0
    assert len(traces(database)) == 3
    with server.manager() as connection:
        connection.execute(
            "UPDATE platform.schemas SET orphan_since = now() - interval '31 days' WHERE name = %s", [database.schema]
        )
    assert removal.clean_up() == 1
    assert traces(database) == []
