"""Stage: handlers. Trying a plugin out: it is installed, run once and gone again, in a transaction that never commits.

It stands in an organisation of its own, so that nobody else's rows are touched or waited for. What the plugin writes in
tables of its own goes with them; what it sends to other servers, it has sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from sandbox.isolates.launch import running_service
from sandbox.plugindb.access import database_of
from sandbox.plugindb.actions.removal import drop_schema
from sandbox.plugins.forms import BLOCK, package_of
from sandbox.plugins.lint import lint_path
from sandbox.plugins.models import PluginRun
from sandbox.plugins.running import Origin, RunReport, run_plugin, run_tool
from sandbox.plugins.unserved import WIDGET
from widgets_manager.core.access import session_actor
from widgets_manager.core.actions.tenants import create_tenant
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import User
from widgets_manager.widgets.actions.installs import install_package
from widgets_manager.widgets.actions.instances import place_widget
from widgets_manager.widgets.actions.workspaces import create_workspace
from widgets_manager.widgets.models import InstalledWidget

_SOMEBODY: Final = "Somebody"


def try_plugin(
    path: Path, given: dict[str, Any], *, user: User | None = None, action: str | None = None
) -> dict[str, Any]:
    """Run the plugin at the path: its tool with the arguments `given`, or with `action` a click with that payload.

    What the handler wants to have done in the background is done at once, and told under `job`. As `user`, or as
    somebody made up. Raises OSError, ApiError for what cannot be installed or run, and IsolateError without a service.
    """
    package = package_of(lint_path(path))
    with _service(), transaction.atomic():
        actor = _actor(user)
        widget = install_package(actor=actor, package=package, source_type="file", source_ref=path.name)
        try:
            return _tried(actor, widget, given, action)
        finally:
            if (database := database_of(widget)) is not None:
                drop_schema(database.schema)
            transaction.set_rollback(True)


def _tried(actor: Actor, widget: InstalledWidget, given: dict[str, Any], action: str | None) -> dict[str, Any]:
    has_widget = WIDGET in widget.package_version.blocks[BLOCK]["parts"]
    origin = _place(actor, widget) if has_widget else Origin()
    if action is not None:
        if not has_widget:
            raise Conflict(f"{widget.name} has no widget whose actions could run.", code="NO_WIDGET")
        data = {"_widgetAction": True, "actionId": action, "action": action, "payload": given}
        report = _run(actor, widget, PluginRun.Kind.ACTION, data, origin, action)
    elif widget.package_version.blocks[BLOCK]["manifest"].get("tool"):
        report = run_tool(actor=actor, widget_id=widget.pk, arguments=given, origin=origin, dispatch=False)
    else:
        report = _run(actor, widget, PluginRun.Kind.TOOL, given, origin, "")
    shown = show_report(report)
    if report.trigger is not None:
        job = _run(actor, widget, PluginRun.Kind.JOB, report.trigger, origin, report.trigger["action"])
        shown["job"] = {"input": report.trigger, **show_report(job)}
    return shown


def _run(
    actor: Actor, widget: InstalledWidget, kind: str, data: Mapping[str, Any], origin: Origin, action: str
) -> RunReport:
    return run_plugin(actor=actor, widget=widget, kind=kind, data=data, origin=origin, action=action, dispatch=False)


def show_report(report: RunReport) -> dict[str, Any]:
    """What an author wants to know of a run."""
    run = report.run
    if report.ok:
        shown: dict[str, Any] = {"ok": True, "result": report.result}
    else:
        error = {"code": run.error_code, "message": run.error_message, "stack": run.error_stack}
        shown = {"ok": False, "error": {key: value for key, value in error.items() if value}}
    return shown | {
        "widgetEvents": report.widget_events,
        "log": run.log,
        "calls": run.calls,
        "milliseconds": run.milliseconds,
    }


def _place(actor: Actor, widget: InstalledWidget) -> Origin:
    workspace = create_workspace(actor=actor, name="Trial")
    return Origin(place=place_widget(actor=actor, workspace=workspace, widget=widget).pk)


def _actor(user: User | None) -> Actor:
    """The person in an organisation of this trial's own."""
    name = f"trial-{uuid.uuid4().hex[:12]}"
    person = user or User.objects.create_user(name, first_name=_SOMEBODY)
    return session_actor(person, create_tenant(name=name, owner=person).pk, via=Via.COMMAND)


@contextmanager
def _service() -> Iterator[None]:
    """The service of isolates that runs here, or one for as long as this takes."""
    if settings.ISOLATES_SOCKET:
        yield
        return
    with running_service() as address:
        settings.ISOLATES_SOCKET = str(address)
        try:
            yield
        finally:
            settings.ISOLATES_SOCKET = ""
