"""Stage: views. What the API shows of people, invites and tokens."""

from __future__ import annotations

from typing import Any

from widgets_manager.core.models import ApiToken, Invite, Membership


def show_member(row: Membership) -> dict[str, Any]:
    """A member with role."""
    return {
        "id": str(row.pk),
        "user": {"id": str(row.user_id), "username": row.user.username, "name": row.user.display_name},
        "role": row.role,
        "created_at": row.created_at.isoformat(),
    }


def show_invite(row: Invite) -> dict[str, Any]:
    """An invite without its secret."""
    return {
        "id": str(row.pk),
        "role": row.role,
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat(),
        "usable": row.usable,
    }


def show_token(row: ApiToken) -> dict[str, Any]:
    """A token without its secret."""
    return {
        "id": str(row.pk),
        "name": row.name,
        "prefix": row.prefix,
        "scopes": row.scopes,
        "is_service": row.is_service,
        "created_at": row.created_at.isoformat(),
        "expires_at": row.expires_at.isoformat() if row.expires_at else None,
        "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
        "last_used_at": row.last_used_at.isoformat() if row.last_used_at else None,
    }
