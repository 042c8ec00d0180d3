"""Stage: handlers. The one checked call of a tool: an intent of the app's own package, or a registered function."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from typing import Any, Final

import orjson
from pydantic import BaseModel, ValidationError

from widgets_manager.apps.access import MACHINES, is_granted
from widgets_manager.apps.functions import Function, FunctionCall, resolve_function
from widgets_manager.apps.results import ActionResult, ToolResult
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actions.confirmations import request_confirmation, use_confirmation
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, ConfirmationRequired, Conflict, PermissionDenied, Problem
from widgets_manager.core.models import Role
from widgets_manager.core.strict_json import json_path
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.intents import IntentRequest, execute_intent
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.panel import IntentResult, Panel
from widgets_manager.widgets.panels_of import load_panels
from widgets_manager.widgets.serving import is_write, serving_operation
from widgets_manager.widgets.validation import InvalidParams, closest

logger = logging.getLogger(__name__)

MAX_RESULT: Final = 256 * 1024
MAX_TEXT: Final = 100_000
CONFIRMED_ACTION: Final = "tool"


def call_tool(
    *,
    actor: Actor,
    app: InstalledWidget | None,
    name: str,
    args: Mapping[str, Any],
    form: Mapping[str, Any] | None = None,
    ctx: Mapping[str, Any] | None = None,
    session_id: uuid.UUID | None = None,
    confirmation_id: object = None,
) -> ToolResult:
    """Check and run one tool: an intent of the app's package by its name, else a function (`module.action`, or the bare
    action where only one module has it).

    Values of `form`, then of `ctx`, fill arguments that `args` lacks and the tool knows. What the tool itself refuses
    or fails at is a result without success. Raises UNKNOWN_TOOL, AMBIGUOUS_TOOL, InvalidParams (paths `args.topic`),
    PermissionDenied, NOT_PLACED for an intent of a widget that stands nowhere, ConfirmationRequired, and what an
    ApiError of the tool says.
    """
    intent = _own_intent(app, name)
    if app is not None and intent is not None:
        merged = merge_args(args, form, ctx, known=_declared(intent))
        return _call_intent(actor, app, name, merged, confirmation_id)
    function = resolve_function(name, also=intent_names(app))
    merged = merge_args(args, form, ctx, known=function.known)
    return _call_function(actor, app, function, name, merged, session_id, confirmation_id)


def changes_things(app: InstalledWidget | None, name: str) -> bool:
    """Whether the tool writes. Raises as `call_tool` for a name that is none."""
    intent = _own_intent(app, name)
    if app is None or intent is None:
        return resolve_function(name, also=intent_names(app)).effect == "write"
    panel = Panel(app.slug, app.slug, str(app.manifest.get("panelType", "")), app.name, "", app.manifest)
    return is_write(intent, serving_operation(panel, intent))


def require_pushed_tool(app: InstalledWidget | None, name: str) -> None:
    """Raise NOT_GRANTED (403) unless a tree that was pushed, not declared, may use the tool.

    An app's may use the intents of its own package and the functions that the app is granted; without an app only
    functions that read. Raises as `call_tool` for a name that is none.
    """
    if _own_intent(app, name) is not None:
        return
    function = resolve_function(name, also=intent_names(app))
    if app is None and function.effect == "write":
        raise PermissionDenied(
            f"'{function.name}' changes things; a widget of no app only reads. Let an app show it that is granted "
            f"{_grant(function)}, or that declares it.",
            code="NOT_GRANTED",
            path="tool",
        )
    if app is not None and not is_granted(app, function.module, function.action):
        raise PermissionDenied(
            f"{app.name} is not granted '{function.name}'; its app.yaml must list {_grant(function)} under "
            "capabilities.grant, or declare the widget.",
            code="NOT_GRANTED",
            path="tool",
        )


def _grant(function: Function) -> str:
    return f"{{ module: {function.module}, actions: [{function.action}] }}"


def intent_names(app: InstalledWidget | None) -> list[str]:
    """The names of the intents of the app's own package."""
    return [str(intent["name"]) for intent in app.manifest.get("intents", ())] if app is not None else []


def merge_args(
    args: Mapping[str, Any],
    form: Mapping[str, Any] | None,
    ctx: Mapping[str, Any] | None,
    *,
    known: frozenset[str] | None,
) -> dict[str, Any]:
    """The arguments as given, filled up from form and ctx by names that are `known` (None: every name)."""
    merged = dict(args)
    for values in (form or {}, ctx or {}):
        for key, value in values.items():
            if known is None or key in known:
                merged.setdefault(key, value)
    return merged


def _own_intent(app: InstalledWidget | None, name: str) -> Mapping[str, Any] | None:
    intents = app.manifest.get("intents", ()) if app is not None else ()
    return next((intent for intent in intents if intent["name"] == name), None)


def _declared(intent: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(intent.get("paramsSchema") or ())


def _call_intent(
    actor: Actor, app: InstalledWidget, name: str, params: dict[str, Any], confirmation_id: object
) -> ToolResult:
    request = IntentRequest(_placed_panel(actor, app).panel_id, name, params)
    try:
        result = execute_intent(actor=actor, request=request, confirmation_id=confirmation_id)
    except ConfirmationRequired as asked:
        if actor.via in MACHINES:
            raise
        # The person's own click is the yes; it is kept in the audit like any other.
        result = execute_intent(actor=actor, request=request, confirmation_id=asked.data["confirmationId"])
    except InvalidParams as error:
        raise _below_args(error) from None
    return _of_intent(name, result)


def _placed_panel(actor: Actor, app: InstalledWidget) -> Panel:
    for panel in load_panels(actor):
        if panel.widget_id == app.pk:
            return panel
    raise Conflict(f"{app.name} stands on none of your dashboards; place it first.", code="NOT_PLACED")


def _of_intent(name: str, result: IntentResult) -> ToolResult:
    shown = result.as_dict()
    data = {key: value for key, value in shown.items() if key not in ("success", "error")}
    return ToolResult(name, result.success, data, result.error or None if not result.success else None)


def _below_args(error: InvalidParams) -> InvalidParams:
    """The same refusal with the paths of a tool call."""
    problems = [Problem(_renamed(problem.path), _renamed(problem.message)) for problem in error.errors] or [
        Problem(_renamed(error.path or ""), _renamed(error.message))
    ]
    return InvalidParams(problems[0].message, path=problems[0].path, errors=problems)


def _renamed(text: str) -> str:
    return text.replace("params.", "args.", 1) if text.startswith("params.") else text


def _call_function(
    actor: Actor,
    app: InstalledWidget | None,
    function: Function,
    name: str,
    args: dict[str, Any],
    session_id: uuid.UUID | None,
    confirmation_id: object,
) -> ToolResult:
    params = check_args(function, args)
    writes = function.effect == "write"
    if writes:
        actor.require_role(Role.MEMBER, f"'{function.name}'")
    kept = {"tool": function.name, "args": args}
    asks = writes and actor.tenant.confirm_writes and actor.via in MACHINES
    if asks and confirmation_id is None:
        raise _confirmation_required(actor, function, kept)
    with unit_of_work():
        if asks or (writes and confirmation_id is not None):
            use_confirmation(actor=actor, confirmation_id=confirmation_id, action=CONFIRMED_ACTION, args=kept)
        result = _run(function, FunctionCall(actor, params, app, session_id))
        if writes:
            _audit(actor, app, function, args, result)
    return ToolResult(name, result.success, result.data, result.error)


def check_args(function: Function, args: Mapping[str, Any]) -> Any:
    """An instance of the function's model, or the arguments without one. Raises InvalidParams with every fault."""
    problems = [fault for key, value in args.items() for fault in _text_faults(value, f"args.{key}")]
    if function.known is not None:
        problems += [_unknown(key, function.known) for key in args if key not in function.known]
    params: Any = dict(args)
    if function.params_model is not None:
        try:
            params = function.params_model.model_validate(params)
        except ValidationError as error:
            problems += _faults(error, function.params_model)
    if problems:
        raise InvalidParams(problems[0].message, path=problems[0].path, errors=list(dict.fromkeys(problems)))
    return params


def _unknown(key: str, known: frozenset[str]) -> Problem:
    allowed = ", ".join(map(repr, sorted(known))) or "none"
    path = f"args.{key}"
    return Problem(path, f"{path}: unknown argument (allowed: {allowed}){closest(key, sorted(known))}")


def _faults(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    found = []
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        if fault["type"] == "extra_forbidden":  # said above, with the closest name
            continue
        path = json_path(("args", *fault["loc"]))
        text = "required" if fault["type"] == "missing" else fault["msg"][:1].lower() + fault["msg"][1:]
        found.append(Problem(path, f"{path}: {text}"))
    return found


def _text_faults(value: Any, path: str) -> list[Problem]:
    """Texts that no database stores, or that are too long, at any depth."""
    if isinstance(value, str) and ("\x00" in value or len(value) > MAX_TEXT):
        return [Problem(path, f"{path}: must be at most {MAX_TEXT:,} characters, without NUL")]
    if isinstance(value, list):
        return [fault for index, item in enumerate(value) for fault in _text_faults(item, f"{path}[{index}]")]
    if isinstance(value, dict):
        return [fault for key, item in value.items() for fault in _text_faults(item, f"{path}.{key}")]
    return []


def _confirmation_required(actor: Actor, function: Function, kept: dict[str, Any]) -> ConfirmationRequired:
    summary = f"{function.name}: {function.description}"
    pending = request_confirmation(actor=actor, action=CONFIRMED_ACTION, args=kept, summary=summary)
    return ConfirmationRequired(
        f"Please confirm: {summary}", data={"confirmationId": str(pending.pk), "summary": summary, "args": kept}
    )


class _TooLarge(Exception):
    """A result that nobody can be sent."""


def _run(function: Function, call: FunctionCall) -> ActionResult:
    """The function's result; what it did is taken back when it fails for a reason of its own."""
    try:
        with unit_of_work():
            return _bounded(function, function.run(call))
    except ApiError:
        raise
    except _TooLarge:
        return ActionResult(False, error=f"The result of {function.name} is larger than {MAX_RESULT // 1024} KB.")
    except Exception:
        logger.exception("the function %s failed", function.name)
        return ActionResult(False, error=f"{function.name} failed on the server; it has been logged.")


def _bounded(function: Function, result: ActionResult) -> ActionResult:
    """The result as JSON keeps it. Raises TypeError for what is none: a fault of the function, which is undone."""
    if not isinstance(result, ActionResult):
        raise TypeError(f"{function.name} must return an ActionResult, not {type(result).__name__}")
    data = orjson.dumps(result.data)
    if len(data) > MAX_RESULT:
        raise _TooLarge
    error = None if result.success else (result.error or f"{function.name} did not succeed.")
    return ActionResult(result.success, orjson.loads(data), error)


def _audit(
    actor: Actor, app: InstalledWidget | None, function: Function, args: dict[str, Any], result: ActionResult
) -> None:
    record_audit(
        actor=actor,
        action="tool.call",
        tool=function.name,
        app=str(app.pk) if app is not None else "",
        args=args,
        success=result.success,
    )
