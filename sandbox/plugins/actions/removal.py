"""Stage: actions. What becomes of a plugin's tables when it goes, and of those that were kept.

Rows are locked before they are looked at: of one who takes kept tables up and one who deletes them, one comes first.
"""

from __future__ import annotations

from sandbox.plugindb.access import database_of, kept_databases
from sandbox.plugindb.actions.removal import drop_database, keep_database, take_up_database
from sandbox.plugindb.models import PluginDatabase
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.models import InstalledWidget


def settle_tables(*, actor: Actor, widget: InstalledWidget, keep: bool) -> None:
    """The plugin is about to be deleted: keep its tables for a while, or delete them."""
    database = database_of(widget)
    if database is not None:
        (keep_database if keep else drop_database)(actor=actor, database=database)


def take_up_kept(*, actor: Actor, kept_id: object, widget: InstalledWidget) -> None:
    """Give kept tables to a plugin that has none, in the transaction that installs it. Raises NotFound and Conflict."""
    take_up_database(actor=actor, database=_locked(actor, kept_id), widget=widget)


def delete_kept(*, actor: Actor, kept_id: object) -> None:
    """Delete kept tables now, with everything in them. Raises NotFound."""
    with unit_of_work():
        drop_database(actor=actor, database=_locked(actor, kept_id))


def _locked(actor: Actor, kept_id: object) -> PluginDatabase:
    rows = kept_databases(actor).select_for_update(of=("self",))
    return get_or_404(rows, "plugin database", pk=parse_id(kept_id, "plugin database"))
