"""Stage: handlers. The one checked call of the bridge: whatever a widget's script asks for runs through here.

The place is read anew from the database: the person sees it, its widget is switched on and has a script. The method
exists, the stored manifest declares its permission, the params fit. What writes needs the role to write and the
person's yes. Only then the method runs; a yes for once is used up in the transaction of the write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.frames.access import get_place, require_enabled, sandbox_of
from sandbox.frames.actions.grants import require_grant, use_grant
from sandbox.frames.capabilities import CallContext, Capability, CapabilityCall, capabilities
from sandbox.frames.exceptions import PermissionRequired, UnknownMethod
from sandbox.frames.validation import audited, check_params, digest_of
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.models import WidgetInstance
from widgets_manager.widgets.panels_of import panel_of
from widgets_manager.widgets.validation import closest


def call_capability(
    *,
    actor: Actor,
    instance_id: object,
    method: str,
    params: Mapping[str, Any] | None = None,
    context: CallContext | None = None,
) -> Any:
    """What the method answers, as JSON.

    Raises NotFound, WIDGET_DISABLED (409), NO_SANDBOX (400), UNKNOWN_METHOD (422), PERMISSION_NOT_DECLARED (403),
    INVALID_PARAMS (422), TOO_LARGE (413), PERMISSION_DENIED and PERMISSION_REQUIRED (403), and what the method raises.
    A write that fails uses up no yes.
    """
    place = get_place(actor, instance_id)
    require_enabled(place)
    capability = _find(method)
    _require_declared(place, capability)
    checked = check_params(capability.params, capability.required, params or {})
    call = CapabilityCall(actor, place, checked, context or CallContext())
    return _write(capability, call, digest_of(method, params or {})) if capability.asks else capability.run(call)


def _write(capability: Capability, call: CapabilityCall, digest: str) -> Any:
    actor, place, permission = call.actor, call.instance, capability.permission
    actor.require_role(Role.MEMBER, f"'{capability.method}' by {panel_of(place).title}")
    with unit_of_work():
        try:
            require_grant(actor=actor, instance=place, permission=permission, digest=digest)
        except PermissionRequired as refusal:
            # For the person; where this finds nothing, nobody is asked in vain.
            refusal.data["subject"] = capability.subject(call)
            raise
        result = capability.run(call)
        # Answers are locked after everything else that the write needs.
        use_grant(actor=actor, instance=place, permission=permission, digest=digest)
        record_audit(
            actor=actor,
            action="bridge.call",
            target=place,
            panel_id=place.panel_id,
            method=capability.method,
            params=audited(call.params),
        )
    return result


def _find(method: str) -> Capability:
    capability = capabilities.get(method)
    if capability is None:
        hint = closest(method, [one.method for one in capabilities])
        raise UnknownMethod(f"method: there is no method '{method[:60]}'{hint}", path="method")
    return capability


def _require_declared(place: WidgetInstance, capability: Capability) -> None:
    if capability.permission and capability.permission not in sandbox_of(place).permissions:
        raise PermissionDenied(
            f"The manifest of {panel_of(place).title} does not ask for '{capability.permission}', "
            f"which '{capability.method}' needs.",
            code="PERMISSION_NOT_DECLARED",
            path="method",
        )
