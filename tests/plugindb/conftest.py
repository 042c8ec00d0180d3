"""A plugins' database for each worker, and a plugin with tables that alice and bob use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

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


@pytest.fixture(scope="session")
def plugin_database_url(worker_id: str) -> Iterator[str]:
    """A database on the run's cluster, owned by the role that owns plugins' databases; none of another worker's."""
    address = os.environ["PLUGIN_DATABASE_URL"]
    template, name = conninfo_to_dict(address)["dbname"], f"test_plugins_{worker_id}"
    names = {"name": sql.Identifier(name), "template": sql.Identifier(str(template))}
    application = make_conninfo(address, dbname="postgres")
    with psycopg.connect(application, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names))
    yield address.replace(f"/{template}?", f"/{name}?")
    pool_of_all = pool()
    pool_of_all.close()


@pytest.fixture
def plugins(settings: Any, plugin_database_url: str) -> str:
    """The plugins' database of this worker, as the settings have it."""
    settings.PLUGIN_DATABASE_URL = plugin_database_url
    settings.PLUGIN_DB_CONNECTIONS = 4
    return plugin_database_url


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
