"""Stage: access. Which apps a person has, what these bring with them, and what they are granted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet

from widgets_manager.apps.compiling import compiled_blocks
from widgets_manager.apps.functions import Function, functions
from widgets_manager.core.access import get_or_404, parse_id
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import Conflict, NotFound, PermissionDenied
from widgets_manager.declarative.compiler import in_order
from widgets_manager.declarative.problems import hint
from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.urls import parse_target
from widgets_manager.widgets.access import own_widgets, visible_widgets
from widgets_manager.widgets.models import InstalledWidget

ZONES = ("chat_side", "workspace_tabs", "modals", "inline")
# Who presses no button: they act for an app by its grants, and ask first where the organisation confirms writes.
MACHINES: Final = frozenset({Via.CHAT, Via.AGENT, Via.PLUGIN})


@dataclass(frozen=True, slots=True)
class Blocks:
    """The parts of an app's package: `widgets` is the compiled config, `fields` the inputs of its trees, in order."""

    widgets: dict[str, Any]
    capabilities: dict[str, Any] = field(default_factory=dict)
    agents: list[dict[str, Any]] = field(default_factory=list)
    modules: dict[str, Any] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)


def visible_apps(actor: Actor) -> QuerySet[InstalledWidget]:
    """The apps that the actor sees, enabled or not, by name."""
    rows = visible_widgets(actor).filter(package_version__blocks__has_key="widgets")
    return rows.order_by("name", "created_at")


def active_apps(actor: Actor) -> list[InstalledWidget]:
    """The enabled apps that stand in the actor's chat: their own and the tenant's."""
    rows = own_widgets(actor).filter(package_version__blocks__has_key="widgets", enabled=True)
    return list(rows.select_related("package_version", "installed_by").order_by("name", "created_at"))


def get_app(actor: Actor, app_id: object) -> InstalledWidget:
    """An enabled app that the actor sees. Raises NotFound, or Conflict WIDGET_DISABLED."""
    app = get_or_404(visible_apps(actor), "app", pk=parse_id(app_id, "app"))
    if not app.enabled:
        raise Conflict(f"{app.name} is disabled.", code="WIDGET_DISABLED")
    return app


def app_blocks(app: InstalledWidget) -> Blocks:
    """What the app's package brings; a widget that is no app brings no widgets."""
    kept: Mapping[str, Any] = compiled_blocks(app.package_version)
    config = kept.get("widgets") or _EMPTY
    return Blocks(
        widgets=in_order(config),
        capabilities=dict(kept.get("capabilities") or {}),
        agents=list(kept.get("agents") or ()),
        modules=dict(kept.get("modules") or {}),
        fields=list(config.get("order", {}).get("fields", ())),
    )


def find_widget(app: InstalledWidget, key: str) -> dict[str, Any]:
    """A declared widget `{tree, data, title?, …}` by its key: `chat_side`, `workspace_tabs.<id>`, `modals.<name>`,
    `inline.<name>`; `workspace.<id>` is an alias. Raises NotFound with the keys that there are.
    """
    declared = declared_widgets(app)
    asked = f"workspace_tabs.{key.removeprefix('workspace.')}" if key.startswith("workspace.") else key
    if asked in declared:
        return declared[asked]
    known = list(declared)
    raise NotFound(
        f"{app.name} declares no widget '{key[:100]}' (it has: {', '.join(known) or 'none'}){hint(key, known)}.",
        code="UNKNOWN_WIDGET",
        path="widget",
    )


def declared_widgets(app: InstalledWidget) -> dict[str, dict[str, Any]]:
    """Every declared widget by its key, in the order of zones."""
    config = app_blocks(app).widgets
    side = config.get("chat_side")
    found = {"chat_side": side} if side else {}
    found |= {f"workspace_tabs.{tab['id']}": tab for tab in config.get("workspace_tabs", ())}
    for zone in ("modals", "inline"):
        found |= {f"{zone}.{name}": entry for name, entry in config.get(zone, {}).items()}
    return found


def names_around(app: InstalledWidget | None) -> dict[str, list[str]]:
    """The dialogs and tabs that a tree pushed for the app may open; without an app there are none."""
    config = app_blocks(app).widgets if app is not None else _EMPTY
    return {"modal": list(config["modals"]), "tab": [str(tab["id"]) for tab in config["workspace_tabs"]]}


def is_granted(app: InstalledWidget, module: str, action: str) -> bool:
    """Whether the app's `capabilities.grant` names the action of the module; `*` names all."""
    return any(
        grant.get("module") == module and ({action, "*"} & set(grant.get("actions", ())))
        for grant in app_blocks(app).capabilities.get("grant", ())
    )


def require_grant(app: InstalledWidget, module: str, action: str) -> None:
    """Raise PermissionDenied NOT_GRANTED unless the app was granted the action when it was installed."""
    if not is_granted(app, module, action):
        raise PermissionDenied(
            f"{app.name} is not granted '{module}.{action}'; its app.yaml must list it under capabilities.grant.",
            code="NOT_GRANTED",
        )


def granted_functions(app: InstalledWidget) -> list[Function]:
    """The registered functions that the app's agents may call."""
    return [function for function in functions() if is_granted(app, function.module, function.action)]


def allowed_hosts(app: InstalledWidget | None) -> list[str]:
    """The hosts of the app's `capabilities.network`."""
    return [str(host) for host in app_blocks(app).capabilities.get("network", ())] if app is not None else []


def private_hosts() -> list[str]:
    """Hosts that widgets may ask although private and without TLS: named in APP_HTTP_HOSTS and in FETCH_ALLOW_HOSTS.

    The second alone is for installing; no app opens such a host to itself by naming it.
    """
    both = (settings.APP_HTTP_HOSTS, settings.FETCH_ALLOW_HOSTS)
    return sorted({one for hosts in both for one in hosts if all(_names(named, one) for named in both)})


def _names(hosts: Collection[str], host: str) -> bool:
    """Whether `host` or `host:port` is one of the hosts, or on one that is named without a port."""
    try:
        return parse_target(f"https://{host}/").is_named_in(hosts)
    except FetchError:
        return host in hosts


_EMPTY: dict[str, Any] = {"version": 1, "chat_side": None, "workspace_tabs": [], "modals": {}, "inline": {}}
