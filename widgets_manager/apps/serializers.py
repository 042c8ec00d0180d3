"""Stage: events. What the API shows of apps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from widgets_manager.apps.access import app_blocks
from widgets_manager.declarative.documents import Checked
from widgets_manager.widgets.models import InstalledWidget

_SHOWN = ("title", "icon", "accent", "width")


def show_app(app: InstalledWidget) -> dict[str, Any]:
    """An app in a list: what it has in each zone, without the trees."""
    blocks = app_blocks(app)
    config = blocks.widgets
    side = config["chat_side"]
    entries = [entry for entry in (side, *config["workspace_tabs"]) if entry]
    return {
        "id": str(app.pk),
        "slug": app.slug,
        "name": app.name,
        "version": app.version,
        "icon": _first(entries, "icon"),
        "accent": _first(entries, "accent"),
        "chat_side": {key: side.get(key) for key in _SHOWN} if side else None,
        "tabs": [{key: tab.get(key) for key in ("id", *_SHOWN[:3])} for tab in config["workspace_tabs"]],
        "modals": list(config["modals"]),
        "inline": list(config["inline"]),
        "agents": [{"id": agent["id"], "role": agent.get("role", "")} for agent in blocks.agents],
        "network": list(blocks.capabilities.get("network", ())),
        "enabled": app.enabled,
    }


def show_widgets(app: InstalledWidget) -> dict[str, Any]:
    """The compiled config of an app, and whose it is."""
    shown = {"id": str(app.pk), "slug": app.slug, "name": app.name, "version": app.version}
    return {**app_blocks(app).widgets, "app": shown}


def show_checked(checked: Checked) -> dict[str, Any]:
    """The outcome of a check; `config` where there is no error."""
    shown: dict[str, Any] = {
        "valid": checked.valid,
        "errors": [problem.as_dict() for problem in checked.errors],
        "warnings": [problem.as_dict() for problem in checked.warnings],
        "kind": checked.kind,
        "fallbacks": list(checked.fallbacks),
    }
    return shown if checked.config is None else {**shown, "config": checked.config}


def _first(entries: Iterable[dict[str, Any]], key: str) -> str | None:
    return next((str(entry[key]) for entry in entries if entry.get(key)), None)
