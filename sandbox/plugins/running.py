"""Stage: handlers. Running a plugin's handler: whoever starts it, this is the one way, and each run is logged.

What runs is read anew from the database: the plugin is installed, enabled and seen by the actor, who may run it. No
transaction and no connection is held while the isolate runs; host calls come to the broker.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from sandbox.isolates.client import Outcome, run_handler
from sandbox.isolates.exceptions import IsolateError
from sandbox.isolates.limits import Limits
from sandbox.plugins.actions.heartbeats import record_heartbeats
from sandbox.plugins.actions.jobs import start_job
from sandbox.plugins.actions.metadata import end_session
from sandbox.plugins.actions.runs import Ended, close_run, discard_run, open_run
from sandbox.plugins.arguments import check_arguments
from sandbox.plugins.broker import Broker, RunJournal, let_go
from sandbox.plugins.context.later import ABSENT
from sandbox.plugins.context.registry import RunState, context_methods
from sandbox.plugins.context.sessions import ENDS, session_key
from sandbox.plugins.models import PluginRun
from sandbox.plugins.origins import Origin as Origin
from sandbox.plugins.outcomes import for_job, for_person, judged, told, trigger_of
from sandbox.plugins.places import Place, find_place
from sandbox.plugins.programs import Program, find_tool, limits_of, load_program, require_may_run
from sandbox.plugins.values import cleaned
from widgets_manager.core.access import renew
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actions.idempotency import hash_request, run_once
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, InvalidInput
from widgets_manager.core.unit_of_work import UnitOfWork, unit_of_work
from widgets_manager.jobs.events import announce
from widgets_manager.jobs.exceptions import JobFailed, LeaseLost
from widgets_manager.sessions.limits import require_json
from widgets_manager.widgets.models import InstalledWidget

logger = logging.getLogger(__name__)

MAX_INPUT: Final = 1_000_000  # bytes of JSON of a payload or of arguments
MAX_KEY: Final = 100
PATIENCE: Final = 30.0  # seconds that a run waits for its turn
JOB_PATIENCE: Final = 120.0
_PASSING: Final = frozenset({"UNAVAILABLE", "BUSY", "STOPPED"})
_CANCELLED: Final = "Its job was cancelled while it ran."


@dataclass(slots=True)
class RunReport:
    """What became of a run. `error` is for the person: `{code, message}`; what the author needs is in `run`."""

    run: PluginRun
    ok: bool
    result: Any = None
    error: dict[str, str] | None = None
    widget_events: list[dict[str, Any]] = field(default_factory=list)
    trigger: dict[str, Any] | None = None


def run_plugin(
    *,
    actor: Actor,
    widget: InstalledWidget,
    kind: str,
    data: Any,
    origin: Origin,
    limits: Limits | None = None,
    entry: str = "handler",
    action: str = "",
    journal: RunJournal | None = None,
    dispatch: bool = True,
) -> RunReport:
    """Run a function that the plugin exports, with `data` as its input; the caller has found the plugin for the actor.

    `kind` is one of PluginRun.Kind, `limits` those of the kind when absent. What the handler wants to have done in the
    background is started, unless `dispatch` is off. With a `journal` the outcome is that of a job: faults that pass
    come out as they are, and nothing is logged then but that the job was cancelled.
    Raises NotFound, NotSignedIn, PermissionDenied, Conflict WIDGET_DISABLED and NO_HANDLER before anything runs.
    """
    actor = renew(actor)
    program = load_program(actor, widget, origin)
    require_may_run(actor, program, kind)
    code = program.code()
    run = open_run(actor=actor, widget=program.widget, kind=kind, action=action, data=data, origin=origin)
    state = RunState(run.pk, program.widget, program.manifest, origin)
    attempt = _Attempt(actor, program, run, state, journal)
    ended = attempt.carry_out(code, data, entry, limits or limits_of(program, kind))
    if ended is None:
        discard_run(run)
        return RunReport(run, ok=True)
    return attempt.settle(ended, dispatch=dispatch)


def run_action(
    *, actor: Actor, place_id: object, action_id: str, payload: Any, idempotency_key: str | None = None
) -> dict[str, Any]:
    """A click in a plugin's widget: `{ok, result?, error?, widgetEvents, jobId?, runId}`.

    The same click sent again (same key) gets the same answer, and nothing runs twice. What the plugin does wrong is an
    answer, too. Raises NotFound, PermissionDenied, InvalidInput, WIDGET_DISABLED and the conflicts of idempotency.
    """
    place = find_place(actor, place_id)
    if not 1 <= len(action_id) <= 200:
        raise InvalidInput("actionId: must have 1 to 200 characters", path="actionId")
    require_json(payload, "payload", max_bytes=MAX_INPUT)

    def run() -> tuple[int, dict[str, Any]]:
        return 200, _act(actor, place, action_id, payload)

    if idempotency_key is None:
        return run()[1]
    if not 1 <= len(idempotency_key) <= MAX_KEY:
        raise InvalidInput(f"idempotencyKey: must have 1 to {MAX_KEY} characters", path="idempotencyKey")
    click = orjson.dumps([action_id, payload], option=orjson.OPT_SORT_KEYS)
    (_, answer), _ = run_once(
        actor=actor,
        key=f"widget-action:{place.id}:{idempotency_key}",
        request_hash=hash_request("widget-action", str(place.id), click),
        run=run,
    )
    given: dict[str, Any] = answer
    return given


def run_tool(
    *, actor: Actor, widget_id: object, arguments: Mapping[str, Any], origin: Origin, dispatch: bool = True
) -> RunReport:
    """Call a plugin's tool: by the chat, by a person who starts it, or for another chat backend.

    Raises NotFound, WIDGET_DISABLED, NO_TOOL, PermissionDenied, and InvalidParams for arguments that do not fit.
    """
    program = find_tool(actor, widget_id)
    require_may_run(actor, program, PluginRun.Kind.TOOL)
    tool = program.tool or {}
    require_json(dict(arguments), "arguments", max_bytes=MAX_INPUT)
    check_arguments(tool.get("parameters", {}), arguments)
    return run_plugin(
        actor=actor,
        widget=program.widget,
        kind=PluginRun.Kind.TOOL,
        data=dict(arguments),
        origin=origin,
        action=_tool_action(tool, arguments),
        dispatch=dispatch,
    )


def _act(actor: Actor, place: Place, action_id: str, payload: Any) -> dict[str, Any]:
    data = {"_widgetAction": True, "actionId": action_id, "action": action_id, "payload": payload}
    origin = Origin(place.id, place.session_id)
    report = run_plugin(
        actor=actor, widget=place.widget, kind=PluginRun.Kind.ACTION, data=data, origin=origin, action=action_id
    )
    answer: dict[str, Any] = {"ok": report.ok, "widgetEvents": report.widget_events, "runId": str(report.run.pk)}
    if report.ok:
        answer["result"] = report.result
    if report.error is not None:
        answer["error"] = report.error
    if report.run.job_id is not None:
        answer["jobId"] = str(report.run.job_id)
    return answer


def _tool_action(tool: Mapping[str, Any], arguments: Mapping[str, Any]) -> str:
    """By what a run of the tool is called: what it was asked to do, else its name."""
    action = arguments.get("action")
    return action if isinstance(action, str) and action else str(tool.get("name", ""))


@dataclass(slots=True)
class _Attempt:
    """One run on its way."""

    actor: Actor
    program: Program
    run: PluginRun
    state: RunState
    journal: RunJournal | None

    def carry_out(self, code: str, data: Any, entry: str, limits: Limits) -> Ended | None:
        """How it ended; None where a hook is not there. With a journal, faults that pass are raised."""
        broker = Broker(
            self.actor,
            self.state,
            self.journal,
            require=lambda actor: require_may_run(actor, self.program, self.run.kind),
        )
        user = self.actor.user
        let_go(of_all=True)
        done = Outcome()
        try:
            run_handler(
                code,
                data,
                tenant=str(self.actor.tenant_id),
                version=str(self.program.widget.package_version_id),
                broker=broker,
                methods=[method.name for method in context_methods],
                values={"user": {"id": str(user.pk), "displayName": user.display_name}},
                absent=ABSENT,
                entry=entry,
                limits=limits,
                patience=JOB_PATIENCE if self.journal else PATIENCE,
                steady=self.journal.steady if self.journal else None,
                stop=self.journal.stop if self.journal else None,
                outcome=done,
            )
        except IsolateError as error:
            if self.journal is not None and error.code in _PASSING:
                self._give_up(self.journal, told(done, ok=False))
                raise
            if self.run.kind == PluginRun.Kind.HOOK and error.message == f"The code exports no function {entry}.":
                return None
            stack = f"{error.name}: {error.message}\n{error.stack}" if not error.stack else error.stack
            found = {"code": error.code, "message": error.message, "stack": stack if error.name else ""}
            return told(done, ok=False, **found)
        except JobFailed as error:
            self._note_the_end(told(done, ok=False, code=error.code, message=str(error)))
            raise
        except Exception:  # a fault of ours in a host call: the run is over, and the log says so
            if self.journal is not None:
                self._give_up(self.journal, told(done, ok=False))
                raise
            logger.exception("a host call of a plugin failed", extra={"run": str(self.run.pk)})
            words = "A host call failed on the server's side; its log says why."
            return told(done, ok=False, code="SERVER_ERROR", message=words)
        return judged(told(done, ok=True, result=done.value))

    def _note_the_end(self, ended: Ended) -> None:
        with unit_of_work():
            close_run(self.run, replace(ended, widget_events=len(self.state.widget_events)))
            if self.run.job_id is not None:
                announce(self.run.job_id)  # whoever looks at the job sees what its run says now

    def _give_up(self, journal: RunJournal, ended: Ended) -> None:
        """An attempt that others make again leaves nothing in the log; the one whose job was cancelled says so."""
        if journal.is_cancelled:
            self._note_the_end(replace(ended, ok=False, code="CANCELLED", message=_CANCELLED))
        else:
            discard_run(self.run)

    def settle(self, ended: Ended, *, dispatch: bool) -> RunReport:
        """Record it with all that follows from it, at once: a job, events, the session's end."""
        trigger = trigger_of(ended) if ended.ok else None
        ended = replace(ended, widget_events=len(self.state.widget_events))
        try:
            with self._unit():
                if trigger is not None and dispatch:
                    ended = self._start(trigger, ended)
                if close_run(self.run, ended):
                    self._follow_up(ended, trigger)
                if self.journal is not None:
                    self.journal.settle(ended.ok, cleaned(ended.result), for_job(ended), self.run)
        except LeaseLost:  # of a journal: the job was cancelled, or is another worker's now
            if self.journal is not None:
                self._give_up(self.journal, ended)
            raise
        place = self.state.origin.place
        events = [event for event in self.state.widget_events if place is None or event.place == place]
        return RunReport(
            self.run,
            ok=ended.ok,
            result=cleaned(ended.result),
            error=for_person(ended),
            widget_events=[event.as_dict() for event in events],
            trigger=trigger if ended.ok else None,
        )

    def _unit(self) -> AbstractContextManager[UnitOfWork]:
        return unit_of_work() if self.journal is None else self.journal.unit_of_work()

    def _start(self, trigger: dict[str, Any], ended: Ended) -> Ended:
        """Start the job; a refusal makes the run a failed one."""
        try:
            with unit_of_work():
                job = start_job(
                    actor=self.actor,
                    widget=self.program.widget,
                    trigger=trigger,
                    origin=self.state.origin,
                    run=self.run,
                )
        except ApiError as error:
            return replace(ended, ok=False, code=error.code, message=error.message)
        if self.run.kind != PluginRun.Kind.JOB:
            self.run.job_id = job.pk
        return ended

    def _follow_up(self, ended: Ended, trigger: dict[str, Any] | None) -> None:
        widget, run = self.program.widget, self.run
        if self.state.memory.get(ENDS):
            end_session(actor=self.actor, widget=widget, session_key=session_key(self.state))
        if not self.program.only_reads:
            record_audit(
                actor=self.actor,
                action="plugin.run",
                target=widget,
                slug=widget.slug,
                kind=run.kind,
                name=run.action,
                run=str(run.pk),
                ok=ended.ok,
            )
        # What goes on in the background has happened when the background run has ended.
        under_way = trigger is not None and (run.kind == PluginRun.Kind.ACTION or trigger["action"] == run.action)
        if ended.ok and not under_way and run.kind != PluginRun.Kind.HOOK:
            source = "widget" if run.kind == PluginRun.Kind.ACTION else "tool"
            record_heartbeats(actor=self.actor, widget=widget, source=source, action_id=run.action, run=run)
