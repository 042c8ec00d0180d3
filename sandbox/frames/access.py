"""Stage: access. Places of widgets with scripts, what their manifests permit, and what people answered them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from sandbox.frames.exceptions import NoSandbox
from sandbox.frames.models import Grant, NetworkRequest, StoredValue
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import Conflict
from widgets_manager.packages.models import PackageVersion
from widgets_manager.widgets.access import visible_instances
from widgets_manager.widgets.models import WidgetInstance

LOG_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What the manifest of a version permits its script."""

    permissions: tuple[str, ...]
    network_allowlist: tuple[str, ...]


def get_place(actor: Actor, instance_id: object) -> WidgetInstance:
    """A place, seen by the actor, of a widget with a script; widget, version and workspace loaded.

    The widget may be switched off. Raises NotFound, and NoSandbox for any other panel.
    """
    rows = visible_instances(actor).select_related("widget__package_version")
    instance = get_or_404(rows, "panel", pk=parse_id(instance_id, "panel"))
    sandbox_of(instance)
    return instance


def require_enabled(instance: WidgetInstance) -> None:
    """Raise Conflict WIDGET_DISABLED when the widget, as it was read, is switched off."""
    if instance.widget is not None and not instance.widget.enabled:
        raise Conflict(f"{instance.widget.name} is disabled.", code="WIDGET_DISABLED", path="instanceId")


def version_of(instance: WidgetInstance) -> PackageVersion:
    """The version whose script runs there. Raises NoSandbox."""
    if instance.widget is None or "sandbox" not in instance.widget.package_version.manifest:
        raise NoSandbox("This panel has no script of its own.", path="instanceId")
    return instance.widget.package_version


def sandbox_of(instance: WidgetInstance) -> Sandbox:
    """What the script may do, by the stored manifest of its version, which nobody can change. Raises NoSandbox."""
    block: dict[str, Any] = version_of(instance).manifest["sandbox"]
    return Sandbox(tuple(block["permissions"]), tuple(block.get("networkAllowlist", ())))


def grants_of(actor: Actor) -> QuerySet[Grant]:
    """The actor's own answers for places that they see, newest first."""
    rows = Grant.objects.filter(tenant=actor.tenant, user=actor.user, instance__in=visible_instances(actor))
    return rows.select_related("instance__widget", "instance__workspace")


def stored_value(instance: WidgetInstance, key: str) -> Any:
    """What the widget keeps under the key there; None when it is nothing."""
    return StoredValue.objects.filter(instance=instance, key=key).values_list("value", flat=True).first()


def network_log_of(instance: WidgetInstance) -> list[NetworkRequest]:
    """What was fetched for that place, by whomever: the newest hundred."""
    return list(NetworkRequest.objects.filter(instance=instance).select_related("user")[:LOG_SHOWN])
