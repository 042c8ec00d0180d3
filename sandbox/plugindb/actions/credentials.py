"""Stage: actions. A plugin's author, and the role of their own with which any PostgreSQL client may come in.

Never the owner's role: an author reads and writes the plugin's tables as the person they are, and creates tables of
their own in the plugin's schema and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.conf import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from sandbox.plugindb.access import database_of
from sandbox.plugindb.actions.provisioning import (
    act_as,
    let_in,
    make_role,
    own_tables,
    provision,
    set_password,
    share_tables,
)
from sandbox.plugindb.models import PluginAuthor, PluginDatabase
from sandbox.plugindb.server import AUTHORS, Connection, Deployment, database_name, deployment, manager
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.access import require_widget_manager
from widgets_manager.widgets.models import InstalledWidget

MAX_CONNECTIONS: Final = 10
_OPEN_LANGUAGES: Final = """
SELECT lanname FROM pg_language WHERE lanpltrusted
    AND EXISTS (SELECT FROM aclexplode(coalesce(lanacl, acldefault('l', lanowner))) WHERE grantee = 0) ORDER BY 1
"""

_UNSHARE: Final = """
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} REVOKE ALL ON TABLES FROM {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} REVOKE ALL ON SEQUENCES FROM {role};
REVOKE ALL ON SCHEMA {schema} FROM {role};
"""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a PostgreSQL client needs."""

    host: str
    port: int
    database: str
    username: str
    password: str
    schema: str

    def as_dict(self) -> dict[str, str | int]:
        """As the API answers (seed 001)."""
        address = f"{quote(self.username)}:{quote(self.password)}@{self.host}:{self.port}/{quote(self.database)}"
        return {
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "username": self.username,
            "password": self.password,
            "schemaName": self.schema,
            "connectionString": f"postgresql://{address}",
        }


def show_credentials(*, actor: Actor, widget: InstalledWidget) -> Credentials:
    """The actor's own credentials for a plugin that they manage, made when there are none yet.

    Raises PermissionDenied, and Conflict AUTHOR_ACCESS_OFF where the server lets no authors in.
    """
    return _credentials(actor, widget, rotate=False)


def rotate_credentials(*, actor: Actor, widget: InstalledWidget) -> Credentials:
    """A new password; the old one is refused and its connections are ended. Raises as `show_credentials`."""
    return _credentials(actor, widget, rotate=True)


def drop_author_role(connection: Connection, role: str) -> None:
    """Remove an author's role with what they made; what others made, and the plugin's tables, stay."""
    connection.execute("DELETE FROM platform.authors WHERE role_name = %s", [role])
    name = sql.Identifier(role)
    connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(name))
    end_sessions(connection, role)
    owner, schema = f"{role.rpartition('_')[0]}_owner", f"plugin_{role.split('_')[2]}"
    if connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is not None:
        act_as(connection, owner)
        for table in own_tables(connection, schema):
            connection.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(schema, table), name))
        connection.execute(sql.SQL(_UNSHARE).format(schema=sql.Identifier(schema), role=name))
        connection.execute("RESET ROLE")
    connection.execute(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(name))


def end_sessions(connection: Connection, role: str) -> None:
    """End every connection of a role, which the manager takes the powers of for that."""
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE").format(sql.Identifier(role)))
    connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [role])


def _credentials(actor: Actor, widget: InstalledWidget, *, rotate: bool) -> Credentials:
    require_widget_manager(actor, widget)
    host, port = _address()
    here = deployment()
    with unit_of_work():
        InstalledWidget.objects.select_for_update(no_key=True).get(pk=widget.pk)
        database = database_of(widget) or provision(actor=actor, widget=widget, tables={})
        author, fresh = PluginAuthor.objects.get_or_create(
            database=database, user=actor.user, defaults={"tenant_id": database.tenant_id}
        )
        if rotate and not fresh:
            author.generation += 1
            author.save(update_fields=["generation"])
        if fresh or rotate:
            action = "plugindb.credentials_rotate" if rotate else "plugindb.credentials_create"
            record_audit(actor=actor, action=action, target=database, slug=database.slug)
        role = here.author(author)
        with manager() as connection:
            _require_fences(connection)
            _have_author(connection, here, author, database)
            if rotate:
                end_sessions(connection, role)
    return Credentials(host, port, database_name(), role, here.password(role, author.generation), database.schema)


def _have_author(connection: Connection, here: Deployment, author: PluginAuthor, database: PluginDatabase) -> None:
    role, schema = here.author(author), database.schema
    if make_role(connection, role, f"LOGIN CONNECTION LIMIT {MAX_CONNECTIONS}"):
        name = sql.Identifier(role)
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE").format(name))
        connection.execute(
            sql.SQL("ALTER ROLE {} SET search_path = {}, pg_catalog").format(name, sql.Identifier(schema))
        )
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [AUTHORS]).fetchone():
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(AUTHORS), name))
    connection.execute(
        "INSERT INTO platform.authors (role_name, user_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [role, str(author.user_id)],
    )
    set_password(connection, here, role, author.generation)
    # What either makes, the other and the plugin's code can use.
    act_as(connection, here.owner(database))
    connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(*map(sql.Identifier, (schema, role))))
    share_tables(connection, schema, role)
    connection.execute("RESET ROLE")
    let_in(connection, role)
    act_as(connection, role)
    share_tables(connection, schema, here.runtime(database))
    connection.execute("RESET ROLE")


def _require_fences(connection: Connection) -> None:
    """Whoever writes functions decides what the plugin's code does in its sessions, past every check of ours."""
    open_to_all = connection.execute(_OPEN_LANGUAGES.encode()).fetchall()
    if open_to_all:
        names = ", ".join(row[0] for row in open_to_all)
        raise Conflict(
            f"Authors are let in only where nobody may write functions: {names} can be used by everybody "
            "(docs/plugindb.md says how an administrator of the database takes that away).",
            code="AUTHOR_ACCESS_OFF",
        )


def _address() -> tuple[str, int]:
    """Where authors connect to. Raises Conflict AUTHOR_ACCESS_OFF."""
    if settings.PLUGIN_DB_PORT:
        return "127.0.0.1", settings.PLUGIN_DB_PORT
    address = conninfo_to_dict(settings.PLUGIN_DATABASE_URL) if settings.PLUGIN_DATABASE_URL else {}
    host = str(address.get("host") or "")
    if not host or host.startswith("/"):
        raise Conflict(
            "This server lets no PostgreSQL clients in; set PLUGIN_DB_PORT to a free port.", code="AUTHOR_ACCESS_OFF"
        )
    return host, int(address.get("port") or 5432)
