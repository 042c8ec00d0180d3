"""Stage: actions. Locks of one's own data of a built-in, which has no row to lock while it is empty."""

from __future__ import annotations

import uuid

from django.db import connection


def lock_own_data(tenant_id: uuid.UUID, user_id: uuid.UUID, slug: str) -> None:
    """Wait for, and until the end of the transaction keep out, other writers of this user's data of a built-in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{tenant_id}/{user_id}/{slug}"])
