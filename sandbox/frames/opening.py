"""Stage: access. Who may open a widget's frame: asked before a ticket is made, and again whenever one is shown."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.conf import settings

from sandbox.frames.exceptions import NoSandbox
from sandbox.frames.tickets import Mount, TicketInvalid
from widgets_manager.core.access import get_or_404
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import ApiError, Conflict
from widgets_manager.core.models import Membership, Role
from widgets_manager.widgets.access import get_widget, visible_instances, visible_widgets
from widgets_manager.widgets.models import InstalledWidget


def begin_mount(
    *, actor: Actor, widget_id: uuid.UUID, channel: uuid.UUID, instance_id: uuid.UUID | None = None
) -> Mount:
    """The frame of a widget that the actor sees, at a place that they see or at none.

    Raises NotFound, NO_SANDBOX and INSECURE_ENTRYPOINT (400), WIDGET_DISABLED (409).
    """
    widget = get_widget(actor, widget_id)
    if instance_id is not None:
        get_or_404(visible_instances(actor), "panel", pk=instance_id, widget=widget)
    _require_script(widget)
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
    widget = visible_widgets(actor).filter(pk=mount.widget, package_version=mount.version, enabled=True).first()
    if widget is None:
        raise TicketInvalid("This widget has been changed, switched off or removed; load it again.")
    if mount.instance and not visible_instances(actor).filter(pk=mount.instance, widget=widget).exists():
        raise TicketInvalid("This panel has been removed.")
    return widget


def _require_script(widget: InstalledWidget) -> None:
    """Raise NO_SANDBOX, or INSECURE_ENTRYPOINT for a script that anybody on the way could have changed."""
    block = widget.package_version.manifest.get("sandbox")
    if block is None:
        raise NoSandbox(f"{widget.name} has no script of its own.", path="widgetId")
    if settings.ENVIRONMENT == "production" and urlsplit(block["entrypoint"]).scheme != "https":
        raise ApiError(
            f"The script of {widget.name} does not come by https.", code="INSECURE_ENTRYPOINT", path="widgetId"
        )
