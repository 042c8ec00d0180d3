"""Stage: events. What a person's pages learn about their answers to widgets."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from widgets_manager.live.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPut(Event):
    """A person answered a widget, or answered it anew."""

    type: ClassVar[str] = "grant.put"
    grant: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRemoved(Event):
    """An answer was revoked, used up, or went with the panel or the version that it was given to."""

    type: ClassVar[str] = "grant.removed"
    instance_id: uuid.UUID
    permission: str
