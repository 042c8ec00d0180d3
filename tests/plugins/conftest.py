"""What plugins' tests make outside of the application's database goes after each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.plugindb.actions.removal import drop_schema
from sandbox.plugindb.models import PluginDatabase
from sandbox.plugindb.pool import pool


@pytest.fixture(autouse=True)
def plugin_tables(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """The schemas of the plugins that a test has installed are dropped."""
    settings.PLUGIN_DB_CONNECTIONS = 4
    uses_database = request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & {*request.fixturenames}
    if not uses_database:
        yield
        return
    for name in ("transactional_db", "db"):
        if name in request.fixturenames:
            request.getfixturevalue(name)
    yield
    schemas = [database.schema for database in PluginDatabase.objects.all()]
    for schema in schemas:
        drop_schema(schema)
    if schemas:
        pool().close()
