"""Stage: views. The HTTP API of widgets, workspaces and instances (docs/api.md)."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from widgets_manager.core.access import parse_id
from widgets_manager.core.api import ApiView, field, only_fields
from widgets_manager.core.exceptions import InvalidInput, NotFound
from widgets_manager.core.schema import Error, Success, reads, writes
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.files.views import download
from widgets_manager.widgets import access, place_schema, schema
from widgets_manager.widgets.actions import installs, instances, versions, workspaces
from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.serializers import show_builtins, show_instance, show_widget, show_workspace


@extend_schema(tags=["widgets"])
class WidgetFilesView(ApiView):
    """The files of an installed package."""

    @reads(schema.WidgetFiles, 404)
    def get(self, request: Request, widget_id: str) -> Response:
        """Their paths, sizes and media types; a manifest alone has none."""
        widget = access.get_widget(self.actor, widget_id)
        rows = widget.package_version.files.select_related("blob")
        files = [{"path": row.path, "size": row.blob.size, "media_type": row.blob.media_type} for row in rows]
        return Response({"files": files})


@extend_schema(tags=["widgets"])
class WidgetFileView(ApiView):
    """One file of an installed package."""

    @extend_schema(
        operation_id="package_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, 404: Error}
    )
    def get(self, request: Request, widget_id: str, path: str) -> HttpResponseBase:
        """The file, as a download."""
        widget = access.get_widget(self.actor, widget_id)
        file = widget.package_version.files.select_related("blob").filter(path=path).first()
        if file is None:
            raise NotFound(f"'{widget.name}' has no file '{path[:100]}'.")
        return download(file.blob, name=file.path.rpartition("/")[2])


@extend_schema(tags=["widgets"])
class WidgetListView(ApiView):
    """Installed widgets."""

    @reads(schema.WidgetsAnswer)
    def get(self, request: Request) -> Response:
        """One's own and the tenant's, by name; and the built-in panels."""
        rows = access.visible_widgets(self.actor).order_by("name", "created_at")
        shown = [show_widget(row) | {"can_manage": access.can_manage(self.actor, row)} for row in rows]
        return Response({"widgets": shown, "builtins": show_builtins()})


@extend_schema(tags=["widgets"])
class EnableView(ApiView):
    """Switch a widget on or off."""

    @writes(Success, 404, 422, body=schema.EnableWish)
    def post(self, request: Request) -> Response:
        """Body `{id, enabled}`."""
        only_fields(request.data, "id", "enabled")
        widget = access.get_widget(self.actor, field(request.data, "id", str))
        installs.set_enabled(actor=self.actor, widget=widget, enabled=field(request.data, "enabled", bool))
        return Response({"success": True})


@extend_schema(tags=["widgets"])
class WidgetView(ApiView):
    """One installed widget."""

    @reads(place_schema.WidgetPlaces, 404)
    def get(self, request: Request, widget_id: str) -> Response:
        """The widget, and where it stands."""
        widget = access.get_widget(self.actor, widget_id)
        places = access.visible_instances(self.actor).filter(widget=widget)
        shown = show_widget(widget) | {"can_manage": access.can_manage(self.actor, widget)}
        return Response({"widget": shown, "instances": [show_instance(place) for place in places]})

    @writes(schema.WidgetAnswer, 404, 422, body=schema.NameWish)
    def patch(self, request: Request, widget_id: str) -> Response:
        """Rename it: `{name}`."""
        only_fields(request.data, "name")
        widget = access.get_widget(self.actor, widget_id)
        widget = installs.rename_widget(actor=self.actor, widget=widget, name=field(request.data, "name", str))
        return Response({"widget": show_widget(widget)})

    @writes(Success, 404, 422, parameters=[schema.DATA])
    def delete(self, request: Request, widget_id: str) -> Response:
        """Uninstall it, with its places and their data. What a plugin has in tables is kept for 30 days
        (`?data=keep`, the default) or deleted now (`?data=delete`)."""
        widget = access.get_widget(self.actor, widget_id)
        data = request.query_params.get("data", "keep")
        if data not in ("keep", "delete"):
            raise InvalidInput("data: must be 'keep' or 'delete'", path="data")
        installs.uninstall_widget(actor=self.actor, widget=widget, keep_data=data == "keep")
        return Response({"success": True})


@extend_schema(tags=["widgets"])
class EntrypointView(ApiView):
    """The script of a widget that brings one."""

    @writes(schema.WidgetAnswer, 400, 404, 422, 502)
    def post(self, request: Request, widget_id: str) -> Response:
        """Fetch it again; without it the widget serves the chat only."""
        only_fields(request.data)
        widget = versions.collect_again(actor=self.actor, widget=access.get_widget(self.actor, widget_id))
        return Response({"widget": show_widget(widget)})


@extend_schema(tags=["instances"])
class InstancesView(ApiView):
    """Widgets' places on dashboards."""

    @reads(place_schema.InstancesAnswer, 404, operation_id="instances_list", parameters=[place_schema.WORKSPACE_ID])
    def get(self, request: Request) -> Response:
        """The places on `?workspaceId=`, or all that the caller can open."""
        rows = access.visible_instances(self.actor)
        wanted = request.query_params.get("workspaceId")
        if wanted:
            rows = rows.filter(workspace=access.get_workspace(self.actor, wanted))
        return Response({"instances": [show_instance(row) for row in rows]})

    @writes(place_schema.InstanceAnswer, 404, 409, 422, status=201, body=place_schema.PlaceWish)
    def post(self, request: Request) -> Response:
        """Place a widget: `{widgetId | builtin, workspaceId?, config?, entryId?, layout?}`."""
        data = request.data
        only_fields(data, "widgetId", "builtin", "workspaceId", "config", "entryId", "layout")
        widget_id = field(data, "widgetId", str, required=False)
        builtin = field(data, "builtin", str, required=False, default="")
        if bool(widget_id) == bool(builtin):
            raise InvalidInput("Give either 'widgetId' or 'builtin'.", path="widgetId")
        instance = instances.place_widget(
            actor=self.actor,
            workspace=_workspace(self, data),
            widget=access.get_widget(self.actor, widget_id) if widget_id else None,
            builtin_slug=builtin,
            config=field(data, "config", dict, required=False),
            layout=field(data, "layout", dict, required=False),
            entry_id=_entry_id(data),
        )
        return Response({"instance": show_instance(instance)}, status=201)


def _workspace(view: ApiView, data: Any) -> Workspace:
    wanted = field(data, "workspaceId", str, required=False)
    if wanted:
        return access.get_workspace(view.actor, wanted)
    workspace = workspaces.first_workspace(actor=view.actor)
    if workspace is None:
        raise NotFound("There is no dashboard to place it on.", path="workspaceId")
    return workspace


def _entry_id(data: Any) -> uuid.UUID | None:
    value = field(data, "entryId", str, required=False)
    try:
        return parse_id(value, "entry") if value else None
    except NotFound:
        raise InvalidInput("entryId: must be a UUID", path="entryId") from None


@extend_schema(tags=["instances"])
class InstanceView(ApiView):
    """One place."""

    @reads(place_schema.InstanceAnswer, 404)
    def get(self, request: Request, instance_id: str) -> Response:
        """The place."""
        return Response({"instance": show_instance(access.get_instance(self.actor, instance_id))})

    @writes(place_schema.InstanceAnswer, 404, 422, body=place_schema.InstanceChange)
    def patch(self, request: Request, instance_id: str) -> Response:
        """Move or configure it: `{config?, layout?, entryId?}`."""
        only_fields(request.data, "config", "layout", "entryId")
        instance = instances.update_instance(
            actor=self.actor,
            instance=access.get_instance(self.actor, instance_id),
            config=field(request.data, "config", dict, required=False),
            layout=field(request.data, "layout", dict, required=False),
            entry_id=_entry_id(request.data),
        )
        return Response({"instance": show_instance(instance)})

    @writes(Success, 404)
    def delete(self, request: Request, instance_id: str) -> Response:
        """Take it off the dashboard."""
        instances.remove_instance(actor=self.actor, instance=access.get_instance(self.actor, instance_id))
        return Response({"success": True})


@extend_schema(tags=["workspaces"])
class WorkspacesView(ApiView):
    """Dashboards."""

    @reads(place_schema.WorkspacesAnswer)
    def get(self, request: Request) -> Response:
        """Those that the caller can open, oldest first."""
        return Response({"workspaces": [show_workspace(row) for row in access.visible_workspaces(self.actor)]})

    @writes(place_schema.WorkspaceAnswer, 409, 422, status=201, body=place_schema.WorkspaceWish)
    def post(self, request: Request) -> Response:
        """A new one: `{name, visibility?}`."""
        only_fields(request.data, "name", "visibility")
        workspace = workspaces.create_workspace(
            actor=self.actor,
            name=field(request.data, "name", str),
            visibility=field(request.data, "visibility", str, required=False, default="private"),
        )
        return Response({"workspace": show_workspace(workspace)}, status=201)


@extend_schema(tags=["workspaces"])
class WorkspaceView(ApiView):
    """One dashboard."""

    @writes(place_schema.WorkspaceAnswer, 404, 422, body=place_schema.WorkspaceChange)
    def patch(self, request: Request, workspace_id: str) -> Response:
        """Rename or share it, or arrange its panels: `{name?, visibility?, layouts?}`."""
        only_fields(request.data, "name", "visibility", "layouts")
        workspace = access.get_workspace(self.actor, workspace_id)
        layouts = field(request.data, "layouts", dict, required=False)
        name = field(request.data, "name", str, required=False)
        visibility = field(request.data, "visibility", str, required=False)
        with unit_of_work():  # all of it, or nothing
            if layouts is not None:
                workspaces.arrange_workspace(actor=self.actor, workspace=workspace, layouts=layouts)
            if name is not None or visibility is not None:
                workspace = workspaces.update_workspace(
                    actor=self.actor, workspace=workspace, name=name, visibility=visibility
                )
        return Response({"workspace": show_workspace(workspace)})

    @writes(Success, 404)
    def delete(self, request: Request, workspace_id: str) -> Response:
        """Delete it with its panels and their data."""
        workspaces.delete_workspace(actor=self.actor, workspace=access.get_workspace(self.actor, workspace_id))
        return Response({"success": True})
