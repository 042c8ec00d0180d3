"""Snapshot and number are of one moment, and the events after them lead to the next snapshot."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection

from tests.live.kinds import Boards
from tests.live.verify import verify_stream
from tests.people import Person
from widgets_manager.core.actor import Actor
from widgets_manager.core.exceptions import NotFound
from widgets_manager.core.models import Membership
from widgets_manager.live.models import Stream
from widgets_manager.live.reading import read_stream
from widgets_manager.live.streams import StreamKind, register_stream_kind, stream_kinds


def apply(data: dict[str, Any], event: str, change: dict[str, Any]) -> dict[str, Any]:
    assert event == "test.word_added"
    return {"words": [*data["words"], change["word"]]}


def test_it_works(alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    boards.add("milk", to=board)
    with verify_stream(alice.actor, board, apply, events=2):
        boards.add("bread", "tea", to=board)


def test_verify_stream_notices_a_client_that_would_be_wrong(alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with pytest.raises(AssertionError), verify_stream(alice.actor, board, lambda data, event, change: data):
        boards.add("milk", to=board)


@pytest.mark.django_db(transaction=True)
def test_a_write_in_the_middle_of_a_snapshot_is_not_in_it(
    alice: Person, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = boards.make(alice.tenant)
    boards.add("milk", to=board)

    def write() -> None:
        try:
            boards.add("bread", to=board)
        finally:
            connection.close()

    def slow_snapshot(actor: Actor, key: uuid.UUID) -> dict[str, Any]:
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        assert Stream.objects.get(key=key).last_number == 1
        return boards.snapshot(actor, key)

    monkeypatch.setitem(stream_kinds, "board", StreamKind(boards.authorize, slow_snapshot))
    reading = read_stream(alice.actor, board)
    assert (reading.number, reading.snapshot) == (1, {"words": ["milk"]})
    assert [event.number for event in read_stream(alice.actor, board, reading.number).events] == [2]


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_cannot_write(alice: Person, boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    board = boards.make(alice.tenant)

    def writes(actor: Actor, key: uuid.UUID) -> uuid.UUID:
        Membership.objects.filter(user=actor.user).update(role="viewer")
        return actor.tenant_id

    monkeypatch.setitem(stream_kinds, "board", StreamKind(writes, boards.snapshot))
    with pytest.raises(DatabaseError, match="read-only"):
        read_stream(alice.actor, board)


def test_charlie_is_told_that_there_is_no_such_board(alice: Person, charlie: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    with pytest.raises(NotFound):
        read_stream(charlie.actor, board)


def test_a_kind_that_answers_with_another_tenant_lets_nobody_in(
    alice: Person, charlie: Person, boards: Boards, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = StreamKind(lambda actor, key: alice.tenant.pk, lambda actor, key: {})
    monkeypatch.setitem(stream_kinds, "board", careless)
    with pytest.raises(NotFound):
        read_stream(charlie.actor, boards.make(alice.tenant))


def test_a_former_member_reads_nothing(alice: Person, bob: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    actor = bob.actor
    Membership.objects.filter(user=bob.user).delete()
    with pytest.raises(NotFound):
        read_stream(actor, board)


@pytest.mark.parametrize("kind", ["Board", "", "a" * 21, "b0ard", "user"])
def test_a_kind_is_a_free_lower_case_word(kind: str) -> None:
    with pytest.raises(ValueError, match="stream kind"):
        register_stream_kind(kind, authorize=lambda actor, key: key, snapshot=lambda actor, key: {})
