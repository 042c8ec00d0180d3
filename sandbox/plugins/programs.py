"""Stage: access. What is to be run, read anew from the database: the plugin's code, its manifest, its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sandbox.isolates.limits import ACTION, JOB, TOOL, Limits
from sandbox.plugins.forms import BLOCK
from sandbox.plugins.meaning import SKILL
from sandbox.plugins.models import PluginRun
from sandbox.plugins.origins import Origin
from sandbox.plugins.places import find_place
from sandbox.plugins.reading import CODE
from widgets_manager.core.access import get_or_404, not_found, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import Role
from widgets_manager.files.actions import read_blob
from widgets_manager.widgets.access import own_widgets, visible_widgets
from widgets_manager.widgets.models import InstalledWidget

_ACTION: Final = replace(ACTION, output=1024 * 1024)
_SHORT: Final = {PluginRun.Kind.ACTION: _ACTION, PluginRun.Kind.HOOK: _ACTION, PluginRun.Kind.TOOL: TOOL}
MAX_TOOL_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Program:
    """A plugin that may run now. `manifest` is that of its version; `widget` has the version loaded."""

    widget: InstalledWidget
    manifest: Mapping[str, Any]

    @property
    def tool(self) -> Mapping[str, Any] | None:
        """The tool of its manifest."""
        tool: Mapping[str, Any] | None = self.manifest.get("tool")
        return tool

    @property
    def only_reads(self) -> bool:
        """Whether its tool says that it changes nothing."""
        return (self.tool or {}).get("permission") == "read"

    def code(self) -> str:
        """The handler's source."""
        file = self.widget.package_version.files.select_related("blob").get(path=CODE)
        return read_blob(file.blob).decode("utf-8")


def load_program(actor: Actor, widget: InstalledWidget, origin: Origin) -> Program:
    """The plugin as it is now, for a run of the actor's.

    Raises NotFound for one that the actor does not see any more, WIDGET_DISABLED and NO_HANDLER (409).
    """
    rows = visible_widgets(actor).select_related("package_version")
    found = rows.filter(pk=widget.pk).first()
    if found is None and origin.place is not None:
        place = find_place(actor, origin.place)
        found = place.widget if place.widget.pk == widget.pk else None
    if found is None:
        raise not_found("plugin")
    return _program(found)


def find_tool(actor: Actor, widget_id: object) -> Program:
    """An enabled plugin of the actor's, or of everybody's, that is a tool.

    Raises NotFound, WIDGET_DISABLED and NO_TOOL (409).
    """
    rows = own_widgets(actor).filter(package_version__blocks__has_key=BLOCK).select_related("package_version")
    program = _program(get_or_404(rows, "plugin", pk=parse_id(widget_id, "plugin")))
    if program.tool is None:
        raise Conflict(f"{program.widget.name} is no tool.", code="NO_TOOL")
    return program


def require_may_run(actor: Actor, program: Program, kind: str) -> None:
    """Raise PermissionDenied for viewers, unless it is a tool that says it only reads."""
    if kind != PluginRun.Kind.TOOL or not program.only_reads:
        actor.require_role(Role.MEMBER, f"running '{program.widget.name}'")


def limits_of(program: Program, kind: str) -> Limits:
    """What a run may use: that of its kind; the manifest's `runtime.timeoutMs` sets its time, within the kind's."""
    limits = _SHORT.get(PluginRun.Kind(kind), JOB)
    wanted = program.manifest.get("runtime", {}).get("timeoutMs")
    if wanted is None:
        return limits
    most = MAX_TOOL_SECONDS if kind == PluginRun.Kind.TOOL else limits.wall
    return replace(limits, wall=min(wanted / 1000, most))


def _program(widget: InstalledWidget) -> Program:
    block = widget.package_version.blocks.get(BLOCK)
    if block is None or block["tier"] == SKILL:
        raise Conflict(f"{widget.name} has no code that could run.", code="NO_HANDLER")
    if not widget.enabled:
        raise Conflict(f"{widget.name} is disabled.", code="WIDGET_DISABLED")
    return Program(widget, block["manifest"])
