"""Stage: actions. A handler's `_triggerToolCall` becomes a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.plugins.origins import Origin
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import Role
from widgets_manager.jobs.actions import enqueue
from widgets_manager.jobs.models import Job
from widgets_manager.widgets.models import InstalledWidget

KIND: Final = "plugin.run"
MAX_DEPTH: Final = 20  # jobs that start jobs


def start_job(
    *, actor: Actor, widget: InstalledWidget, trigger: Mapping[str, Any], origin: Origin, run: object = None
) -> Job:
    """A job that runs the plugin's handler with the trigger as its input, once the caller's transaction commits.

    It goes on where `origin` was: its data reaches the same places. Raises PermissionDenied for viewers, and Conflict
    TOO_MANY_JOBS when jobs start jobs without an end.
    """
    actor.require_role(Role.MEMBER, "starting a job")
    depth = origin.job.args.get("depth", 0) + 1 if origin.job else 1
    if depth > MAX_DEPTH:
        raise Conflict(f"Jobs of this plugin started one another {MAX_DEPTH} times over.", code="TOO_MANY_JOBS")
    args = {
        "widget": widget.pk,
        "trigger": dict(trigger),
        "place": origin.place,
        "session": origin.session_id,
        "message": origin.message_id,
        "depth": depth,
    }
    return enqueue(actor=actor, kind=KIND, args=args, title=f"{widget.name}: {trigger['action']}")
