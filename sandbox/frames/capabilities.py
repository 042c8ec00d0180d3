"""Stage: access. The registry of what a widget's script may ask for; rooms above add to it.

A capability is a method of the bridge. One whose permission writes asks the person first (`asks`); one without
permission is every widget's.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from widgets_manager.core.actor import Actor
from widgets_manager.widgets.models import WidgetInstance


@dataclass(frozen=True, slots=True)
class CallContext:
    """What was on the person's screen: panel ids, the one they are at, and the open conversation."""

    visible_panel_ids: tuple[str, ...] | None = None
    focused_panel_id: str | None = None
    conversation_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class CapabilityCall:
    """One checked call: the permission is declared and, where it must be, granted; `params` fit the schema.

    `instance` has its widget (with its version) and workspace loaded.
    """

    actor: Actor
    instance: WidgetInstance
    params: Mapping[str, Any]
    context: CallContext = field(default_factory=CallContext)


def _nothing(call: CapabilityCall) -> str | None:
    """The subject of most calls."""
    return None


@dataclass(frozen=True, slots=True)
class Capability:
    """A method: its permission ("" for none), the JSON Schema properties of its params, and what it does.

    All params named in `required` must be there; others may be absent. `run` answers with JSON. `subject` says for a
    person who is asked what the call is about, beyond its params: the title of the note that an id means.
    """

    method: str
    permission: str
    run: Callable[[CapabilityCall], Any]
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    subject: Callable[[CapabilityCall], str | None] = _nothing

    @property
    def asks(self) -> bool:
        """Whether the person must have said yes."""
        return self.permission.startswith("write:")


class Capabilities:
    """Methods by name."""

    def __init__(self) -> None:
        self._known: dict[str, Capability] = {}

    def register(self, capability: Capability) -> None:
        """Add a method. Raises ValueError when its name is taken."""
        if capability.method in self._known:
            raise ValueError(f"the method '{capability.method}' is registered twice")
        self._known[capability.method] = capability

    def get(self, method: str) -> Capability | None:
        """The method of that name."""
        return self._known.get(method)

    def __iter__(self) -> Iterator[Capability]:
        return iter(self._known.values())


capabilities: Final = Capabilities()
