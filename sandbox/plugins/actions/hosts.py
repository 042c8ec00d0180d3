"""Stage: actions. Hosts that a plugin may fetch from: those of its manifest, and those that people granted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings

from sandbox.plugins.forms import BLOCK
from sandbox.plugins.models import HostGrant
from widgets_manager.apps.access import private_hosts
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.resolving import may_be_public
from widgets_manager.egress.urls import parse_target
from widgets_manager.widgets.access import require_widget_manager
from widgets_manager.widgets.models import InstalledWidget

MAX_GRANTS: Final = 50
_LOCAL: Final = frozenset({"localhost", "127.0.0.1"})


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
    """`declared` by the manifest, `granted` by people; `found` in the code without being either, and those of them
    that are `private`: nobody can grant them."""
    declared, granted = declared_hosts(widget), granted_hosts(widget)
    rest = [host for host in widget.package_version.blocks[BLOCK].get("hosts", ()) if host not in {*declared, *granted}]
    found, private = [host for host in rest if is_reachable(host)], [host for host in rest if not is_reachable(host)]
    return {"declared": declared, "granted": granted, "found": found, "private": private}


def let_through(hosts: Iterable[str]) -> list[str]:
    """Those that are fetched although private and without TLS: the server's own exceptions and, outside production, of
    `hosts` those on the machine of whoever develops the plugin."""
    if settings.ENVIRONMENT == "production":
        return private_hosts()
    return [*private_hosts(), *(host for host in hosts if host.partition(":")[0] in _LOCAL)]


def is_reachable(host: str) -> bool:
    """Whether a fetch from this `host` or `host:port` may succeed, as far as the text of it tells."""
    try:
        target = parse_target(f"https://{host}/")
    except FetchError:
        return False
    return may_be_public(target) or target.is_named_in(let_through([host]))


def set_hosts(*, actor: Actor, widget: InstalledWidget, hosts: Iterable[object]) -> list[str]:
    """Grant these hosts and no others; those of the manifest need no grant and are left out.

    Raises PermissionDenied unless the actor manages the plugin, InvalidInput for what is no host, is not public, or too
    many. What was granted before is not looked at anew.
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
        _check_reachable(host for host in wanted if host not in before)
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


def _check_reachable(hosts: Iterable[str]) -> None:
    if refused := [host for host in hosts if not is_reachable(host)]:
        message = f"{refused[0]} is not on the public internet; a plugin can be allowed hosts there only"
        raise InvalidInput(f"hosts: {message}", path="hosts")
