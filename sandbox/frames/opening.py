"""Stage: access. Who may open a widget's frame: asked before a ticket is made, and again whenever one is shown."""

from __future__ import annotations

import uuid

from sandbox.frames.kinds import frame_kinds
from sandbox.frames.tickets import Mount, TicketInvalid
from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.core.models import Membership, Role
from widgets_manager.widgets.access import get_widget, visible_instances, visible_widgets
from widgets_manager.widgets.models import InstalledWidget


def begin_mount(
    *, actor: Actor, widget_id: uuid.UUID, channel: uuid.UUID, instance_id: uuid.UUID | None = None
) -> Mount:
    """The frame of a widget that the actor sees, at a place that they see or at none.

    Raises NotFound, NO_SANDBOX (400), WIDGET_DISABLED (409), and for a script INSECURE_ENTRYPOINT (400).
    """
    widget = get_widget(actor, widget_id) if instance_id is None else _widget_at(actor, instance_id, widget_id)
    if widget is None:
        raise not_found("panel")
    frame_kinds.of(widget).require(widget)
    if not widget.enabled:
        raise Conflict(f"{widget.name} is disabled.", code="WIDGET_DISABLED", path="widgetId")
    return Mount(
        member=Membership.objects.values_list("pk", flat=True).get(user=actor.user, tenant=actor.tenant),
        widget=widget.pk,
        version=widget.package_version_id,
        channel=channel,
        instance=instance_id,
    )


def admit(mount: Mount) -> InstalledWidget:
    """The widget of a frame that was begun, version loaded, if its person could begin it now. Raises TicketInvalid."""
    membership = Membership.objects.select_related("user", "tenant").filter(pk=mount.member).first()
    if membership is None or not membership.user.is_active:
        raise TicketInvalid("You no longer belong to this organisation.")
    actor = Actor(user=membership.user, tenant=membership.tenant, role=Role(membership.role))
    if mount.instance is None:
        widget = visible_widgets(actor).filter(pk=mount.widget).first()
    else:
        widget = _widget_at(actor, mount.instance, mount.widget)
        if widget is None:
            raise TicketInvalid("This panel has been removed.")
    if widget is None or widget.package_version_id != mount.version or not widget.enabled:
        raise TicketInvalid("This widget has been changed, switched off or removed; load it again.")
    return widget


def _widget_at(actor: Actor, place: uuid.UUID, widget_id: uuid.UUID) -> InstalledWidget | None:
    """The widget of a place that the actor sees, if it is that widget; version loaded."""
    rows = visible_instances(actor).select_related("widget__package_version")
    instance = rows.filter(pk=place).first()
    widget = instance.widget if instance else frame_kinds.widget_at(actor, place)
    return widget if widget is not None and widget.pk == widget_id else None
