"""Stage: actions. Every write to items, under the lock of what holds them.

An operation opens the items with `edit_items`, finds what is meant among them and writes through the editor, so that
"the second" is the second that was there when nobody else could change it. Leaving the block announces the writes;
a Refusal or error undoes them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from django.utils import timezone

from widgets_manager.core.access import not_found
from widgets_manager.core.actions.audit import record_audit
from widgets_manager.core.actor import Actor
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.events import Event, emit
from widgets_manager.live.streams import StreamName
from widgets_manager.panels.access import BADGE_PREFIX, ItemOwner, builtin_data, owner_of, show_item
from widgets_manager.panels.events import BuiltinChanged, ItemPut, ItemRemoved, ItemsCleared, ItemsReset
from widgets_manager.panels.exceptions import Refusal
from widgets_manager.panels.locks import lock_own_data
from widgets_manager.panels.models import PanelItem
from widgets_manager.widgets.cache import invalidate_manifests
from widgets_manager.widgets.models import WidgetInstance, Workspace
from widgets_manager.widgets.panel import Panel

MAX_ITEMS: Final = 2_000
# One's own data of a built-in travels whole in one event.
MAX_OWN_ITEMS: Final = 100
# Two positions closer than this cannot take a third between them for long.
SMALLEST_GAP: Final = 1e-6


@contextmanager
def edit_items(*, actor: Actor, panel: Panel) -> Iterator[ItemEditor]:
    """The panel's items, locked, for writing. Raises PermissionDenied for viewers, NotFound when the panel has gone."""
    actor.require_role(Role.MEMBER, f"changing {panel.title}")
    with unit_of_work():
        owner = owner_of(actor, panel)
        editor = ItemEditor(actor, panel, owner, _lock(owner))
        yield editor
        editor.announce()


@dataclass(frozen=True, slots=True)
class _Shown:
    """Where pages see the items of an instance or of a workspace: the workspace, and the places on it."""

    workspace_id: uuid.UUID
    instance_ids: tuple[uuid.UUID, ...]


def _lock(owner: ItemOwner) -> _Shown | None:
    """Lock what holds the items; where pages see them, None for one's own. Raises NotFound when the holder has gone."""
    if owner.user_id is not None:
        lock_own_data(owner.tenant_id, owner.user_id, owner.builtin_slug)
        return None
    if owner.workspace_id is not None:
        return _lock_workspace(owner, owner.workspace_id)
    if owner.instance_id is None:
        raise not_found("panel")
    rows = WidgetInstance.objects.select_for_update(no_key=True).filter(pk=owner.instance_id, tenant_id=owner.tenant_id)
    workspace_id = rows.values_list("workspace_id", flat=True).first()
    if workspace_id is None:
        raise not_found("panel")
    return _Shown(workspace_id, (owner.instance_id,))


def _lock_workspace(owner: ItemOwner, workspace_id: uuid.UUID) -> _Shown:
    """Under the same lock places are given out and arranged, so every place that there is hears of the change."""
    rows = Workspace.objects.select_for_update(no_key=True).filter(pk=workspace_id, tenant_id=owner.tenant_id)
    workspace = rows.first()
    if workspace is None:
        raise not_found("panel")
    places = workspace.instances.filter(builtin_slug=owner.builtin_slug)
    return _Shown(workspace_id, tuple(places.values_list("pk", flat=True)))


class ItemEditor:
    """The locked items of one panel, in their order, and the writes to them."""

    def __init__(self, actor: Actor, panel: Panel, owner: ItemOwner, shown: _Shown | None) -> None:
        self.items = list(owner.items())
        self._actor = actor
        self._panel = panel
        self._owner = owner
        self._shown = shown
        self._was_empty = not self.items
        self._events: list[Callable[[uuid.UUID], Event]] = []
        self._changed = False

    def add(self, *, title: str, data: dict[str, Any] | None = None, done: bool = False) -> PanelItem:
        """A new item at the end. Raises Refusal when the panel is full."""
        limit = MAX_OWN_ITEMS if self._owner.user_id else MAX_ITEMS
        if len(self.items) >= limit:
            raise Refusal(f"{self._panel.title} is full: it holds {limit:,} entries. Remove some first.")
        last = self.items[-1].position if self.items else 0.0
        now = timezone.now()
        item = self._owner.new_item(
            title=title, data=data or {}, done=done, position=last + 1.0, created_at=now, updated_at=now
        )
        item.save(force_insert=True)
        self.items.append(item)
        self._note_put(item, "item.add")
        return item

    def change(
        self,
        item: PanelItem,
        *,
        title: str | None = None,
        data: dict[str, Any] | None = None,
        done: bool | None = None,
        before: PanelItem | None = None,
        to_end: bool = False,
    ) -> PanelItem:
        """New values; `data` is merged into what is there. `before` another item, or `to_end`, moves it."""
        item.title = title or item.title
        item.data = item.data | (data or {})
        item.done = item.done if done is None else done
        item.updated_at = timezone.now()
        if to_end or before is not None:
            self._place(item, before)
        item.save(update_fields=["title", "data", "done", "position", "updated_at"])
        self.items.sort(key=lambda row: (row.position, str(row.pk)))
        self._note_put(item, "item.change")
        return item

    def remove(self, items: Sequence[PanelItem]) -> None:
        """Take items away; none is no error."""
        if not items:
            return
        keys = [item.pk for item in items]
        PanelItem.objects.filter(pk__in=keys).delete()
        gone = set(keys)
        self.items = [item for item in self.items if item.pk not in gone]
        named = {"title": items[0].title} if len(items) == 1 else {"count": len(items)}
        self._audit("item.remove" if len(items) == 1 else "items.clear", items[0] if len(items) == 1 else None, **named)
        if len(keys) == 1:
            self._note(lambda instance_id: ItemRemoved(instance_id=instance_id, item_id=keys[0]))
        else:
            self._note(lambda instance_id: ItemsCleared(instance_id=instance_id, item_ids=keys))

    def announce(self) -> None:
        """Emit what was written, once: for every place that shows it to the workspace, or to one's own stream."""
        if not self._changed:
            return
        tenant_id, user_id = self._owner.tenant_id, self._owner.user_id
        if self._shown is not None:
            stream = StreamName("workspace", self._shown.workspace_id)
            for instance_id, event in product(self._shown.instance_ids, self._events):
                emit(stream, event(instance_id), tenant_id=tenant_id)
        if user_id is None:
            return
        changed = BuiltinChanged(slug=self._owner.builtin_slug, values=builtin_data(self.items))
        emit(StreamName("user", user_id), changed, tenant_id=tenant_id)
        if self._owner.builtin_slug.startswith(BADGE_PREFIX) and self._was_empty != (not self.items):
            # A badge with links counts as a panel of its owner's chat, an empty one does not.
            invalidate_manifests(tenant_id=tenant_id, user_id=user_id)

    def _place(self, item: PanelItem, before: PanelItem | None) -> None:
        others = [row for row in self.items if row.pk != item.pk]
        index = next((index for index, row in enumerate(others) if before and row.pk == before.pk), len(others))
        low = others[index - 1].position if index else None
        high = others[index].position if index < len(others) else None
        if low is None:
            item.position = high - 1.0 if high is not None else 1.0
        elif high is None:
            item.position = low + 1.0
        elif high - low > SMALLEST_GAP:
            item.position = (low + high) / 2
        else:
            self._renumber([*others[:index], item, *others[index:]])

    def _renumber(self, ordered: list[PanelItem]) -> None:
        for number, row in enumerate(ordered, start=1):
            row.position = float(number)
        PanelItem.objects.bulk_update(ordered, ["position"], batch_size=500)
        shown = [show_item(row) for row in ordered]
        self._note(lambda instance_id: ItemsReset(instance_id=instance_id, items=shown))

    def _note_put(self, item: PanelItem, action: str) -> None:
        self._audit(action, item, title=item.title)
        shown = show_item(item)
        self._note(lambda instance_id: ItemPut(instance_id=instance_id, item=shown))

    def _note(self, event: Callable[[uuid.UUID], Event]) -> None:
        """Tell of a write, at each place that shows it."""
        self._changed = True
        self._events.append(event)

    def _audit(self, action: str, item: PanelItem | None, **data: Any) -> None:
        record_audit(actor=self._actor, action=action, target=item, panel_id=self._panel.panel_id, **data)
