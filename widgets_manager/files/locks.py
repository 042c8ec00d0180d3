"""Stage: access. Storing and deleting the same content exclude each other until the end of their transactions."""

from __future__ import annotations

from django.db import connection

# PostgreSQL's advisory locks take one 64-bit number: 60 bits of the content's hash name it well enough, because two
# contents that share a number only wait for each other.
_HEX_DIGITS = 15


def lock_for_storing(sha256: str) -> None:
    """Keep the content from being deleted until the transaction ends; waits only for a deletion at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_number(sha256)])


def try_lock_for_deleting(sha256: str) -> bool:
    """Whether nobody is storing the content now; then nobody can until the transaction ends. Never waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(sha256)])
        row = cursor.fetchone()
    return bool(row and row[0])


def _number(sha256: str) -> int:
    return int(sha256[:_HEX_DIGITS], 16)
