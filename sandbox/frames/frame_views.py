"""Stage: views. The frames that widgets' scripts run in.

On the application's host a person who is signed in gets a ticket; where frames are served nothing but a ticket counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from sandbox.frames.documents import refusal_document, widget_document, wrapper_document
from sandbox.frames.frame_schema import FrameDescription, describe_redirect
from sandbox.frames.opening import admit, begin_mount
from sandbox.frames.tickets import Mount, Purpose, TicketInvalid, read_ticket, write_ticket
from widgets_manager.core.api import ApiView
from widgets_manager.core.exceptions import ApiError, NotFound, PermissionDenied
from widgets_manager.core.origins import WRAPPER_PATH, is_sandbox_host, script_origin
from widgets_manager.core.schema import described_by

P = ParamSpec("P")
FrameView = Callable[Concatenate[HttpRequest, P], HttpResponse]


class SandboxView(ApiView):
    """The way to a widget's frame."""

    @describe_redirect
    def get(self, request: Request) -> HttpResponse:
        """To the wrapper, with a ticket that is good for a minute."""
        given = request.query_params
        mount = begin_mount(
            actor=self.actor,
            widget_id=_id(given, "widgetId"),
            channel=_id(given, "channelId"),
            instance_id=_id(given, "instanceId") if "instanceId" in given else None,
        )
        query = _query(mount, write_ticket(mount, Purpose.WRAPPER))
        address = f"{script_origin()}{WRAPPER_PATH}?{urlencode(query)}"
        return HttpResponseRedirect(address, preserve_request=True, headers={"Cache-Control": "no-store"})


_ask_for_ticket = SandboxView.as_view()


def _for_frames(view: FrameView[P]) -> FrameView[P]:
    """Lets only a frame in, and only where frames are served; refusals are pages, because a person sees the frame."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.SANDBOX_ORIGIN and not is_sandbox_host(request.get_host()):
            raise NotFound("There is nothing at this address.")
        try:
            if request.headers.get("Sec-Fetch-Dest") != "iframe":
                raise PermissionDenied("A widget is shown inside the application only.")
            return view(request, *args, **kwargs)
        except PermissionDenied as error:
            return refusal_document(error)

    return require_safe(guarded)


@_for_frames
def wrapper_view(request: HttpRequest) -> HttpResponse:
    """The wrapper that `?ticket=` is for; the other parameters are those that it was made for."""
    ticket = request.GET.get("ticket", "")
    mount = read_ticket(ticket, Purpose.WRAPPER)
    if request.GET.dict() != _query(mount, ticket):
        raise TicketInvalid("This address is not the one that the application gave.")
    return wrapper_document(mount, admit(mount))


@described_by(SandboxView)
def sandbox_view(request: HttpRequest) -> HttpResponse:
    """The way to the wrapper; with a ticket, where there is one host for both, the wrapper."""
    return wrapper_view(request) if "ticket" in request.GET else _ask_for_ticket(request)


@described_by(FrameDescription)
@_for_frames
def widget_view(request: HttpRequest, ticket: str) -> HttpResponse:
    """The document that the widget's script runs in."""
    mount = read_ticket(ticket, Purpose.WIDGET)
    return widget_document(mount, admit(mount))


def nothing_view(request: HttpRequest) -> HttpResponse:
    """What the scripts' own host answers to everything else."""
    return HttpResponseNotFound("There is nothing at this address.", content_type="text/plain")


def _query(mount: Mount, ticket: str) -> dict[str, str]:
    place = {"instanceId": str(mount.instance)} if mount.instance else {}
    return {"widgetId": str(mount.widget), "channelId": str(mount.channel), **place, "ticket": ticket}


def _id(query: Mapping[str, str], name: str) -> uuid.UUID:
    """A parameter, written as browsers write UUIDs. Raises INVALID_INPUT (400)."""
    text = query.get(name, "")
    try:
        value = uuid.UUID(text)
    except ValueError:
        value = None
    if value is None or str(value) != text:
        problem = "must be a UUID in lower case" if text else "required"
        raise ApiError(f"{name}: {problem}", code="INVALID_INPUT", path=name)
    return value
