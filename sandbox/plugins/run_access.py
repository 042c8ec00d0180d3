"""Stage: access. Whose runs an actor sees: of plugins that they manage everybody's, of others their own."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from sandbox.plugins.access import sees_all_of
from sandbox.plugins.models import PluginRun
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.models import InstalledWidget

PAGE: Final = 50


def visible_runs(actor: Actor, widget: InstalledWidget) -> QuerySet[PluginRun]:
    """The runs of a plugin that the actor sees, newest first, people and versions loaded."""
    rows = PluginRun.objects.filter(widget=widget, tenant=actor.tenant)
    if not sees_all_of(actor, widget):
        rows = rows.filter(user=actor.user)
    return rows.select_related("user", "package_version").order_by("-created_at", "id")


def get_run(actor: Actor, widget: InstalledWidget, run_id: object) -> PluginRun:
    """One of `visible_runs`. Raises NotFound."""
    return get_or_404(visible_runs(actor, widget), "run", pk=parse_id(run_id, "run"))


def older_than(rows: QuerySet[PluginRun], run: PluginRun) -> QuerySet[PluginRun]:
    """Those that come after the run in the list."""
    return rows.filter(Q(created_at__lt=run.created_at) | Q(created_at=run.created_at, pk__gt=run.pk))
