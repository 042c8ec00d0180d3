"""Stage: views. Operations of panels, as their own controls call them, and their views (docs/panels.md)."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.schema import reads, writes
from widgets_manager.panels import schema
from widgets_manager.widgets.access import get_instance, get_widget
from widgets_manager.widgets.chat_schema import Result
from widgets_manager.widgets.intents import execute_operation, require_enabled
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.panels_of import builtin_panel, find_panel, panel_of
from widgets_manager.widgets.registry import builtins, intent_handlers
from widgets_manager.widgets.scripted import full_config, is_framed, show_frame


@extend_schema(tags=["panels"])
class OperationView(ApiView):
    """One operation of a panel's template."""

    @writes(Result, 404, 409, 422, body=schema.OperationWish)
    def post(self, request: Request, slug: str, operation: str) -> Response:
        """Body `{instanceId | panelId, params?}`, of which a built-in needs neither; answers with the result."""
        return Response(run_operation(self.actor, slug, operation, request.data))


@extend_schema(tags=["panels"])
class PanelViewView(OperationView):
    """What a panel shows; a POST here is an operation of that name."""

    @reads(schema.PanelViewAnswer, 404, 409)
    def get(self, request: Request, slug: str) -> Response:
        """`{panel, tree, data}` of an instance, by its id or panel_id, or of a built-in, by its slug."""
        return Response(show_view(self.actor, slug))

    @extend_schema(exclude=True)
    def post(self, request: Request, slug: str, operation: str = "view") -> Response:
        """An operation named `view`, where the template has one."""
        return super().post(request, slug, operation)


def run_operation(actor: Actor, slug: str, operation: str, body: object) -> dict[str, object]:
    """The result of an operation of a panel of the actor's, asked for by a request's body."""
    panel = panel_of_body(actor, slug, body)
    params = field(body, "params", dict, required=False, default={})
    return execute_operation(actor=actor, panel=panel, operation_name=operation, params=params).as_dict()


def panel_of_body(actor: Actor, slug: str, body: object) -> Panel:
    """The panel that a request's body names, or the built-in of that slug. Raises NotFound and InvalidInput."""
    only_fields(body, "instanceId", "panelId", "params")
    instance_id = field(body, "instanceId", str, required=False)
    panel_id = field(body, "panelId", str, required=False)
    panel = _panel(actor, instance_id, panel_id or slug)
    if panel.slug != slug:
        raise not_found("panel")
    return panel


def show_view(actor: Actor, slug: str) -> dict[str, object]:
    """`{panel, tree, data}` of an instance, by its id or panel_id, or of a built-in. Raises NotFound and Conflict."""
    panel = _panel(actor, slug if _is_id(slug) else None, slug)
    require_enabled(panel)
    shown = show_panel(panel) | {"sandbox": _frame(actor, panel)}
    return {"panel": shown, **intent_handlers.template_for(panel).view(actor, panel)}


def show_panel(panel: Panel) -> dict[str, object]:
    """What a page needs to know of the panel beside its tree."""
    return {
        "panel_id": panel.panel_id,
        "instance_id": str(panel.instance_id) if panel.instance_id else None,
        "workspace_id": str(panel.workspace_id) if panel.workspace_id else None,
        "slug": panel.slug,
        "panel_type": panel.panel_type,
        "title": panel.title,
        "label": panel.label,
        "builtin": panel.builtin,
    }


def _frame(actor: Actor, panel: Panel) -> dict[str, object] | None:
    """What frames the panel, where a script of its widget's own or a plugin's page shows it."""
    if not is_framed(panel.manifest):
        return None
    return show_frame(actor, get_widget(actor, panel.widget_id), full_config(panel))


def _panel(actor: Actor, instance_id: str | None, panel_id: str) -> Panel:
    """The panel that the actor sees. Raises NotFound."""
    if instance_id is not None:
        return panel_of(get_instance(actor, instance_id))
    return builtin_panel(panel_id) if panel_id in builtins else find_panel(actor, panel_id)


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
