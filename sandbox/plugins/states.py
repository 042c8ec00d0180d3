"""Stage: actions. The last data of plugins' places: written in order for each audience, told live, and kept."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone

from sandbox.plugins.events import PluginData
from sandbox.plugins.models import PluginMount, WidgetState
from sandbox.plugins.places import Place
from widgets_manager.core.actor import Actor
from widgets_manager.core.models import User
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.events import emit
from widgets_manager.widgets.events import user_stream
from widgets_manager.widgets.models import WidgetInstance

Kind = Literal["show", "update"]


@dataclass(frozen=True, slots=True)
class WidgetEvent:
    """What a place was given."""

    place: uuid.UUID
    sequence: int
    kind: str
    data: dict[str, Any]
    everyone: bool

    def as_dict(self) -> dict[str, Any]:
        """As the page gets it."""
        return {"sequence": self.sequence, "kind": self.kind, "data": self.data, "everyone": self.everyone}


def write_states(
    *, actor: Actor, places: Sequence[Place], kind: Kind, data: dict[str, Any], everyone: bool = False
) -> list[WidgetEvent]:
    """Give the places new data, for the actor or for everybody who sees them; open pages learn it at once.

    `data` has been checked. Rows are locked in the order of the places' ids.
    """
    user = None if everyone else actor.user
    written = []
    with unit_of_work():
        for place in sorted(places, key=lambda place: place.id):
            row = _locked(place, user) or _made(actor, place, user)
            row.sequence += 1
            row.kind, row.data, row.updated_at = kind, data, timezone.now()
            row.save(update_fields=["sequence", "kind", "data", "updated_at"])
            _tell(actor, place, row)
            written.append(WidgetEvent(place.id, row.sequence, kind, data, everyone))
    return written


def states_of(actor: Actor, place: Place) -> list[WidgetEvent]:
    """The actor's last data of the place and everybody's, in the order in which they were written."""
    rows = WidgetState.objects.filter(place=place.id, widget=place.widget, sequence__gt=0).order_by("updated_at")
    mine = rows.filter(user=None) | rows.filter(user=actor.user)
    return [WidgetEvent(row.place, row.sequence, row.kind, row.data or {}, row.user_id is None) for row in mine]


def forget_lost_states() -> int:
    """Housekeeping: forget the data of places that are no more; returns how many."""
    rows = WidgetState.objects.exclude(place__in=WidgetInstance.objects.values("pk"))
    return rows.exclude(place__in=PluginMount.objects.values("pk")).delete()[0]


def _locked(place: Place, user: User | None) -> WidgetState | None:
    """The row of the place's audience, held until the unit of work ends."""
    return WidgetState.objects.select_for_update(no_key=True).filter(place=place.id, user=user).first()


def _made(actor: Actor, place: Place, user: User | None) -> WidgetState:
    """The first data of this audience; of two who are first at once, one waits for the other."""
    fresh = WidgetState(tenant=actor.tenant, widget=place.widget, place=place.id, user=user)
    WidgetState.objects.bulk_create([fresh], ignore_conflicts=True)
    return WidgetState.objects.select_for_update(no_key=True).get(place=place.id, user=user)


def _tell(actor: Actor, place: Place, row: WidgetState) -> None:
    event = PluginData(
        instance_id=place.id,
        widget_id=place.widget.pk,
        sequence=row.sequence,
        kind="show" if row.kind == WidgetState.Kind.SHOW else "update",
        content=row.data or {},
        everyone=row.user_id is None,
    )
    stream = place.stream if row.user_id is None else user_stream(actor.user_id)
    emit(stream, event, tenant_id=actor.tenant_id)
