"""Stage: access. The panels of a person, read from the database.

A user's panels = active built-ins + enabled widgets' instances on workspaces they can open (panel-manifest, "Chat").
"""

from __future__ import annotations

from collections.abc import Iterable

from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.widgets.access import visible_instances
from widgets_manager.widgets.models import WidgetInstance
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.registry import builtins, placeless_panels


def panel_of(instance: WidgetInstance) -> Panel:
    """The panel of an instance (its widget loaded, enabled or not)."""
    if instance.widget is None:
        builtin = builtin_panel(instance.builtin_slug)
        manifest, slug, name, panel_type = builtin.manifest, builtin.slug, builtin.name, builtin.panel_type
    else:
        manifest, slug, name = instance.widget.manifest, instance.widget.slug, instance.widget.name
        panel_type = str(manifest.get("panelType", ""))
    return Panel(
        panel_id=instance.panel_id,
        slug=slug,
        panel_type=panel_type,
        name=str(instance.config.get("title") or name),
        label=instance.label,
        manifest=dict(manifest),
        config=instance.config,
        instance_id=instance.pk,
        widget_id=instance.widget_id,
        workspace_id=instance.workspace_id,
        workspace_name=instance.workspace.name,
        builtin=instance.widget_id is None,
    )


def builtin_panel(slug: str) -> Panel:
    """The panel of a built-in as such, not of one of its places. Raises NotFound."""
    builtin = builtins.get(slug)
    if builtin is None:
        raise not_found("panel")
    manifest = dict(builtin.manifest)
    return Panel(
        panel_id=slug,
        slug=slug,
        panel_type=str(manifest["panelType"]),
        name=str(manifest["title"]),
        label="",
        manifest=manifest,
        builtin=True,
    )


def load_panels(actor: Actor) -> list[Panel]:
    """Every panel that the actor's chat could use: one query, disabled widgets left out."""
    instances = visible_instances(actor).exclude(widget__enabled=False)
    placed = [panel_of(row) for row in instances if row.widget_id or row.builtin_slug in builtins]
    slugs = {panel.slug for panel in placed if panel.builtin}
    free = [builtin_panel(slug) for slug in _active_builtins(actor) if slug not in slugs]
    return free + placed + [panel for source in placeless_panels for panel in source.load(actor)]


def _active_builtins(actor: Actor) -> list[str]:
    """Built-ins that are in the actor's chat wherever they are; a family is asked once."""
    families = {item.active_slugs for item in builtins.values() if item.active_slugs is not None}
    active = {slug for family in families for slug in family(actor)}
    return [slug for slug, item in builtins.items() if item.active_slugs is None or slug in active]


def find_panel(actor: Actor, panel_id: str) -> Panel:
    """The panel with this id, re-read from the database; a disabled widget's is found, too. Raises NotFound."""
    instance = visible_instances(actor).filter(panel_id=panel_id).first()
    if instance is not None:
        return panel_of(instance)
    if panel_id in builtins:
        return builtin_panel(panel_id)
    raise not_found("panel")


def visible_only(panels: Iterable[Panel], visible_ids: Iterable[str] | None) -> list[Panel]:
    """The panels on the person's screen; None means all. A placed built-in is also visible by its plain slug."""
    if visible_ids is None:
        return list(panels)
    wanted = set(visible_ids)
    return [
        panel
        for panel in panels
        if panel.placeless or panel.panel_id in wanted or (panel.builtin and panel.slug in wanted)
    ]
