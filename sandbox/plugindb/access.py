"""Stage: access. Whose tables an actor may use, and whose credentials they may see."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from sandbox.plugindb.models import PluginDatabase
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.widgets.access import get_widget, require_widget_manager
from widgets_manager.widgets.models import InstalledWidget


def get_plugin(actor: Actor, plugin_id: object) -> InstalledWidget:
    """An installed plugin that the actor sees and may manage. Raises NotFound and PermissionDenied."""
    widget = get_widget(actor, plugin_id)
    require_widget_manager(actor, widget)
    return widget


def database_of(widget: InstalledWidget) -> PluginDatabase | None:
    """The plugin's tables; None before they are provisioned."""
    return PluginDatabase.objects.filter(widget=widget).first()


def get_database(actor: Actor, widget: InstalledWidget) -> PluginDatabase | None:
    """The tables of a plugin, for carrying out a statement of its code; None before they are provisioned.

    Raises NotFound for another organisation's plugin, and Conflict WIDGET_DISABLED.
    """
    rows = InstalledWidget.objects.filter(tenant=actor.tenant).select_related("plugin_database")
    plugin = get_or_404(rows, "plugin", pk=widget.pk)
    if not plugin.enabled:
        raise Conflict(f"{plugin.name} is disabled.", code="WIDGET_DISABLED")
    database: PluginDatabase | None = getattr(plugin, "plugin_database", None)
    return database


def kept_databases(actor: Actor) -> QuerySet[PluginDatabase]:
    """What plugins that the actor has uninstalled left behind, and for admins those of the whole organisation."""
    rows = PluginDatabase.objects.filter(tenant=actor.tenant, widget=None, keep_until__gt=timezone.now())
    return rows.filter(user=None) | rows.filter(user=actor.user) if actor.is_admin else rows.filter(user=actor.user)


def get_kept(actor: Actor, database_id: object) -> PluginDatabase:
    """One of `kept_databases`. Raises NotFound."""
    return get_or_404(kept_databases(actor), "plugin database", pk=parse_id(database_id, "plugin database"))
