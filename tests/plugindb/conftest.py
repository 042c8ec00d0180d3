"""A plugin with tables that alice and bob use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sandbox.plugindb.actions import removal
from sandbox.plugindb.actions.provisioning import provision
from sandbox.plugindb.actions.querying import Limits, QueryResult, run_query
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugindb.pool import pool
from tests.people import Person
from tests.widgets.conftest import install, manifest
from widgets_manager.widgets.models import InstalledWidget

NOTES: dict[str, Any] = {
    "notes": {
        "columns": {
            "id": "uuid primary key default gen_random_uuid()",
            "pie_user_id": "text not null default current_setting('app.user_id', true)",
            "title": "text not null",
            "content": "text",
            "created_at": "timestamptz default now()",
        },
        "rls": "pie_user_id",
    },
    "shared": {"columns": {"name": "text primary key", "count": "integer not null default 0"}},
}


@pytest.fixture
def plugins(settings: Any) -> Iterator[str]:
    """The plugins' database of this process, and a small pool."""
    settings.PLUGIN_DB_CONNECTIONS = 4
    yield settings.PLUGIN_DATABASE_URL
    pool().close()


@pytest.fixture
def swept(db: None, plugins: str) -> None:
    """What other tests have left on this server is gone: nothing but this test's own is cleaned up."""
    removal.clean_up()


Install = Callable[..., InstalledWidget]


@pytest.fixture
def install_plugin(plugins: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a widget with tables for a person, or for everybody; its schema goes after the test."""
    made: list[PluginDatabase] = []

    def do(person: Person, tables: Any = NOTES, name: str = "notes", tenant_wide: bool = False) -> InstalledWidget:
        document = manifest(panelId=name, panelType=name, title=name.title(), intents=[])
        widget = InstalledWidget.objects.get(pk=install(person, document, tenantWide=tenant_wide)["id"])
        made.append(provision(actor=person.actor, widget=widget, tables=tables))
        return widget

    yield do
    for database in made:
        removal.drop_schema(database.schema)


@pytest.fixture
def notes(alice: Person, install_plugin: Install) -> InstalledWidget:
    """A plugin with tables, installed for the whole organisation."""
    return install_plugin(alice, tenant_wide=True)


Ask = Callable[..., QueryResult]


@pytest.fixture
def ask(notes: InstalledWidget) -> Ask:
    """Carry out a statement of the plugin's code as a person."""

    def do(person: Person, text: str, *params: object, **limits: int) -> QueryResult:
        return run_query(actor=person.actor, plugin=notes, sql=text, params=params, limits=Limits(**limits))

    return do


@pytest.fixture
def database(notes: InstalledWidget) -> PluginDatabase:
    """The tables of the plugin."""
    return PluginDatabase.objects.get(widget=notes)
