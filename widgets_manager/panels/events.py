"""Stage: events. What pages learn about the items of panels.

Rules for applying them to a panel's data: `item.put` replaces the item of that id or adds it, then items stand in the
order of (position, id); `item.removed` and `items.cleared` take items away; `items.reset` replaces them all;
`builtin.changed` replaces what it carries of the data of every place of that built-in.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from widgets_manager.live.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPut(Event):
    """An item was added or changed."""

    type: ClassVar[str] = "item.put"
    instance_id: uuid.UUID
    item: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRemoved(Event):
    """An item was removed."""

    type: ClassVar[str] = "item.removed"
    instance_id: uuid.UUID
    item_id: uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsCleared(Event):
    """Several items were removed at once."""

    type: ClassVar[str] = "items.cleared"
    instance_id: uuid.UUID
    item_ids: list[uuid.UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsReset(Event):
    """The items got new positions; this is all of them."""

    type: ClassVar[str] = "items.reset"
    instance_id: uuid.UUID
    items: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinChanged(Event):
    """One's own data of a built-in has changed: `values` are the keys of its view's data that did."""

    type: ClassVar[str] = "builtin.changed"
    slug: str
    values: dict[str, Any]
