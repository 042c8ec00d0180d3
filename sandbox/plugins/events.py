"""Stage: events. What open pages learn of plugins: data for their widgets, and what a run says while it runs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol

from sandbox.plugins.origins import Origin
from widgets_manager.core.actor import Actor
from widgets_manager.live.events import Event
from widgets_manager.widgets.models import InstalledWidget


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginData(Event):
    """A plugin gave a place of it new data: for the receiver, or (`everyone`) for all who see the place.

    Numbers of either count from 1, without gaps.
    """

    type: ClassVar[str] = "plugin.data"
    instance_id: uuid.UUID
    widget_id: uuid.UUID
    sequence: int
    kind: Literal["show", "update"]
    content: dict[str, Any]
    everyone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginStream(Event):
    """A run of a plugin says something while it runs: `stream` is the type, `content` the data of `streamEvent`."""

    type: ClassVar[str] = "plugin.stream"
    run_id: uuid.UUID
    widget_id: uuid.UUID
    name: str
    stream: str
    content: Any
    instance_id: uuid.UUID | None
    conversation_id: uuid.UUID | None
    message_id: uuid.UUID | None


class StreamListener(Protocol):
    """Whoever keeps what runs say, in the unit of work of the event."""

    def __call__(
        self, *, actor: Actor, origin: Origin, run_id: uuid.UUID, widget: InstalledWidget, type: str, data: Any
    ) -> None:
        """`type` and `data` are what the handler passed."""


_listeners: list[StreamListener] = []


def register_stream_listener(listener: StreamListener) -> None:
    """Have `listener` told of every `streamEvent`, from `AppConfig.ready()`."""
    _listeners.append(listener)


def tell_listeners(
    *, actor: Actor, origin: Origin, run_id: uuid.UUID, widget: InstalledWidget, type: str, data: Any
) -> None:
    """Tell them all; runs in a unit of work."""
    for listener in _listeners:
        listener(actor=actor, origin=origin, run_id=run_id, widget=widget, type=type, data=data)
