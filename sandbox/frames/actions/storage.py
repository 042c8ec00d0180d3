"""Stage: actions. What a widget keeps on the server, for everybody who sees this place of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.db.models import Count, Sum

from sandbox.frames.actions.locks import lock_place
from sandbox.frames.exceptions import StorageFull
from sandbox.frames.models import StoredValue
from widgets_manager.core.actor import Actor
from widgets_manager.core.models import Role
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.widgets.models import WidgetInstance
from widgets_manager.widgets.panels_of import panel_of

QUOTA: Final = 256 * 1024
MAX_KEYS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Usage:
    """How full the storage of a place is, in bytes of keys and values."""

    used: int
    quota: int = QUOTA


def set_value(*, actor: Actor, instance: WidgetInstance, key: str, value: Any) -> Usage:
    """Keep a JSON value under the key; None removes it. Raises StorageFull, and PermissionDenied for viewers.

    The place is locked meanwhile, so that two writes at once cannot both take the last of the room.
    """
    title = panel_of(instance).title
    actor.require_role(Role.MEMBER, f"changing what {title} keeps")
    with unit_of_work():
        place = lock_place(actor, instance)
        others = StoredValue.objects.filter(instance=place).exclude(key=key)
        if value is None:
            StoredValue.objects.filter(instance=place, key=key).delete()
            return Usage(others.aggregate(bytes=Sum("size", default=0))["bytes"])
        size = len(key.encode()) + len(orjson.dumps(value))
        there = others.aggregate(bytes=Sum("size", default=0), keys=Count("pk"))
        _require_room(title, there["bytes"], size, there["keys"])
        StoredValue.objects.update_or_create(
            instance=place, key=key, defaults={"tenant": actor.tenant, "value": value, "size": size}
        )
        return Usage(there["bytes"] + size)


def _require_room(title: str, used: int, needed: int, keys: int) -> None:
    data = {"used": used, "needed": needed, "quota": QUOTA}
    if used + needed > QUOTA:
        raise StorageFull(
            f"The storage of {title} is full: the value needs {needed:,} bytes, and {max(QUOTA - used, 0):,} of "
            f"{QUOTA:,} are free.",
            data=data,
        )
    if keys >= MAX_KEYS:
        raise StorageFull(f"The storage of {title} is full: it holds {keys:,} keys, which is the most.", data=data)
