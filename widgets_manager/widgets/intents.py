"""Stage: handlers. The one checked call: every intent and operation, whoever asks, runs through here.

The panel is re-read from the database and must be known, enabled and visible; the intent must exist; the params must
fit; a write needs the right to write and, where the tenant asks for it, a confirmation. Only then the handler runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actions.confirmations import request_confirmation, use_confirmation
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, ConfirmationRequired, Conflict, NotFound
from widgets_manager.core.logs import debug_event
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.packages.validation import strip_unseen
from widgets_manager.widgets.models import InstalledWidget
from widgets_manager.widgets.panel import IntentResult, Panel
from widgets_manager.widgets.panels_of import find_panel, visible_only
from widgets_manager.widgets.registry import Operation, OperationCall, intent_handlers, placeless_panels
from widgets_manager.widgets.serving import is_write, serving_operation
from widgets_manager.widgets.validation import check_params, closest

CONFIRMED_ACTION: Final = "panel_intent"


@dataclass(frozen=True, slots=True)
class IntentRequest:
    """What a model, a page or a backend asks for (`panel_intent`'s args)."""

    panel_id: str
    intent_name: str
    params: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The public form, as in the prompt."""
        return {"panelId": self.panel_id, "intentName": self.intent_name, "params": dict(self.params)}


def execute_intent(
    *,
    actor: Actor,
    request: IntentRequest,
    visible_panel_ids: Iterable[str] | None = None,
    confirmation_id: object = None,
) -> IntentResult:
    """Check and run one intent.

    Raises NotFound (panel or, with the supported ones listed, UNKNOWN_INTENT), Conflict (WIDGET_DISABLED,
    PANEL_NOT_VISIBLE), HANDLER_NOT_SERVED, InvalidParams, PermissionDenied and ConfirmationRequired.
    """
    panel = require_panel(actor, request.panel_id, visible_panel_ids)
    intent = _find_intent(panel, request.intent_name)
    operation = serving_operation(panel, intent)
    if operation is None:
        raise ApiError(
            f"Nothing on this server serves '{intent['handler']}' for {panel.title}.",
            code="HANDLER_NOT_SERVED",
            status=422,
            path="intentName",
        )
    params = check_params(intent.get("paramsSchema"), request.params)
    checked = IntentRequest(panel.panel_id, request.intent_name, params)
    writes = is_write(intent, operation)
    if writes:
        actor.require_role(Role.MEMBER, f"'{intent['name']}' on {panel.title}")
    asks = writes and actor.tenant.confirm_writes
    if asks and confirmation_id is None:
        raise _confirmation_required(actor, checked, panel, intent)
    with unit_of_work():
        # One that is given is used up, also where the tenant has stopped asking meanwhile: it runs once.
        if asks or (writes and confirmation_id is not None):
            use_confirmation(
                actor=actor, confirmation_id=confirmation_id, action=CONFIRMED_ACTION, args=checked.as_dict()
            )
        result = _run(actor, panel, operation, params)
        if writes:
            _audit(actor, panel, checked, result)
    debug_event("widget_intent_routed", panel=panel.panel_id, intent=intent["name"], success=result.success)
    return result


def execute_placeless(*, actor: Actor, request: IntentRequest, confirmation_id: object = None) -> IntentResult | None:
    """Check and run an intent that a room above offers; None where no such thing has the panelId.

    For chat backends, outside of any transaction: it may take minutes. Raises as `execute_intent`.
    """
    for source in placeless_panels:
        panel = next((one for one in source.load(actor) if one.panel_id == request.panel_id), None)
        if panel is None:
            continue
        intent = _find_intent(panel, request.intent_name)
        checked = IntentRequest(panel.panel_id, intent["name"], dict(request.params))
        writes = is_write(intent, None)
        if writes:
            actor.require_role(Role.MEMBER, f"'{intent['name']}' on {panel.title}")
        asks = writes and actor.tenant.confirm_writes
        if asks and confirmation_id is None:
            raise _confirmation_required(actor, checked, panel, intent)
        if asks or (writes and confirmation_id is not None):
            use_confirmation(
                actor=actor, confirmation_id=confirmation_id, action=CONFIRMED_ACTION, args=checked.as_dict()
            )
        result = source.run(actor, panel, intent["name"], checked.params)
        if writes:
            with unit_of_work():
                _audit(actor, panel, checked, result)
        debug_event("widget_intent_routed", panel=panel.panel_id, intent=intent["name"], success=result.success)
        return result
    return None


def execute_operation(*, actor: Actor, panel: Panel, operation_name: str, params: Mapping[str, Any]) -> IntentResult:
    """Check and run one operation of a panel's template, as the panel's own controls do.

    Where the manifest has an intent for it, the params must fit that intent's paramsSchema. A person's own click
    needs no further confirmation. Raises as `execute_intent`.
    """
    require_enabled(panel)
    operations = intent_handlers.template_for(panel).operations
    operation = operations.get(operation_name)
    if operation is None:
        known = ", ".join(sorted(operations))
        hint = closest(operation_name, list(operations))
        raise NotFound(
            f"{panel.title} has no operation '{operation_name}' (it has: {known}){hint}.", code="UNKNOWN_OPERATION"
        )
    checked = check_params(_declared_schema(panel, operation, names_entry="id" in params), params)
    if operation.effect == "write":
        actor.require_role(Role.MEMBER, f"'{operation_name}' on {panel.title}")
    with unit_of_work():
        return _run(actor, panel, operation, checked)


def require_panel(actor: Actor, panel_id: str, visible_panel_ids: Iterable[str] | None = None) -> Panel:
    """The actor's panel, enabled and on the screen. Raises NotFound, WIDGET_DISABLED or PANEL_NOT_VISIBLE (409)."""
    panel = find_panel(actor, panel_id)
    require_enabled(panel)
    if not visible_only([panel], visible_panel_ids):
        raise Conflict(f"{panel.title} is not on the screen.", code="PANEL_NOT_VISIBLE", path="panelId")
    return panel


def require_enabled(panel: Panel) -> None:
    """Raise Conflict WIDGET_DISABLED for a panel whose widget is switched off, read anew from the database."""
    if panel.widget_id and not InstalledWidget.objects.filter(pk=panel.widget_id, enabled=True).exists():
        raise Conflict(f"{panel.name} is disabled.", code="WIDGET_DISABLED", path="panelId")


def _find_intent(panel: Panel, name: str) -> dict[str, Any]:
    for intent in panel.intents:
        # The chat is told the name without its unseen characters.
        if name in (intent["name"], strip_unseen(intent["name"])):
            return intent
    names = [str(intent["name"]) for intent in panel.intents]
    supported = ", ".join(map(repr, names)) or "none"
    raise NotFound(
        f"{panel.title} has no intent '{name}' (supported: {supported}){closest(name, names)}.",
        code="UNKNOWN_INTENT",
        path="intentName",
        data={"supported": names},
    )


def _declared_schema(panel: Panel, operation: Operation, *, names_entry: bool) -> Mapping[str, Any] | None:
    """The paramsSchema of the intent that is served by this operation under its own name, if there is one.

    A control that names its entry by id needs none of the words by which the chat would have to.
    """
    matching = [intent for intent in panel.intents if serving_operation(panel, intent) is operation]
    exact = [intent for intent in matching if str(intent.get("handler", "")).endswith(f"/{operation.name}")]
    schema = exact[0].get("paramsSchema") if exact else None
    # The panel's own controls may name what the template understands beyond what the chat is offered.
    extra = {name: {"type": kind} for name, kind in operation.params.items()}
    if schema and names_entry:
        schema = {name: {**spec, "required": False} for name, spec in schema.items()}
    return {**extra, **schema} if schema else extra or None


def _confirmation_required(
    actor: Actor, request: IntentRequest, panel: Panel, intent: Mapping[str, Any]
) -> ConfirmationRequired:
    """Keep the exact arguments and tell the caller how to go on."""
    summary = f"{panel.title}: {intent.get('description') or intent['name']}"
    args = request.as_dict()
    pending = request_confirmation(actor=actor, action=CONFIRMED_ACTION, args=args, summary=summary)
    return ConfirmationRequired(
        f"Please confirm: {summary}", data={"confirmationId": str(pending.pk), "summary": summary, "args": args}
    )


def _run(actor: Actor, panel: Panel, operation: Operation, params: Mapping[str, Any]) -> IntentResult:
    return operation.run(OperationCall(actor=actor, panel=panel, params=params))


def _audit(actor: Actor, panel: Panel, request: IntentRequest, result: IntentResult) -> None:
    record_audit(
        actor=actor,
        action="intent.execute",
        panel_id=panel.panel_id,
        widget=str(panel.widget_id or panel.slug),
        intent=request.intent_name,
        params=dict(request.params),
        success=result.success,
    )
