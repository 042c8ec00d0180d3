"""Stage: access. Whose items a panel shows, in their order, and as what pages see them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.panels.models import PanelItem, RecentItem
from widgets_manager.widgets.models import Workspace
from widgets_manager.widgets.panel import Panel
from widgets_manager.widgets.registry import builtins

RECENT_KEPT: Final = 50
RECENT_SHOWN: Final = 20
BADGE_PREFIX: Final = "quick-links-"
NOTES: Final = "workspace-notes"


@dataclass(frozen=True, slots=True)
class ItemOwner:
    """Who holds items: an instance, or with a built-in a user in a tenant, or a workspace."""

    tenant_id: uuid.UUID
    instance_id: uuid.UUID | None = None
    user_id: uuid.UUID | None = None
    workspace_id: uuid.UUID | None = None
    builtin_slug: str = ""

    def items(self) -> QuerySet[PanelItem]:
        """The items, in their order."""
        rows = PanelItem.objects.filter(tenant_id=self.tenant_id).order_by("position", "id")
        if self.user_id is not None:
            return rows.filter(user_id=self.user_id, builtin_slug=self.builtin_slug)
        if self.workspace_id is not None:
            return rows.filter(workspace_id=self.workspace_id, builtin_slug=self.builtin_slug)
        # Without an instance there is nothing to hold: no row, rather than somebody's.
        return rows.filter(instance_id=self.instance_id) if self.instance_id is not None else rows.none()

    def new_item(self, **values: Any) -> PanelItem:
        """An unsaved item."""
        return PanelItem(
            tenant_id=self.tenant_id,
            instance_id=self.instance_id,
            user_id=self.user_id,
            workspace_id=self.workspace_id,
            builtin_slug=self.builtin_slug,
            **values,
        )


def owner_of(actor: Actor, panel: Panel) -> ItemOwner:
    """A built-in shows everybody their own items wherever it stands, or those of its workspace; any other panel those
    of its instance. Raises NotFound for a workspace's built-in that stands nowhere.
    """
    if not panel.builtin:
        return ItemOwner(actor.tenant_id, instance_id=panel.instance_id)
    if builtins[panel.slug].keeps == "own":
        return ItemOwner(actor.tenant_id, user_id=actor.user_id, builtin_slug=panel.slug)
    if panel.workspace_id is None:
        raise not_found("panel")
    return ItemOwner(actor.tenant_id, workspace_id=panel.workspace_id, builtin_slug=panel.slug)


def items_of(actor: Actor, panel: Panel) -> list[PanelItem]:
    """The panel's items, in their order. The panel has come through `widgets.access`."""
    return list(owner_of(actor, panel).items())


def show_item(item: PanelItem) -> dict[str, Any]:
    """An item as pages and events see it: its own data beside id, title, done, position and times."""
    return {
        **item.data,
        "id": str(item.pk),
        "title": item.title,
        "done": item.done,
        "position": item.position,
        "created_at": item.created_at.isoformat(),
        "updated_at": item.updated_at.isoformat(),
    }


# Names that an item's own data cannot take.
RESERVED_FIELDS: Final = frozenset({"id", "title", "done", "position", "created_at", "updated_at"})


def builtin_data(items: Iterable[PanelItem]) -> dict[str, Any]:
    """The changing part of a built-in's data, as its view and `builtin.changed` carry it."""
    return {"items": [show_item(item) for item in items]}


def recent_of(actor: Actor) -> QuerySet[RecentItem]:
    """What the actor used in this tenant, newest first."""
    return RecentItem.objects.filter(tenant=actor.tenant, user=actor.user).order_by("-used_at", "id")


def show_recent(entry: RecentItem) -> dict[str, Any]:
    """A recently used thing; `panel_id` is the panel to open for it, empty for a conversation."""
    return {
        "id": str(entry.pk),
        "kind": entry.kind,
        "key": entry.key,
        "title": entry.title,
        "url": entry.url,
        "panel_id": "" if entry.kind == RecentItem.Kind.CONVERSATION else entry.key.partition("/")[0],
        "used_at": entry.used_at.isoformat(),
    }


def recent_data(actor: Actor) -> dict[str, Any]:
    """The changing part of Recent's data: the newest twenty."""
    return {"items": [show_recent(entry) for entry in recent_of(actor)[:RECENT_SHOWN]]}


def own_builtin_data(actor: Actor) -> dict[str, dict[str, Any]]:
    """Data by slug of every built-in in which the actor has something, for the snapshot of their own stream."""
    rows = PanelItem.objects.filter(tenant=actor.tenant, user=actor.user).order_by("builtin_slug", "position", "id")
    by_slug: dict[str, list[PanelItem]] = {}
    for row in rows:
        by_slug.setdefault(row.builtin_slug, []).append(row)
    shown = {slug: builtin_data(items) for slug, items in by_slug.items()}
    recent = recent_data(actor)
    return shown | ({"recent": recent} if recent["items"] else {})


def active_badges(actor: Actor) -> frozenset[str]:
    """Slugs of the Quick Links badges that hold links of the actor: these count as the actor's panels unplaced."""
    rows = PanelItem.objects.filter(tenant=actor.tenant, user=actor.user, builtin_slug__startswith=BADGE_PREFIX)
    return frozenset(rows.order_by().values_list("builtin_slug", flat=True).distinct())


def notes_of(workspace: Workspace) -> QuerySet[PanelItem]:
    """The notes on a workspace that the actor can open: its own, and those of the enabled `notes` panels there."""
    placed = Q(instance__workspace=workspace, instance__widget__enabled=True)
    own = Q(workspace=workspace, builtin_slug=NOTES)
    rows = PanelItem.objects.filter(own | placed & Q(instance__widget__manifest__panelType="notes"))
    return rows.filter(tenant=workspace.tenant_id).select_related("instance__widget", "instance__workspace")


def current_note(actor: Actor, workspace: Workspace) -> PanelItem | None:
    """The note there that the actor used last; without any that they used, the one that was changed last."""
    notes = notes_of(workspace)
    used = recent_of(actor).filter(item__in=notes.values("pk")).values_list("item", flat=True).first()
    return notes.filter(pk=used).first() if used else notes.order_by("-updated_at", "-id").first()
