"""Stage: access. Declared widgets by ref, and what pushed trees must be before they are mounted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.apps.access import declared_widgets, names_around
from widgets_manager.core.exceptions import InvalidInput, NotFound, Problem
from widgets_manager.declarative.compiler import compile_widgets
from widgets_manager.declarative.importing import import_payload
from widgets_manager.declarative.problems import hint
from widgets_manager.sessions.models import MountedWidget
from widgets_manager.widgets.models import InstalledWidget

ALIASES: Final = {"workspace": MountedWidget.Zone.WORKSPACE_TABS.value}
_PREFIX: Final = "render.inline.widget."


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be mounted: a tree with its sources, and what came with it."""

    tree: Any
    data: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    ref: str = ""
    ctx: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)
    fallbacks: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)


def read_zone(zone: str) -> str:
    """The zone's name. Raises InvalidInput that lists those there are; `workspace` stands for workspace_tabs."""
    known = [*MountedWidget.Zone.values, *ALIASES]
    if zone not in known:
        raise InvalidInput(
            f"zone: '{zone[:60]}' is no zone (allowed: {', '.join(known)}){hint(zone, known)}", path="zone"
        )
    return ALIASES.get(zone, zone)


def find_ref(app: InstalledWidget | None, zone: str, ref: str) -> Entry:
    """The declared widget that `ref` means in a zone: one of that zone, else an inline one, or a whole key.

    Raises UNKNOWN_WIDGET (404) that lists what the app declares.
    """
    if app is None:
        raise InvalidInput("ref: names a widget of an app; give 'app', or a 'tree'.", path="ref")
    declared = declared_widgets(app)
    for key in (f"{zone}.{ref}", zone if ref == zone else "", f"inline.{ref}", normal_key(ref)):
        if key in declared:
            return entry_of(declared[key], key.partition(".")[2] or key)
    names = sorted({key.partition(".")[2] or key for key in declared})
    message = (
        f"ref: {app.name} declares no widget '{ref[:100]}' (it has: {', '.join(names) or 'none'}){hint(ref, names)}"
    )
    raise NotFound(message, code="UNKNOWN_WIDGET", path="ref")


def normal_key(key: str) -> str:
    """A widget key with the zone's own name."""
    zone, dot, name = key.partition(".")
    return ALIASES.get(zone, zone) + dot + name


def entry_of(declared: Mapping[str, Any], ref: str) -> Entry:
    """A compiled widget of an app."""
    return Entry(
        tree=declared["tree"], data=dict(declared.get("data") or {}), title=str(declared.get("title") or ""), ref=ref
    )


def is_pushed(row: MountedWidget) -> bool:
    """Whether its tree was given by whoever rendered it; what an app declares, people saw before they installed it."""
    return not row.ref


def read_tree(tree: Any, data: Mapping[str, Any] | None = None, app: InstalledWidget | None = None) -> Entry:
    """A one-off tree with its sources, for the app whose dialogs and tabs it may open.

    Raises INVALID_WIDGET (422) with every fault.
    """
    widget = {"tree": tree, "data": dict(data or {})}
    document = {"version": 1, "inline": {"widget": widget}}
    compiled = compile_widgets(document, path="render", around=names_around(app))
    faults = [Problem(problem.path.removeprefix(_PREFIX), problem.message) for problem in compiled.errors]
    if faults:
        raise InvalidInput(
            f"{faults[0].path}: {faults[0].message}", code="INVALID_WIDGET", path=faults[0].path, errors=faults
        )
    warnings = [{"path": one.path.removeprefix(_PREFIX), "message": one.message} for one in compiled.warnings]
    return Entry(tree=tree, data=widget["data"], warnings=warnings)


def read_payload(payload: Any, data: Mapping[str, Any] | None = None, app: InstalledWidget | None = None) -> Entry:
    """An Adaptive Card or A2UI message as our primitives; anything else is read as a tree."""
    imported = import_payload(payload)
    if imported is None:
        return read_tree(payload, data, app)
    entry = read_tree(imported.tree, {**imported.data, **(data or {})}, app)
    return Entry(
        tree=entry.tree,
        data=entry.data,
        ctx=dict(imported.ctx),
        state=dict(imported.state),
        fallbacks=[dict(fallback) for fallback in imported.fallbacks],
        warnings=entry.warnings,
    )


def nodes_of(tree: Any) -> Iterable[dict[str, Any]]:
    """Every object of a tree, nodes and actions alike, in no particular order."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
