"""Stage: actions. Hosts that a plugin may fetch from: those of its manifest, and those that people granted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sandbox.plugins.forms import BLOCK
from sandbox.plugins.models import HostGrant
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.urls import parse_target
from widgets_manager.widgets.access import require_widget_manager
from widgets_manager.widgets.models import InstalledWidget

MAX_GRANTS: Final = 50


def declared_hosts(widget: InstalledWidget) -> list[str]:
    """Those of the manifest (`permissions.hosts`)."""
    permissions: dict[str, Any] = widget.package_version.blocks[BLOCK]["manifest"].get("permissions", {})
    return list(permissions.get("hosts", ()))


def granted_hosts(widget: InstalledWidget) -> list[str]:
    """Those that people granted, by name."""
    return list(HostGrant.objects.filter(widget=widget).values_list("host", flat=True).order_by("host"))


def allowed_hosts(widget: InstalledWidget) -> list[str]:
    """Every `host` or `host:port` that the plugin may fetch from now."""
    return [*declared_hosts(widget), *granted_hosts(widget)]


def show_hosts(widget: InstalledWidget) -> dict[str, list[str]]:
    """`declared` by the manifest, `granted` by people, and `found` in the code without being either."""
    declared, granted = declared_hosts(widget), granted_hosts(widget)
    found = [
        host for host in widget.package_version.blocks[BLOCK].get("hosts", ()) if host not in {*declared, *granted}
    ]
    return {"declared": declared, "granted": granted, "found": found}


def set_hosts(*, actor: Actor, widget: InstalledWidget, hosts: Iterable[object]) -> list[str]:
    """Grant these hosts and no others; those of the manifest need no grant and are left out.

    Raises PermissionDenied unless the actor manages the plugin, InvalidInput for what is no host or too many.
    """
    require_widget_manager(actor, widget)
    declared = declared_hosts(widget)
    wanted = [host for host in dict.fromkeys(_host(given) for given in hosts) if host not in declared]
    if len(wanted) > MAX_GRANTS:
        raise InvalidInput(f"hosts: {len(wanted)} of them; at most {MAX_GRANTS} are granted", path="hosts")
    with unit_of_work():
        InstalledWidget.objects.select_for_update(no_key=True).get(pk=widget.pk)
        rows = HostGrant.objects.filter(widget=widget)
        before = granted_hosts(widget)
        rows.exclude(host__in=wanted).delete()
        HostGrant.objects.bulk_create(
            HostGrant(tenant=actor.tenant, widget=widget, host=host, granted_by=actor.user)
            for host in wanted
            if host not in before
        )
        if sorted(wanted) != before:
            record_audit(actor=actor, action="plugin.hosts", target=widget, hosts=sorted(wanted))
    return sorted(wanted)


def _host(given: object) -> str:
    text = given.strip().lower() if isinstance(given, str) else ""
    try:
        target = parse_target(f"https://{text}/")
    except FetchError:
        target = None
    plain = target is not None and text in {target.host, f"{target.host}:{target.port}", target.netloc}
    if not plain:
        raise InvalidInput(f"hosts: {str(given)[:80]!r} is no host such as 'api.example.com'", path="hosts")
    return text
