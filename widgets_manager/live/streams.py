"""Stage: access. Names of streams, and the registry of their kinds: who may follow one, and what it shows at first."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import InvalidInput

Authorize = Callable[[Actor, uuid.UUID], uuid.UUID]
Snapshot = Callable[[Actor, uuid.UUID], dict[str, Any]]

_KIND: Final = re.compile(r"[a-z][a-z_]{0,19}")
_KEY: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, order=True)
class StreamName:
    """What clients call a stream: `workspace:<uuid>`."""

    kind: str
    key: uuid.UUID

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    @classmethod
    def parse(cls, text: object) -> StreamName:
        """The name in `text`. Raises InvalidInput for what is no name or of no registered kind."""
        kind, _, key = text.partition(":") if isinstance(text, str) else ("", "", "")
        if kind not in stream_kinds or not _KEY.fullmatch(key):
            allowed = " or ".join(f"{known}:<uuid>" for known in sorted(stream_kinds))
            raise InvalidInput(f"stream: must be {allowed}", path="stream")
        return cls(kind, uuid.UUID(key))


@dataclass(frozen=True, slots=True, order=True)
class StreamRef:
    """One stream: its name and the tenant whose events it carries. Its order is the order in which rows are locked."""

    name: StreamName
    tenant_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class StreamKind:
    """How streams of one kind are opened; both functions are synchronous and may read the database.

    `authorize(actor, key)` returns the id of the tenant that the stream belongs to, or raises NotFound or
    PermissionDenied. `snapshot(actor, key)` returns what the stream's events change, as a JSON object; it runs in
    the read-only transaction in which the stream's number is read.
    """

    authorize: Authorize
    snapshot: Snapshot


stream_kinds: Final[dict[str, StreamKind]] = {}


def register_stream_kind(kind: str, *, authorize: Authorize, snapshot: Snapshot) -> None:
    """Make `kind:<uuid>` a stream. Raises ValueError for a kind that is taken or no lower-case word."""
    if not _KIND.fullmatch(kind):
        raise ValueError(f"stream kind {kind!r}: must be a lower-case word of at most 20 letters")
    if kind in stream_kinds:
        raise ValueError(f"stream kind {kind!r} is registered already")
    stream_kinds[kind] = StreamKind(authorize, snapshot)


def authorize(actor: Actor, name: StreamName) -> StreamRef:
    """The stream that `name` means for the actor. Raises NotFound (always the same one) or PermissionDenied."""
    tenant_id = stream_kinds[name.kind].authorize(actor, name.key)
    if tenant_id != actor.tenant_id:
        raise not_found(name.kind)
    return StreamRef(name, tenant_id)
