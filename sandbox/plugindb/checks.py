"""Stage: access. System checks of this room: whether plugins have a database, and by which role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from sandbox.plugindb.exceptions import PluginDatabaseUnavailable
from sandbox.plugindb.server import database_name, is_configured, manager

_HINT: Final = "docs/plugindb.md says how the database and its role are made."
_OLDEST: Final = 160_000
_ROLE: Final = """
SELECT rolsuper, rolbypassrls, rolcreaterole, current_setting('server_version_num')::int,
    pg_get_userbyid(datdba) = current_user
FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()
"""


@register("plugindb")
def plugins_have_a_database(**kwargs: Any) -> list[CheckMessage]:
    """plugindb.W001 without one, plugindb.E001 where it is the application's own."""
    if not is_configured():
        if settings.ENVIRONMENT != "production":
            return []
        return [Warning("Plugins have no database: PLUGIN_DATABASE_URL is not set.", hint=_HINT, id="plugindb.W001")]
    own = settings.DATABASES["default"]
    if settings.PLUGIN_DATABASE_URL == settings.DATABASE_URL or database_name() == own["NAME"]:
        message = "PLUGIN_DATABASE_URL names the application's own database."
        return [Error(message, hint="Plugins need a database apart from it. " + _HINT, id="plugindb.E001")]
    return []


@register(Tags.database)
def its_role_is_no_superuser(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """plugindb.E002 for a role that policies do not hold, plugindb.E003 for one that cannot do its work."""
    if not databases or not is_configured():
        return []
    try:
        with manager() as connection:
            found = connection.execute(_ROLE).fetchone()
    except (PluginDatabaseUnavailable, psycopg.Error) as error:
        return [Warning(f"The plugins' database was not looked at: {error}", id="plugindb.W002")]
    assert found is not None  # noqa: S101  (the role and the database that are connected)
    superuser, bypasses, makes_roles, version, owns = found
    if superuser or bypasses:
        message = "The role of PLUGIN_DATABASE_URL is a superuser, or bypasses row-level security."
        return [Error(message, hint=_HINT, id="plugindb.E002")]
    if version < _OLDEST or not makes_roles or not owns:
        message = "The role of PLUGIN_DATABASE_URL must own its database and may CREATEROLE, on PostgreSQL 16 or newer."
        return [Error(message, hint=_HINT, id="plugindb.E003")]
    return []
