"""Stage: views. Clicks in plugins' widgets, tools started by hand, the run log, and hosts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from sandbox.plugins import run_schema as schema
from sandbox.plugins.access import get_plugin, sees_all_of
from sandbox.plugins.actions.hosts import set_hosts, show_hosts
from sandbox.plugins.models import PluginRun
from sandbox.plugins.places import find_place
from sandbox.plugins.run_access import PAGE, get_run, older_than, visible_runs
from sandbox.plugins.run_serializers import show_report, show_run, show_run_in_full
from sandbox.plugins.running import Origin, run_action, run_tool
from sandbox.plugins.states import states_of
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.schema import reads, writes
from widgets_manager.sessions.access import session_id_for


@extend_schema(tags=["plugins"])
class ActionView(ApiView):
    """A click in a plugin's widget."""

    @writes(schema.ClickAnswer, 404, 409, 413, 422, body=schema.ClickWish)
    def post(self, request: Request) -> Response:
        """Body `{instanceId, actionId, payload?, idempotencyKey?}`."""
        data = request.data
        only_fields(data, "instanceId", "actionId", "payload", "idempotencyKey")
        answer = run_action(
            actor=self.actor,
            place_id=field(data, "instanceId", str),
            action_id=field(data, "actionId", str),
            payload=dict(data).get("payload", {}),
            idempotency_key=field(data, "idempotencyKey", str, required=False),
        )
        return Response(answer)


@extend_schema(tags=["plugins"])
class StateView(ApiView):
    """What a widget that opens now is given first."""

    @reads(schema.StatesAnswer, 404, 422, parameters=[schema.INSTANCE_ID])
    def get(self, request: Request) -> Response:
        """The last data of the place `?instanceId=`."""
        place = find_place(self.actor, field(request.query_params.dict(), "instanceId", str))
        return Response({"states": [event.as_dict() for event in states_of(self.actor, place)]})


@extend_schema(tags=["plugins"])
class ToolRunView(ApiView):
    """A plugin's tool, started by a person."""

    @writes(schema.ToolAnswer, 404, 409, 422, body=schema.ToolWish)
    def post(self, request: Request, plugin_id: str) -> Response:
        """Body `{arguments?, sessionId?}`; the arguments fit the tool's `parameters`."""
        only_fields(request.data, "arguments", "sessionId")
        session = field(request.data, "sessionId", str, required=False)
        report = run_tool(
            actor=self.actor,
            widget_id=plugin_id,
            arguments=field(request.data, "arguments", dict, required=False, default={}),
            origin=Origin(session_id=session_id_for(self.actor, session) if session else None),
        )
        return Response(show_report(report))


@extend_schema(tags=["plugins"])
class RunsView(ApiView):
    """The run log of a plugin."""

    @reads(
        schema.RunsAnswer,
        404,
        422,
        operation_id="plugin_runs",
        parameters=[schema.BEFORE, schema.KIND, schema.OUTCOME],
    )
    def get(self, request: Request, plugin_id: str) -> Response:
        """Fifty of the runs that the caller sees, newest first: everybody's for who manages it, else one's own."""
        widget = get_plugin(self.actor, plugin_id)
        rows = visible_runs(self.actor, widget).filter(**_filters(request.query_params.dict()))
        if before := request.query_params.get("before"):
            rows = older_than(rows, get_run(self.actor, widget, before))
        found = list(rows[: PAGE + 1])
        shown = [show_run(run) for run in found[:PAGE]]
        return Response({"runs": shown, "everyone": sees_all_of(self.actor, widget), "more": len(found) > PAGE})


@extend_schema(tags=["plugins"])
class RunView(ApiView):
    """One run."""

    @reads(schema.RunAnswer, 404)
    def get(self, request: Request, plugin_id: str, run_id: str) -> Response:
        """Input, result, console, host calls with their durations, requests, and the error with its lines."""
        run = get_run(self.actor, get_plugin(self.actor, plugin_id), run_id)
        return Response({"run": show_run_in_full(run)})


@extend_schema(tags=["plugins"])
class HostsView(ApiView):
    """Hosts that a plugin may fetch from."""

    @reads(schema.HostsAnswer, 404)
    def get(self, request: Request, plugin_id: str) -> Response:
        """Those of its manifest, those that were granted, and those that only stand in its code."""
        return Response(show_hosts(get_plugin(self.actor, plugin_id)))

    @writes(schema.HostsAnswer, 404, 422, body=schema.HostsWish)
    def put(self, request: Request, plugin_id: str) -> Response:
        """Grant exactly these: `{hosts}`."""
        only_fields(request.data, "hosts")
        widget = get_plugin(self.actor, plugin_id)
        set_hosts(actor=self.actor, widget=widget, hosts=field(request.data, "hosts", list))
        return Response(show_hosts(widget))


def _filters(query: dict[str, str]) -> dict[str, Any]:
    kind, ok = query.get("kind"), query.get("ok")
    if kind is not None and kind not in PluginRun.Kind.values:
        raise InvalidInput(f"kind: must be one of {', '.join(PluginRun.Kind.values)}", path="kind")
    if ok not in (None, "true", "false"):
        raise InvalidInput("ok: must be true or false", path="ok")
    return ({"kind": kind} if kind else {}) | ({"ok": ok == "true"} if ok else {})
