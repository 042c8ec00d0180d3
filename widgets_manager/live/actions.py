"""Stage: actions. Upkeep of the stored events."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

# Whatever stands before an old event goes with it, whatever its own time says: what is left of a stream has no gaps.
_PRUNE: Final = """
DELETE FROM live_events AS event USING (
  SELECT stream_id, max(number) AS number FROM live_events WHERE created_at < %s GROUP BY stream_id
) AS old
WHERE event.stream_id = old.stream_id AND event.number <= old.number
"""


def prune_events() -> int:
    """Delete the events older than LIVE_RETENTION_DAYS; returns how many. Streams and their numbers stay."""
    limit = timezone.now() - timedelta(days=settings.LIVE_RETENTION_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_PRUNE, [limit])
        return int(cursor.rowcount)
