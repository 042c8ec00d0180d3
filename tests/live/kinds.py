"""A stream kind of the tests: a shared list of words per key, open to the members of one tenant."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from widgets_manager.core.access import not_found
from widgets_manager.core.actor import Actor
from widgets_manager.core.models import Tenant
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.events import Event, emit
from widgets_manager.live.models import Event as StoredEvent
from widgets_manager.live.streams import StreamKind, StreamName, stream_kinds

KIND = "board"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordAdded(Event):
    type: ClassVar[str] = "test.word_added"
    word: str


@dataclass
class Boards:
    """Boards of tenants; their content is what their stored events say, so that snapshots come from the database."""

    tenants: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    closed_to: set[uuid.UUID] = field(default_factory=set)

    def make(self, tenant: Tenant) -> StreamName:
        key = uuid.uuid4()
        self.tenants[key] = tenant.pk
        return StreamName(KIND, key)

    def add(self, *words: str, to: StreamName) -> None:
        with unit_of_work():
            for word in words:
                emit(to, WordAdded(word=word), tenant_id=self.tenants[to.key])

    def authorize(self, actor: Actor, key: uuid.UUID) -> uuid.UUID:
        if self.tenants.get(key) != actor.tenant_id or actor.user_id in self.closed_to:
            raise not_found("board")
        return self.tenants[key]

    def snapshot(self, actor: Actor, key: uuid.UUID) -> dict[str, Any]:
        rows = StoredEvent.objects.filter(stream__kind=KIND, stream__key=key).order_by("number")
        return {"words": [row.data["word"] for row in rows]}


@pytest.fixture
def boards(monkeypatch: pytest.MonkeyPatch) -> Boards:
    made = Boards()
    monkeypatch.setitem(stream_kinds, KIND, StreamKind(made.authorize, made.snapshot))
    return made
