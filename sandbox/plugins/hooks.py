"""Stage: handlers. What a plugin does when it has been installed, and before it is uninstalled.

Both are runs of the person who installs or uninstalls, in the run log; neither keeps anything from being done.
"""

from __future__ import annotations

import logging
import re
from typing import Final

from sandbox.isolates.exceptions import IsolateError
from sandbox.isolates.limits import Limits
from sandbox.plugins.models import PluginRun
from sandbox.plugins.origins import Origin
from sandbox.plugins.reading import CODE
from sandbox.plugins.running import run_plugin
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError
from widgets_manager.files.actions import read_blob
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.running import RunningJob
from widgets_manager.widgets.access import visible_widgets
from widgets_manager.widgets.models import InstalledWidget

logger = logging.getLogger(__name__)

JOB_KIND: Final = "plugin.hook"
INSTALLED: Final = "onInstall"
UNINSTALLED: Final = "onUninstall"
# Who uninstalls is waiting meanwhile.
_FAREWELL: Final = Limits(wall=10, cpu=10)


def start_install_hook(actor: Actor, widget: InstalledWidget) -> None:
    """Have `onInstall` run in the background once the transaction has committed, where the code has one."""
    if _mentions(widget, INSTALLED):
        enqueue(actor=actor, kind=JOB_KIND, args={"widget": str(widget.pk), "hook": INSTALLED})


def run_install_hook(job: RunningJob) -> None:
    """The job: at most once, since nothing says whether doing it twice would do harm. Raises ApiError when it fails."""
    widget = get_or_404(visible_widgets(job.actor), "plugin", pk=parse_id(job.args["widget"], "plugin"))
    hook = job.args["hook"]
    report = run_plugin(
        actor=job.actor, widget=widget, kind=PluginRun.Kind.HOOK, data={}, origin=Origin(), entry=hook, action=hook
    )
    if report.error is not None:
        raise ApiError(report.error["message"], code=report.error["code"])


def run_uninstall_hook(actor: Actor, widget: InstalledWidget) -> None:
    """Run `onUninstall` now, for ten seconds at most; whatever happens, the plugin can go."""
    if not widget.enabled or not _mentions(widget, UNINSTALLED):
        return
    try:
        report = run_plugin(
            actor=actor,
            widget=widget,
            kind=PluginRun.Kind.HOOK,
            data={},
            origin=Origin(),
            limits=_FAREWELL,
            entry=UNINSTALLED,
            action=UNINSTALLED,
            dispatch=False,
        )
        fault = report.error
    except (ApiError, IsolateError) as error:
        fault = {"code": error.code, "message": str(error)}
    logger.info("a plugin was told that it goes", extra={"widget_id": str(widget.pk), "fault": fault})


def _mentions(widget: InstalledWidget, hook: str) -> bool:
    """Whether the code can have such a function at all; whether it exports one is seen when it runs."""
    file = widget.package_version.files.select_related("blob").filter(path=CODE).first()
    return file is not None and re.search(rf"\b{hook}\b", read_blob(file.blob).decode("utf-8")) is not None
