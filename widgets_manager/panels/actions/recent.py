"""Stage: actions. What a person used last."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final, Literal

from django.db import connection

from widgets_manager.core.access import parse_id
from widgets_manager.core.actor import Actor
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.events import emit
from widgets_manager.live.streams import StreamName
from widgets_manager.panels.access import RECENT_KEPT, recent_data, recent_of
from widgets_manager.panels.events import BuiltinChanged
from widgets_manager.panels.locks import lock_own_data
from widgets_manager.panels.models import PanelItem, RecentItem
from widgets_manager.widgets.models import WidgetInstance
from widgets_manager.widgets.panel import Panel

RECENT: Final = "recent"


def note_recent(*, actor: Actor, kind: str, key: str, title: str, url: str = "") -> None:
    """Put a thing at the head of the actor's recently used ones; the newest fifty are kept.

    kind and key: `panel` and its panel_id, `item` and `<panel_id>/<item id>`, `conversation` and its id with `url`,
    the page that shows it. Entries of panels and items go when those are deleted.
    """
    panel_id, _, item_id = key.partition("/")
    of_panel = kind != RecentItem.Kind.CONVERSATION
    instances = WidgetInstance.objects.filter(panel_id=panel_id, tenant=actor.tenant) if of_panel else None
    instance_id = instances.values_list("pk", flat=True).first() if instances is not None else None
    entry = _entry(actor, kind, key, title, url)
    entry.instance_id = instance_id
    entry.item_id = parse_id(item_id, "item") if of_panel and item_id else None
    _put(actor, [entry])


def note_panel(*, actor: Actor, panel: Panel, item: PanelItem | None = None) -> None:
    """Note a panel, and the item of it that was used, if one was."""
    entries = [_entry(actor, RecentItem.Kind.PANEL, panel.panel_id, panel.title)]
    if item is not None:
        key, url = f"{panel.panel_id}/{item.pk}", str(item.data.get("url", ""))
        entries.append(_entry(actor, RecentItem.Kind.ITEM, key, item.title, url))
        entries[1].item_id = item.pk
        # The item stands before its panel.
        entries[1].used_at += timedelta(microseconds=1)
    for entry in entries:
        entry.instance_id = panel.instance_id
    _put(actor, entries)


def forget_recent(*, actor: Actor, entry: RecentItem | None = None) -> int:
    """Forget one entry, or without one everything; returns how many there were."""
    with unit_of_work():
        lock_own_data(actor.tenant_id, actor.user_id, RECENT)
        rows = RecentItem.objects.filter(tenant=actor.tenant, user=actor.user)
        count = (rows.filter(pk=entry.pk) if entry else rows).delete()[0]
        _announce(actor)
    return count


def _entry(actor: Actor, kind: str, key: str, title: str, url: str = "") -> RecentItem:
    entry = RecentItem(tenant=actor.tenant, user=actor.user, kind=kind, key=key, title=title[:500], url=url[:2000])
    entry.clean_fields(exclude=["tenant", "user", "instance", "item"])
    return entry


def _put(actor: Actor, entries: list[RecentItem]) -> None:
    with unit_of_work():
        # All entries are about one panel.
        there = _hold("widget_instances", entries[0].instance_id)
        kept = [entry for entry in entries if there and _hold("panel_items", entry.item_id)]
        lock_own_data(actor.tenant_id, actor.user_id, RECENT)
        RecentItem.objects.bulk_create(
            kept,
            update_conflicts=True,
            unique_fields=["user", "tenant", "kind", "key"],
            update_fields=["title", "url", "instance", "item", "used_at"],
        )
        newest = recent_of(actor)[:RECENT_KEPT].values("pk")
        RecentItem.objects.filter(tenant=actor.tenant, user=actor.user).exclude(pk__in=newest).delete()
        _announce(actor)


def _hold(table: Literal["widget_instances", "panel_items"], key: uuid.UUID | None) -> bool:
    """Whether what an entry is about is there (or it is about neither); it then stays until this has committed.

    The row is held before one's own list is locked: those who delete such rows take the locks in this order, too.
    """
    if key is None:
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR KEY SHARE", [key])  # noqa: S608  (two literals)
        return cursor.fetchone() is not None


def _announce(actor: Actor) -> None:
    # At once and not when the unit ends: all of a unit's events must take their numbers together (see live/events.py).
    event = BuiltinChanged(slug=RECENT, values=recent_data(actor))
    emit(StreamName("user", actor.user_id), event, tenant_id=actor.tenant_id)
