"""Stage: actions. One call of the model's: checked like anything from outside, run as the person, told back as JSON.

Whatever it is refused for is told to the model, which may mend it. Only a write that waits for the person's yes ends
the turn.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from chat.turns.called import MAX_SUMMARY, Called, told
from chat.turns.plugin_calls import call_plugin
from chat.turns.toolkit import Target, Toolkit
from chat.turns.widget_calls import run_widget_action
from chat.turns.widget_tools import MODULE
from sandbox.plugins.access import get_skill, text_of, tool_of
from sandbox.plugins.arguments import check_arguments
from widgets_manager.apps.access import get_app, require_grant
from widgets_manager.apps.results import ToolResult
from widgets_manager.apps.tools import call_tool
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.errors import as_api_error
from widgets_manager.core.exceptions import ApiError, ConfirmationRequired, NotFound
from widgets_manager.core.strict_json import InvalidJson, parse_json
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.declarative.problems import hint
from widgets_manager.llm.types import ToolCall
from widgets_manager.sessions.access import read_state
from widgets_manager.sessions.actions.locking import lock_session
from widgets_manager.sessions.actions.state import with_result, write_state
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean

logger = logging.getLogger(__name__)
MAX_ARGUMENTS: Final = 500_000  # bytes as ASCII JSON; what a provider reads is shorter
MAX_SKILL: Final = 64_000  # bytes of what a skill says


@dataclass(slots=True)
class _Run:
    """A call on its way."""

    call: ToolCall
    tool: str
    app: InstalledWidget | None = None
    data: Any = field(default=None)


def run_tool(*, actor: Actor, kit: Toolkit, call: ToolCall, session_id: uuid.UUID, message_id: uuid.UUID) -> Called:
    """Check and run one call for an answer of a conversation; a refusal is an answer, never an exception."""
    target = kit.targets.get(call.name)
    run = _Run(call, target.tool if target else call.name)
    machine = replace(actor, via=Via.CHAT)
    try:
        run.call = _plain(call)
        if target is not None and target.plugin is not None:
            return call_plugin(
                actor=machine,
                plugin_id=target.plugin,
                call=run.call,
                session_id=session_id,
                message_id=message_id,
                asked_for=target.asked_for,
            )
        return _run(machine, kit, target, run, session_id)
    except ConfirmationRequired as error:
        return _confirmation(run, error)
    except Exception as error:
        refusal = as_api_error(error)
        if refusal is None:
            logger.exception("a tool of a turn failed", exc_info=error)
            refusal = ApiError(f"{run.tool} failed on the server; it has been logged.", code="SERVER_ERROR", status=500)
        return _refused(run, refusal)


def run_confirmed(
    *, actor: Actor, app_id: str | None, tool: str, args: dict[str, Any], session_id: uuid.UUID, confirmation_id: str
) -> Called:
    """Run what the person has said yes to, as it was shown. Raises ConfirmationRequired never; refusals are answers."""
    run = _Run(ToolCall(tool, args), tool)
    try:
        run.app = get_app(actor, app_id) if app_id else None
        return _called(_call_function(replace(actor, via=Via.CHAT), run, session_id, confirmation_id), run)
    except Exception as error:
        refusal = as_api_error(error)
        if refusal is None or isinstance(error, ConfirmationRequired):
            raise
        return _refused(run, refusal)


def _plain(call: ToolCall) -> ToolCall:
    """The arguments as any JSON from outside is read. Raises InvalidJson."""
    if call.problem:
        raise InvalidJson(call.problem)
    try:
        text = json.dumps(call.arguments)
    except (ValueError, RecursionError):
        raise InvalidJson("The arguments are nested too deeply.") from None
    return replace(call, arguments=parse_json(text, max_bytes=MAX_ARGUMENTS))


def _run(actor: Actor, kit: Toolkit, target: Target | None, run: _Run, session_id: uuid.UUID) -> Called:
    if target is None:
        known = [option.title for option in kit.functions]
        message = f"There is no tool '{run.tool}' (there are: {', '.join(known)}){hint(run.tool, known)}."
        raise NotFound(message, code="UNKNOWN_TOOL")
    if target.skill is not None:
        return _ask_skill(get_skill(actor, target.skill), run)
    module, _, action = target.tool.partition(".")
    if module == MODULE:
        done = run_widget_action(
            actor=actor, target=target, action=action, args=run.call.arguments, session_id=session_id
        )
        run.app = done.app
        return _succeeded(run, done.data, done.summary)
    run.app = get_app(actor, next(iter(target.apps.values())))
    return _called(_call_function(actor, run, session_id), run)


def _ask_skill(skill: InstalledWidget, run: _Run) -> Called:
    """What the skill says; its arguments are the model's notes to itself, and have to fit."""
    check_arguments(tool_of(skill).get("parameters", {}), run.call.arguments)
    run.app = skill
    said = {"success": True, "skill": clean(skill.name), "instructions": text_of(skill)}
    text = told(said, MAX_SKILL)
    return Called(run.call, run.tool, True, text, clean(skill.name, MAX_SUMMARY), app=_slug(run))


def _call_function(actor: Actor, run: _Run, session_id: uuid.UUID, confirmation_id: str | None = None) -> ToolResult:
    """The function's result, kept in the app's state as the results of its widgets are."""
    if run.app is not None:
        module, _, action = run.tool.rpartition(".")
        require_grant(run.app, module, action)
    result = call_tool(
        actor=actor,
        app=run.app,
        name=run.tool,
        args=run.call.arguments,
        session_id=session_id,
        confirmation_id=confirmation_id,
    )
    with unit_of_work():
        session = lock_session(actor, session_id)
        before = read_state(session.pk, run.app)
        told = {"success": result.success, "data": result.data, "error": result.error}
        write_state(session, run.app, before, with_result(before, run.tool, **told))
    return result


def _called(result: ToolResult, run: _Run) -> Called:
    if not result.success:
        return _failed(run, {"message": result.error or "It did not succeed."}, "")
    return _succeeded(run, result.data, clean(_short(result.data), MAX_SUMMARY))


def _succeeded(run: _Run, data: Any, summary: str) -> Called:
    text = told({"success": True, "data": data})
    return Called(run.call, run.tool, True, text, clean(summary, MAX_SUMMARY), app=_slug(run))


def _refused(run: _Run, error: ApiError) -> Called:
    told: dict[str, Any] = {"code": error.code, "message": error.message}
    if len(error.errors) > 1:
        told["errors"] = [{"path": one.path, "message": one.message} for one in error.errors[:20]]
    return _failed(run, told, error.code)


def _failed(run: _Run, error: Mapping[str, Any], code: str) -> Called:
    # Arguments that could not be read are told back to no one: they may be what cannot be stored.
    call = replace(run.call, arguments={}) if code == "INVALID_JSON" else run.call
    text = told({"success": False, "error": error})
    summary = clean(error["message"], MAX_SUMMARY)
    return Called(call, run.tool, False, text, summary, app=_slug(run), code=code)


def _confirmation(run: _Run, error: ConfirmationRequired) -> Called:
    """A card in the shape of those for panels' intents."""
    args = {"panelId": run.app.name if run.app else "", "intentName": run.tool, "params": run.call.arguments}
    payload = {"type": "confirmation", **error.data, "args": args}
    if "plugin" in payload:
        args["panelId"] = payload["plugin"]["name"]
    payload |= {"tool": run.tool, "app": str(run.app.pk) if run.app else None}
    result = told({"success": False, "error": {"message": "The person is asked first."}})
    return Called(run.call, run.tool, False, result, error.message, app=_slug(run), confirmation=payload)


def _slug(run: _Run) -> str | None:
    return run.app.slug if run.app else None


def _short(data: Any) -> str:
    """A result in a few words: its message, or what it has and how many."""
    if isinstance(data, dict):
        return str(data["message"]) if isinstance(data.get("message"), str) else ", ".join(map(_part, data.items()))
    if isinstance(data, list):
        return f"{len(data)} items"
    return "" if data is None else str(data)


def _part(item: tuple[str, Any]) -> str:
    name, value = item
    if isinstance(value, list):
        return f"{len(value)} {name}"
    return name if isinstance(value, dict) else f"{name}: {value}"
