"""Stage: access. Whose tables an actor may use, and whose credentials they may see."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from sandbox.plugindb.models import PluginAuthor, PluginDatabase
from widgets_manager.core.access import get_or_404, not_found, parse_id
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

    `has_authors` says whether anybody has credentials for them. Raises NotFound for another organisation's plugin, and
    Conflict WIDGET_DISABLED.
    """
    rows = PluginDatabase.objects.filter(widget=widget, tenant=actor.tenant).select_related("widget")
    found = rows.annotate(has_authors=Exists(PluginAuthor.objects.filter(database=OuterRef("pk")))).first()
    if found is None and not InstalledWidget.objects.filter(pk=widget.pk, tenant=actor.tenant).exists():
        raise not_found("plugin")
    if not (found.widget if found is not None and found.widget is not None else widget).enabled:
        raise Conflict(f"{widget.name} is disabled.", code="WIDGET_DISABLED")
    return found


def kept_databases(actor: Actor) -> QuerySet[PluginDatabase]:
    """What plugins that the actor has uninstalled left behind, and for admins those of the whole organisation."""
    rows = PluginDatabase.objects.filter(tenant=actor.tenant, widget=None, keep_until__gt=timezone.now())
    return rows.filter(user=None) | rows.filter(user=actor.user) if actor.is_admin else rows.filter(user=actor.user)


def get_kept(actor: Actor, database_id: object) -> PluginDatabase:
    """One of `kept_databases`. Raises NotFound."""
    return get_or_404(kept_databases(actor), "plugin database", pk=parse_id(database_id, "plugin database"))
