"""Stage: events. What the API and live events show of widgets, workspaces and instances (snake_case, as the models)."""

from __future__ import annotations

from typing import Any

from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace
from widgets_manager.widgets.panels_of import panel_of
from widgets_manager.widgets.registry import builtins
from widgets_manager.widgets.scripted import is_scripted, least_size, page_of, panel_size, show_plugin, show_sandbox

PREVIEWED_EXAMPLES = 4


def show_widget(widget: InstalledWidget) -> dict[str, Any]:
    """An installed widget (version and installer loaded), its manifest, and the commands that the chat understands."""
    return {
        "id": str(widget.pk),
        "user_id": str(widget.user_id) if widget.user_id else None,
        "tenant_id": str(widget.tenant_id),
        "name": widget.name,
        "slug": widget.slug,
        "source_type": str(widget.source_type),
        "source_ref": widget.source_ref,
        "version": widget.version,
        "manifest": widget.manifest,
        "enabled": widget.enabled,
        "problems": widget.problems,
        "sandbox": show_sandbox(widget),
        "plugin": show_plugin(widget),
        "package_version": str(widget.package_version_id),
        "content_hash": widget.package_version.content_hash,
        "installed_by": widget.installed_by.display_name if widget.installed_by else None,
        "commands": commands(widget.manifest),
        "created_at": widget.created_at.isoformat(),
        "updated_at": widget.updated_at.isoformat(),
    }


def show_version(widget: InstalledWidget, version: PackageVersion) -> dict[str, Any]:
    """A version that a widget has been."""
    return {
        "id": str(version.pk),
        "version": version.version,
        "content_hash": version.content_hash,
        "size": version.size,
        "created_at": version.created_at.isoformat(),
        "current": version.pk == widget.package_version_id,
    }


def commands(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """What one can say: each intent's name, permission and first examples."""
    return [
        {
            "name": intent["name"],
            "permission": intent["permission"],
            "description": intent.get("description", ""),
            "examples": list(intent.get("examples", ()))[:PREVIEWED_EXAMPLES],
        }
        for intent in manifest.get("intents", ())
    ]


def show_builtins() -> list[dict[str, Any]]:
    """The built-in panels."""
    return [
        {
            "slug": slug,
            "name": item.manifest["title"],
            "description": item.manifest.get("description", ""),
            "icon": item.icon,
            "commands": commands(dict(item.manifest)),
        }
        for slug, item in builtins.items()
    ]


def show_workspace(workspace: Workspace) -> dict[str, Any]:
    """A workspace without what stands on it."""
    return {
        "id": str(workspace.pk),
        "name": workspace.name,
        "visibility": str(workspace.visibility),
        "owner_id": str(workspace.owner_id),
        "created_at": workspace.created_at.isoformat(),
    }


def show_instance(instance: WidgetInstance) -> dict[str, Any]:
    """A place of a widget or built-in (its widget loaded)."""
    panel = panel_of(instance)
    widget = instance.widget
    return {
        "id": str(instance.pk),
        "widget_id": str(instance.widget_id) if instance.widget_id else None,
        "builtin_slug": instance.builtin_slug,
        "entry_id": str(instance.entry_id) if instance.entry_id else None,
        "workspace_id": str(instance.workspace_id),
        "panel_id": instance.panel_id,
        "label": instance.label,
        "title": panel.title,
        "slug": panel.slug,
        "panel_type": panel.panel_type,
        "enabled": widget.enabled if widget else True,
        "config": instance.config,
        "config_schema": panel.manifest.get("configSchema"),
        "layout": instance.layout,
        "size": list(panel_size(panel)),
        "min_size": list(least_size(panel)),
        "sandbox": is_scripted(panel.manifest),
        "plugin": page_of(panel.manifest) is not None,
        "package_version": str(widget.package_version_id) if widget else None,
        "keeps": "instance" if widget else builtins[instance.builtin_slug].keeps,
        "created_at": instance.created_at.isoformat(),
        "updated_at": instance.updated_at.isoformat(),
    }
