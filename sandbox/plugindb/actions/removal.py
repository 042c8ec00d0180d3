"""Stage: actions. What becomes of a plugin's data when it is uninstalled: kept for thirty days, or deleted now."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from django.utils import timezone
from psycopg import sql

from sandbox.plugindb.actions.credentials import drop_author_role, end_sessions
from sandbox.plugindb.models import PluginAuthor, PluginDatabase
from sandbox.plugindb.pool import pool
from sandbox.plugindb.server import Connection, deployment, is_configured, manager
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import Membership
from widgets_manager.core.unit_of_work import after_commit, unit_of_work
from widgets_manager.widgets.models import InstalledWidget

logger = logging.getLogger(__name__)

KEEP_DAYS: Final = 30


def keep_database(*, actor: Actor, database: PluginDatabase) -> PluginDatabase:
    """The plugin is about to go: its tables stay for thirty days, and can be taken up again until then."""
    with unit_of_work():
        database.widget, database.keep_until = None, timezone.now() + timedelta(days=KEEP_DAYS)
        database.save(update_fields=["widget", "keep_until"])
        record_audit(actor=actor, action="plugindb.keep", target=database, slug=database.slug, days=KEEP_DAYS)
    return database


def take_up_database(*, actor: Actor, database: PluginDatabase, widget: InstalledWidget) -> PluginDatabase:
    """Give kept tables to a plugin that was installed anew, under the same slug and for the same people.

    It is the person who decides so, never the name alone: another author's plugin could have the same. Raises Conflict.
    """
    if (widget.slug, widget.user_id, widget.tenant_id) != (database.slug, database.user_id, database.tenant_id):
        raise Conflict(f"These tables are those of '{database.slug}', installed for somebody else or as another.")
    if PluginDatabase.objects.filter(widget=widget).exists():
        raise Conflict(f"'{widget.name}' has tables already.")
    with unit_of_work():
        database.widget, database.keep_until = widget, None
        database.save(update_fields=["widget", "keep_until"])
        record_audit(actor=actor, action="plugindb.take_up", target=database, slug=database.slug)
    return database


def drop_database(*, actor: Actor, database: PluginDatabase) -> None:
    """Delete the tables with everything in them, now; the schema goes after the commit, or with the next clean-up."""
    with unit_of_work():
        record_audit(actor=actor, action="plugindb.drop", target=database, slug=database.slug)
        _delete(database)


def clean_up() -> int:
    """Housekeeping: delete what was kept long enough, and roles of people who have left; how many of both."""
    if not is_configured():
        return 0
    deployment()  # whoever comes first sets the database up
    now = timezone.now()
    # What lost its plugin without anybody's being asked is kept as well.
    PluginDatabase.objects.filter(widget=None, keep_until=None).update(keep_until=now + timedelta(days=KEEP_DAYS))
    old = list(PluginDatabase.objects.filter(widget=None, keep_until__lt=now))
    for database in old:
        with unit_of_work():
            _delete(database)
    return len(old) + _drop_orphans() + _drop_departed()


def _delete(database: PluginDatabase) -> None:
    schema = database.schema
    database.delete()
    after_commit(lambda: drop_schema(schema))


def _drop(connection: Connection, schema: str, owner: str, runtime: str, authors: list[str]) -> None:
    existing = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role in (runtime, *authors):
        if role in existing:
            connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(role)))
            end_sessions(connection, role)
    if owner in existing:
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(owner)))
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        connection.execute("RESET ROLE")
    for role in authors:
        if role in existing:
            drop_author_role(connection, role)
    for role in (runtime, owner):
        if role in existing:
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE").format(sql.Identifier(role)))
            connection.execute(sql.SQL("DROP OWNED BY {0} CASCADE; DROP ROLE {0}").format(sql.Identifier(role)))
    connection.execute("DELETE FROM platform.schemas WHERE name = %s", [schema])
    connection.execute("DELETE FROM platform.journal WHERE schema_name = %s", [schema])


def _drop_orphans() -> int:
    """Schemas without a row: of an organisation that was deleted, or of a transaction that came to nothing.

    They wait as long as what is kept, so that a database restored from an older copy finds its plugins' data again.
    """
    known = {row.schema for row in PluginDatabase.objects.all()}
    with manager() as connection:
        connection.execute(
            "UPDATE platform.schemas SET orphan_since = CASE WHEN name = ANY(%s) THEN NULL "
            "ELSE coalesce(orphan_since, now()) END",
            [list(known)],
        )
        found = connection.execute(
            "SELECT name FROM platform.schemas WHERE orphan_since < now() - make_interval(days => %s)", [KEEP_DAYS]
        ).fetchall()
    for (schema,) in found:
        drop_schema(schema)
    return len(found)


def drop_schema(schema: str) -> None:
    """Delete a schema and every role that was made for it, whatever is known of them here."""
    prefix = f"wm_{deployment().id}_{schema.removeprefix('plugin_')}_"
    pool().close(f"{prefix}run")
    with manager() as connection:
        rows = connection.execute("SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [prefix]).fetchall()
        authors = [row[0] for row in rows if row[0] not in (f"{prefix}owner", f"{prefix}run")]
        _drop(connection, schema, f"{prefix}owner", f"{prefix}run", authors)


def _drop_departed() -> int:
    """Roles of authors who are no longer members of the organisation, or no longer here at all."""
    here = deployment()
    rows = PluginAuthor.objects.select_related("database")
    members = set(Membership.objects.values_list("tenant_id", "user_id"))
    for author in [each for each in rows if (each.tenant_id, each.user_id) not in members]:
        author.delete()
    valid = {here.author(each) for each in PluginAuthor.objects.select_related("database")}
    with manager() as connection:
        roles = {row[0] for row in connection.execute("SELECT role_name FROM platform.authors").fetchall()}
        for role in roles - valid:
            drop_author_role(connection, role)
    return len(roles - valid)
