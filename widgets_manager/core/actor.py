"""Stage: access. Who acts: every action takes an Actor and trusts nothing else about the caller."""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from widgets_manager.core.exceptions import PermissionDenied
from widgets_manager.core.models import Role, Tenant, User

SCOPES: Final = {
    "widgets": "install, place and manage widgets",
    "chat:manifests": "read the manifests and the prompt section of a chat request",
    "chat:intents": "execute intents",
}
ALL_SCOPES: Final = frozenset(SCOPES)


class Via(enum.StrEnum):
    """How the actor came in."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105  (a word, not a secret)
    CHAT = "chat"
    AGENT = "agent"
    PLUGIN = "plugin"
    JOB = "job"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Actor:
    """A user acting in a tenant with a role, limited to scopes."""

    user: User
    tenant: Tenant
    role: Role
    via: Via = Via.SESSION
    scopes: frozenset[str] = field(default=ALL_SCOPES)
    token_id: uuid.UUID | None = None
    token_used_at: datetime | None = None
    token_expires_at: datetime | None = None
    # The member's generation when this actor was read (0: not read).
    generation: int = 0

    @property
    def user_id(self) -> uuid.UUID:
        """The acting user's id."""
        return self.user.pk

    @property
    def tenant_id(self) -> uuid.UUID:
        """The id of the tenant acted in."""
        return self.tenant.pk

    @property
    def is_admin(self) -> bool:
        """Whether the role is admin or owner."""
        return self.role.rank >= Role.ADMIN.rank

    @property
    def can_write(self) -> bool:
        """Whether the role is member or above."""
        return self.role.rank >= Role.MEMBER.rank

    def require_role(self, minimum: Role, doing: str) -> None:
        """Raise PermissionDenied (403) unless the role is at least `minimum`; `doing` completes the sentence."""
        if self.role.rank < minimum.rank:
            raise PermissionDenied(
                f"Your role in {self.tenant.name} is {self.role.value}; {doing} needs {minimum.value} or above."
            )

    def require_scope(self, scope: str) -> None:
        """Raise PermissionDenied (403) unless the token carries `scope`."""
        if scope not in self.scopes:
            raise PermissionDenied(
                f"This token lacks the scope '{scope}' (it has: {', '.join(sorted(self.scopes)) or 'none'})."
            )
