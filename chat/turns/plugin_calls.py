"""Stage: actions. The tool of a plugin, run for an answer: as the model asked for it, or as the person started it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from chat.turns.called import MAX_SUMMARY, Called, told
from chat.turns.media import take_media
from sandbox.plugins.access import tool_of
from sandbox.plugins.arguments import check_arguments
from sandbox.plugins.origins import Origin
from sandbox.plugins.running import RunReport, run_tool
from sandbox.plugins.tools import get_tool, parameters_of, tool_writes
from widgets_manager.core.actions.confirmations import request_confirmation
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ConfirmationRequired
from widgets_manager.llm.results import said
from widgets_manager.llm.types import ToolCall
from widgets_manager.sessions.limits import fit, storable
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.prompts import clean

CONFIRMED_ACTION: Final = "plugin_tool"
MAX_OUTPUT: Final = 16_000  # bytes of a result that a card shows; the run log has more


def call_plugin(
    *,
    actor: Actor,
    plugin_id: uuid.UUID,
    call: ToolCall,
    session_id: uuid.UUID,
    message_id: uuid.UUID,
    asked_for: bool = False,
) -> Called:
    """Run the tool as it is now. `asked_for`: the person started it, or has said yes to it.

    No transaction is open meanwhile. Raises NotFound, InvalidParams, PermissionDenied, ConfirmationRequired.
    """
    plugin = get_tool(actor, plugin_id)
    if actor.tenant.confirm_writes and tool_writes(plugin) and not asked_for:
        check_arguments(parameters_of(plugin), call.arguments)
        raise _confirmation_required(actor, plugin, call.arguments)
    origin = Origin(place=None, session_id=session_id, message_id=message_id, job=None)
    report = run_tool(actor=actor, widget_id=plugin.pk, arguments=call.arguments, origin=origin)
    return _called(plugin, call, report)


def running_card(plugin: InstalledWidget, call: ToolCall) -> dict[str, Any]:
    """The call while it runs, as the page shows it."""
    shown = {"tool": tool_of(plugin)["name"], "arguments": call.arguments, "success": False, "summary": ""}
    return shown | {"state": "running", "plugin": _named(plugin)}


def confirmed_args(plugin_id: uuid.UUID, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What a confirmation of such a call keeps."""
    return {"plugin": str(plugin_id), "tool": tool, "arguments": dict(arguments)}


def _confirmation_required(actor: Actor, plugin: InstalledWidget, arguments: Mapping[str, Any]) -> ConfirmationRequired:
    tool = tool_of(plugin)
    summary = clean(f"{plugin.name}: {tool['description']}", MAX_SUMMARY)
    args = confirmed_args(plugin.pk, tool["name"], arguments)
    pending = request_confirmation(actor=actor, action=CONFIRMED_ACTION, args=args, summary=summary)
    data = {"confirmationId": str(pending.pk), "summary": summary, "plugin": _named(plugin)}
    return ConfirmationRequired(f"Please confirm: {summary}", data=data)


def _called(plugin: InstalledWidget, call: ToolCall, report: RunReport) -> Called:
    run, tool = report.run, tool_of(plugin)["name"]
    card: dict[str, Any] = {
        "state": "done" if report.ok else "failed",
        "plugin": _named(plugin),
        "run": str(run.pk),
        "milliseconds": run.milliseconds,
    }
    if not report.ok:
        error = report.error or {"code": "HANDLER_ERROR", "message": "It did not succeed."}
        card["error"] = {"code": error["code"], "message": clean(error["message"], 1_000)}
        result = told({"success": False, "error": card["error"]})
        summary = clean(error["message"], MAX_SUMMARY)
        return Called(call, tool, False, result, summary, plugin.slug, error["code"], card=card)
    left, media = take_media(report.result)
    card |= {"output": storable(fit(left, MAX_OUTPUT))}
    card |= {"media": media} if media else {}
    about: dict[str, Any] = {"success": True, "data": left}
    if run.job_id is not None:
        card["job"] = str(run.job_id)
        about["note"] = "It has begun work in the background; the person sees how far it is."
    words = said(report.result if not media else {key: left[key] for key in left if left[key] == report.result[key]})
    return Called(call, tool, True, told(about), clean(words, MAX_SUMMARY), plugin.slug, card=card, words=words)


def _named(plugin: InstalledWidget) -> dict[str, str]:
    return {"id": str(plugin.pk), "name": clean(plugin.name, 200)}
