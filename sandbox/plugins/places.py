"""Stage: access. Where the widgets of plugins stand: a panel on a dashboard, or a mount in a conversation."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sandbox.plugins.forms import BLOCK
from sandbox.plugins.models import PluginMount
from widgets_manager.core.access import get_or_404, not_found, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import NotFound
from widgets_manager.live.streams import StreamName
from widgets_manager.sessions.events import session_stream
from widgets_manager.sessions.hosting import authorize
from widgets_manager.widgets.access import visible_instances
from widgets_manager.widgets.events import workspace_stream
from widgets_manager.widgets.models import InstalledWidget, WidgetInstance

MOST_MOUNTS: Final = 20  # newest mounts of a person that an update reaches

MountHost = Callable[[Actor, uuid.UUID, PluginMount], None]


@dataclass(frozen=True, slots=True)
class Place:
    """One place; either `instance` or `mount` is there. The widget's version is loaded."""

    id: uuid.UUID
    widget: InstalledWidget
    instance: WidgetInstance | None = None
    mount: PluginMount | None = None

    @property
    def session_id(self) -> uuid.UUID | None:
        """The conversation of a mount."""
        return self.mount.session_id if self.mount is not None else None

    @property
    def title(self) -> str:
        """What people call it."""
        own = self.instance.config.get("title") if self.instance is not None else None
        return str(own or self.widget.name)

    @property
    def stream(self) -> StreamName:
        """What everybody follows who has the place open."""
        if self.instance is not None:
            return workspace_stream(self.instance.workspace_id)
        if self.mount is None:
            raise AssertionError("a place is an instance or a mount")
        return session_stream(self.mount.session_id)


def find_place(actor: Actor, place_id: object) -> Place:
    """A place of a plugin that the actor sees; the plugin may be switched off. Raises NotFound."""
    key = parse_id(place_id, "panel")
    rows = visible_instances(actor).filter(widget__package_version__blocks__has_key=BLOCK)
    instance = rows.select_related("widget__package_version", "workspace").filter(pk=key).first()
    if instance is not None and instance.widget is not None:
        return Place(key, instance.widget, instance=instance)
    mounts = PluginMount.objects.filter(tenant=actor.tenant).select_related("widget__package_version")
    mount = get_or_404(mounts, "panel", pk=key)
    try:
        authorize(actor, mount.session_id)
    except NotFound:
        raise not_found("panel") from None
    return Place(key, mount.widget, mount=mount)


def places_of(actor: Actor, widget: InstalledWidget) -> list[Place]:
    """Every place of the plugin that is the actor's: on dashboards that they open, and what their own runs mounted."""
    instances = visible_instances(actor).filter(widget=widget)
    mounts = PluginMount.objects.filter(widget=widget, user=actor.user).order_by("-created_at")[:MOST_MOUNTS]
    return [
        *(Place(instance.pk, widget, instance=instance) for instance in instances),
        *(Place(mount.pk, widget, mount=mount) for mount in mounts),
    ]


_hosts: list[MountHost] = []


def register_mount_host(host: MountHost) -> None:
    """`host(actor, session_id, mount)` makes a place for a mount among what is said, in the unit of work that makes it.

    For a room with conversations, in `AppConfig.ready()`.
    """
    _hosts.append(host)


def show_mount(actor: Actor, session_id: uuid.UUID, mount: PluginMount) -> None:
    """Hand a new mount to those who show it."""
    for host in _hosts:
        host(actor, session_id, mount)
