"""Stage: access. The journal of statements that must not be carried out twice (docs/jobs.md).

An entry commits together with the effect of its statement. Whoever asks for the same entry again, now or after a crash,
gets the answer that was recorded, and nothing is done.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import orjson
import psycopg

from sandbox.plugindb.exceptions import PluginDatabaseUnavailable
from sandbox.plugindb.server import Connection, manager
from widgets_manager.core.exceptions import ApiError

KEEP_DAYS: Final = 15  # longer than a job that has ended
_BEGIN: Final = "SELECT platform.begin_entry($1, $2, $3, $4)"
_END: Final = "SELECT platform.end_entry($1, $2)"
_RECALL: Final = "SELECT answer, moment FROM platform.recall_entry($1)"


@dataclass(slots=True)
class Entry:
    """The place of one statement in a job's round. `moment` (milliseconds) becomes that of the recorded answer."""

    job: uuid.UUID
    round: int
    sequence: int
    moment: int

    @property
    def key(self) -> str:
        """What is vouched for: nobody but this application can name an entry."""
        return f"journal:{self.job}:{self.round}:{self.sequence}"


def begin_entry(connection: Connection, entry: Entry, auth: str, schema: str) -> str | None:
    """Take the entry in the open transaction; the answer as JSON when it was recorded before."""
    cursor = psycopg.RawCursor(connection)
    taken = cursor.execute(_BEGIN, [auth, entry.job, schema, entry.moment]).fetchone()
    if taken and taken[0]:
        return None
    found = cursor.execute(_RECALL, [auth]).fetchone()
    if not found or found[0] is None:
        raise PluginDatabaseUnavailable("The journal has forgotten this statement.")
    entry.moment = found[1]
    return str(found[0])


def end_entry(connection: Connection, auth: str, answer: dict[str, Any]) -> str:
    """Record the answer in the same transaction; as JSON."""
    text = orjson.dumps(answer).decode()
    psycopg.RawCursor(connection).execute(_END, [auth, text])
    return text


def refusal(error: ApiError) -> dict[str, Any]:
    """What is recorded of a statement that was refused."""
    return {"refusal": {"code": error.code, "message": error.message, "status": error.status, "data": error.data}}


def opened(answer: str) -> dict[str, Any]:
    """The recorded value. Raises the recorded refusal."""
    found: dict[str, Any] = orjson.loads(answer)
    if refused := found.get("refusal"):
        raise ApiError(refused["message"], code=refused["code"], status=refused["status"], data=refused["data"])
    value: dict[str, Any] = found["value"]
    return value


def forget_entries(jobs: Iterable[uuid.UUID]) -> int:
    """Delete what is recorded for these jobs, which have ended, and what is older than KEEP_DAYS; how many."""
    with manager() as connection:
        return connection.execute(
            "DELETE FROM platform.journal WHERE job = ANY(%s) OR made_at < now() - make_interval(days => %s)",
            [list(jobs), KEEP_DAYS],
        ).rowcount
