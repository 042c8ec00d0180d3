"""Stage: events. What pages learn when somebody's access changes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

from widgets_manager.live.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged(Event):
    """A member joined, left or got another role, a token was revoked, or (without user) the tenant itself changed."""

    type: ClassVar[str] = "access.changed"
    reason: str
    user_id: uuid.UUID | None
