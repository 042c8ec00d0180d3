"""Stage: access. The two streams that need no other room: one's own, and the one of all members of a tenant.

What they show at first comes from the rooms above, each under a name of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.live.streams import register_stream_kind

Contribution = Callable[[Actor], Any]

_user: Final[dict[str, Contribution]] = {}
_tenant: Final[dict[str, Contribution]] = {}


def add_user_snapshot(name: str, read: Contribution) -> None:
    """Show `read(actor)` as `name` in the snapshot of every person's own stream."""
    _add(_user, name, read)


def add_tenant_snapshot(name: str, read: Contribution) -> None:
    """Show `read(actor)` as `name` in the snapshot of the tenant's stream."""
    _add(_tenant, name, read)


def register() -> None:
    """Register `user:<user id>` (oneself, in the tenant acted in) and `tenant:<tenant id>` (members)."""
    register_stream_kind("user", authorize=_authorize_user, snapshot=_snapshot_of(_user))
    register_stream_kind("tenant", authorize=_authorize_tenant, snapshot=_snapshot_of(_tenant))


def _add(contributions: dict[str, Contribution], name: str, read: Contribution) -> None:
    if name in contributions:
        raise ValueError(f"the snapshot has a part named {name!r} already")
    contributions[name] = read


def _authorize_user(actor: Actor, key: uuid.UUID) -> uuid.UUID:
    if key != actor.user_id:
        raise not_found("user")
    return actor.tenant_id


def _authorize_tenant(actor: Actor, key: uuid.UUID) -> uuid.UUID:
    if key != actor.tenant_id:
        raise not_found("tenant")
    return actor.tenant_id


def _snapshot_of(contributions: dict[str, Contribution]) -> Callable[[Actor, uuid.UUID], dict[str, Any]]:
    def snapshot(actor: Actor, key: uuid.UUID) -> dict[str, Any]:
        return {name: read(actor) for name, read in contributions.items()}

    return snapshot
