"""Stage: access. What lists, panels and dashboards say of a widget that brings a script of its own, or a plugin's page.

All of it is read from the manifest, from what is wrong with the widget, and from what its version has of a plugin; the
script, the page and the plugin themselves are the matter of rooms above.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from widgets_manager.core.actor import Actor
from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.urls import parse_target
from widgets_manager.widgets.access import can_manage
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.registry import intent_handlers

BLOCK: Final = "sandbox"
# What the manifest of a plugin says of its page, and the block that it is. No panel's manifest may have this key.
PLUGIN: Final = "plugin"
# How the paths of problems begin that keep it from being shown: those of its script, and of what its page brings.
_SHOWN_BY: Final = (BLOCK, "manifest.widget.")
_PAGE_WIDTH: Final = 500
Cells = tuple[int, int]
SMALLEST: Final[Cells] = (2, 2)
_MOST: Final = 12
# A column on a usual screen, a row, and what the panel's head takes of its rows. CSS pixels.
_COLUMN, _ROW, _HEAD = 100, 84, 44


def is_scripted(manifest: Mapping[str, Any]) -> bool:
    """Whether the widget brings a script."""
    return BLOCK in manifest


def page_of(manifest: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How a plugin's page is shown: `maxHeight` and `defaultHeight` in pixels, `launchable`; None without a page."""
    page: Mapping[str, Any] | None = manifest.get(PLUGIN, {}).get("widget")
    return page


def is_framed(manifest: Mapping[str, Any]) -> bool:
    """Whether the widget shows itself in a frame: by a script, or by a plugin's page."""
    return is_scripted(manifest) or page_of(manifest) is not None


def show_sandbox(widget: InstalledWidget) -> dict[str, Any] | None:
    """What the script is, wants and may do; None for a widget without one."""
    if not is_scripted(widget.manifest):
        return None
    block = widget.manifest[BLOCK]
    return {
        "status": script_status(widget),
        "permissions": block["permissions"],
        "network_allowlist": block.get("networkAllowlist", []),
        **_sizes(block),
        "entrypoint_host": host_of(block["entrypoint"]),
    }


def show_plugin(widget: InstalledWidget) -> dict[str, Any] | None:
    """What a plugin is for the chat: `tier`, `trigger`, and the name of its `tool` or ""; None for all else."""
    block: Mapping[str, Any] | None = widget.package_version.blocks.get(PLUGIN)
    if block is None:
        return None
    tool = block["manifest"].get("tool", {}).get("name", "")
    return {"tier": block["tier"], "trigger": block["trigger"], "tool": tool}


def show_frame(actor: Actor, widget: InstalledWidget, config: Mapping[str, Any]) -> dict[str, Any]:
    """What the actor's page needs to frame a widget (its version loaded), and to say whose it is.

    `plugin` has the heights of a plugin's page in pixels, and is null for a script.
    """
    block, page = _block(widget.manifest), page_of(widget.manifest)
    return {
        "widget_id": str(widget.pk),
        "status": script_status(widget),
        "problems": widget.problems,
        "permissions": block.get("permissions", []),
        "network_allowlist": block.get("networkAllowlist", []),
        **_sizes(block),
        "plugin": {"max_height": page["maxHeight"], "default_height": page["defaultHeight"]} if page else None,
        "config": config,
        "name": widget.name,
        "source": source_of(widget),
        "version": widget.version,
        "hash": widget.package_version.content_hash[:12],
        "in_chat": bool(widget.manifest.get("intents")),
        "can_retry": can_manage(actor, widget),
    }


def script_status(widget: InstalledWidget) -> Literal["ready", "chat_only"]:
    """Whether what a widget shows itself with is here, all of it; without that it serves the chat only."""
    missing = any(str(problem["path"]).startswith(_SHOWN_BY) for problem in widget.problems)
    return "chat_only" if missing else "ready"


def source_of(widget: InstalledWidget) -> str:
    """Where the widget came from, as this server knows it: the host of its address, or that somebody gave a file."""
    return "uploaded file" if widget.source_type == InstalledWidget.SourceType.FILE else host_of(widget.source_ref)


def host_of(address: str) -> str:
    """The host of an address, for people: an international name in ASCII, where no letter passes for another one."""
    try:
        return parse_target(address).netloc
    except FetchError:
        return urlsplit(address).netloc or address


def full_config(panel: Panel) -> dict[str, Any]:
    """The panel's config, with the defaults of the manifest's configSchema where nobody has set anything."""
    properties = panel.manifest.get("configSchema", {}).get("properties", {})
    defaults = {
        name: spec["default"] for name, spec in properties.items() if isinstance(spec, dict) and "default" in spec
    }
    return defaults | panel.config


def panel_size(panel: Panel) -> Cells:
    """The cells that the panel is placed with: as its script or page prefers, else as its template does."""
    preferred = _block(panel.manifest).get("preferredSize")
    width, height = cells_of(preferred) if preferred else intent_handlers.template_for(panel).size
    least_width, least_height = least_size(panel)
    return max(width, least_width), max(height, least_height)


def least_size(panel: Panel) -> Cells:
    """The cells below which dashboards do not let people shrink the panel."""
    least = _block(panel.manifest).get("minSize")
    return cells_of(least) if least else SMALLEST


def cells_of(size: Mapping[str, float]) -> Cells:
    """The columns and rows of a dashboard in which a frame of that size in pixels has room."""
    return _bounded(size["width"] / _COLUMN), _bounded((size["height"] + _HEAD) / _ROW)


def _bounded(cells: float) -> int:
    return min(max(math.ceil(cells), min(SMALLEST)), _MOST)


def _block(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """What says how the frame is sized and what its script may do; a plugin's page asks for nothing."""
    page = page_of(manifest)
    if page is None:
        block: Mapping[str, Any] = manifest.get(BLOCK, {})
        return block
    return {"preferredSize": {"width": _PAGE_WIDTH, "height": min(page["defaultHeight"], page["maxHeight"])}}


def _sizes(block: Mapping[str, Any]) -> dict[str, dict[str, float] | None]:
    return {"min_size": _pixels(block.get("minSize")), "preferred_size": _pixels(block.get("preferredSize"))}


def _pixels(size: Mapping[str, float] | None) -> dict[str, float] | None:
    return {side: size[side] for side in ("width", "height")} if size else None
