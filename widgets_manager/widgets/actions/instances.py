"""Stage: actions. Places of widgets and built-ins on workspaces."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import count, islice, product
from string import ascii_uppercase
from typing import Any, Final

from django.db import connection
from jsonschema_rs import Draft202012Validator, FancyRegexOptions

from widgets_manager.core.access import not_found
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict, InvalidInput, Problem
from widgets_manager.core.strict_json import json_path
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.access import require_editor
from widgets_manager.widgets.actions.workspaces import announce_panels_changed, check_layout, lock_workspace
from widgets_manager.widgets.events import InstancePut, InstanceRemoved, emit_to_workspace
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance, Workspace
from widgets_manager.widgets.panels_of import panel_of
from widgets_manager.widgets.registry import builtins
from widgets_manager.widgets.scripted import is_framed, panel_size
from widgets_manager.widgets.serializers import show_instance

MAX_INSTANCES: Final = 100
MAX_CONFIG_KEYS: Final = 50
# The patterns are strangers': one that would search for ever is given up, and counts as not matched.
_PATTERNS: Final = FancyRegexOptions(backtrack_limit=10_000)


def place_widget(
    *,
    actor: Actor,
    workspace: Workspace,
    widget: InstalledWidget | None = None,
    builtin_slug: str = "",
    config: dict[str, Any] | None = None,
    layout: dict[str, Any] | None = None,
    entry_id: uuid.UUID | None = None,
) -> WidgetInstance:
    """Put a widget or a built-in on a workspace, with the smallest free label (A…Z, AA, …).

    Raises NotFound for an unknown built-in, InvalidInput for a config that does not fit the manifest's configSchema,
    Conflict past a hundred panels.
    """
    require_editor(actor, workspace)
    if widget is None and builtin_slug not in builtins:
        raise not_found("built-in panel")
    if widget is not None and (reason := _no_panel(widget)):
        raise Conflict(f"'{widget.name}' is {reason}.", code="NO_PANEL")
    slug = widget.slug if widget else builtin_slug
    with unit_of_work():
        # The workspace row is the lock under which labels are given out.
        workspace = lock_workspace(workspace)
        if widget is not None:
            _hold(widget)
        siblings = workspace.instances.filter(widget=widget, builtin_slug=builtin_slug)
        if workspace.instances.count() >= MAX_INSTANCES:
            raise Conflict(
                f"'{workspace.name}' has {MAX_INSTANCES} panels, which is the most it can hold.", code="LIMIT"
            )
        key = uuid.uuid4()
        instance = WidgetInstance(
            id=key,
            tenant=workspace.tenant,
            user=actor.user,
            widget=widget,
            builtin_slug=builtin_slug,
            entry_id=entry_id,
            workspace=workspace,
            panel_id=f"{slug}-{key.hex[:12]}",
            label=_free_label(set(siblings.values_list("label", flat=True))),
        )
        instance.config = check_config(instance, config or {})
        instance.layout = check_layout(layout, "layout") if layout else _free_cell(workspace, instance)
        instance.full_clean(exclude=["config", "layout"])
        instance.save(force_insert=True)
        record_audit(actor=actor, action="instance.place", target=instance, panel_id=instance.panel_id)
        announce_panels_changed(workspace)
        emit_to_workspace(workspace, InstancePut(instance=show_instance(instance)))
    return instance


def _no_panel(widget: InstalledWidget) -> str:
    """What the widget is that makes no panel; empty for one that makes some."""
    if widget.manifest.get("intents") or is_framed(widget.manifest):
        return ""
    blocks = widget.package_version.blocks
    if "widgets" in blocks:
        return "an app without intents: it lives beside the chat and makes no panel"
    return "a plugin without a widget: a panel of it would show nothing" if "plugin" in blocks else ""


def update_instance(
    *,
    actor: Actor,
    instance: WidgetInstance,
    config: dict[str, Any] | None = None,
    layout: dict[str, Any] | None = None,
    entry_id: uuid.UUID | None = None,
) -> WidgetInstance:
    """Configure, move or bind a panel."""
    require_editor(actor, instance.workspace)
    with unit_of_work():
        row = _locked(instance)
        if config is not None:
            row.config = check_config(row, config)
            announce_panels_changed(row.workspace)
            record_audit(actor=actor, action="instance.configure", target=row, config=config)
        if layout is not None:
            row.layout = check_layout(layout, "layout")
            record_audit(actor=actor, action="instance.move", target=row, layout=row.layout)
        if entry_id is not None:
            row.entry_id = entry_id
            record_audit(actor=actor, action="instance.bind", target=row, entry=str(entry_id))
        row.save()
        emit_to_workspace(row.workspace, InstancePut(instance=show_instance(row)))
    return row


def remove_instance(*, actor: Actor, instance: WidgetInstance) -> None:
    """Take a panel and its data off the workspace."""
    require_editor(actor, instance.workspace)
    with unit_of_work():
        row = _locked(instance)
        record_audit(actor=actor, action="instance.remove", target=row, panel_id=row.panel_id)
        announce_panels_changed(row.workspace)
        emit_to_workspace(row.workspace, InstanceRemoved(instance_id=str(row.pk)))
        row.delete()


def check_config(instance: WidgetInstance, config: dict[str, Any]) -> dict[str, Any]:
    """The config if it fits the manifest's configSchema. `title` (a name for this place) is always allowed.

    Raises InvalidInput with the path of the first fault.
    """
    if len(config) > MAX_CONFIG_KEYS:
        raise InvalidInput(f"config: at most {MAX_CONFIG_KEYS} keys", path="config")
    title = config.get("title")
    if title is not None and (not isinstance(title, str) or not 1 <= len(title.strip()) <= 200):
        raise InvalidInput("config.title: must be a text of 1 to 200 characters", path="config.title")
    schema = panel_of(instance).manifest.get("configSchema")
    if schema:
        rest = config if "title" in schema.get("properties", {}) else {k: v for k, v in config.items() if k != "title"}
        validator = Draft202012Validator(schema, offline=True, pattern_options=_PATTERNS)
        faults = [_fault([*error.instance_path], error.message) for error in islice(validator.iter_errors(rest), 20)]
        if faults:
            raise InvalidInput(f"{faults[0].path}: {faults[0].message}", path=faults[0].path, errors=faults)
    return config


def _fault(parts: list[str | int], message: str) -> Problem:
    return Problem(json_path(["config", *parts]), message.partition("\n")[0][:300])


def labels() -> Iterator[str]:
    """A, B, … Z, AA, AB, …"""
    return ("".join(letters) for size in count(1) for letters in product(ascii_uppercase, repeat=size))


def _free_label(taken: set[str]) -> str:
    return next(label for label in labels() if label not in taken)


def _free_cell(workspace: Workspace, instance: WidgetInstance) -> dict[str, int]:
    """The first gap of the panel's size, searched row by row."""
    width, height = panel_size(panel_of(instance))
    taken = [cell for cell in workspace.instances.values_list("layout", flat=True) if cell]
    bottom = max((cell["y"] + cell["h"] for cell in taken), default=0)
    for y, x in product(range(bottom + 1), range(0, 13 - width)):
        if not any(_overlap(cell, x, y, width, height) for cell in taken):
            return {"x": x, "y": y, "w": width, "h": height}
    return {"x": 0, "y": bottom, "w": width, "h": height}


def _overlap(cell: dict[str, int], x: int, y: int, w: int, h: int) -> bool:
    return x < cell["x"] + cell["w"] and cell["x"] < x + w and y < cell["y"] + cell["h"] and cell["y"] < y + h


def _hold(widget: InstalledWidget) -> None:
    """Keep the widget from being uninstalled until the transaction ends. Raises NotFound when it has been."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM installed_widgets WHERE id = %s FOR KEY SHARE", [widget.pk])
        if cursor.fetchone() is None:
            raise not_found("widget")


def _locked(instance: WidgetInstance) -> WidgetInstance:
    row = (
        WidgetInstance.objects.select_for_update(of=("self",), no_key=True)
        .select_related("widget", "workspace")
        .filter(pk=instance.pk)
        .first()
    )
    if row is None:
        raise not_found("panel")
    return row
