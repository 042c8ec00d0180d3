"""prune_events: what is old goes, numbers stay, and what is left has no gaps."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from tests.live.kinds import Boards
from tests.people import Person
from widgets_manager.live.actions import prune_events
from widgets_manager.live.models import Event, Stream
from widgets_manager.live.reading import read_stream


def age(board_key: uuid.UUID, *numbers: int) -> None:
    old = timezone.now() - timedelta(days=settings.LIVE_RETENTION_DAYS, minutes=1)
    Event.objects.filter(stream__key=board_key, number__in=numbers).update(created_at=old)


def test_it_works(alice: Person, boards: Boards) -> None:
    board, other = boards.make(alice.tenant), boards.make(alice.tenant)
    boards.add("one", "two", "three", to=board)
    boards.add("one", to=other)
    age(board.key, 1, 2)
    assert prune_events() == 2
    assert list(Event.objects.filter(stream__key=board.key).values_list("number", flat=True)) == [3]
    assert Event.objects.filter(stream__key=other.key).count() == 1
    assert read_stream(alice.actor, board, 2).snapshot is None
    assert read_stream(alice.actor, board, 1).snapshot is not None


def test_an_older_number_never_outlives_a_later_one(alice: Person, boards: Boards) -> None:
    """Two hosts' clocks may differ."""
    board = boards.make(alice.tenant)
    boards.add("one", "two", "three", to=board)
    age(board.key, 2)
    assert prune_events() == 2
    assert list(Event.objects.filter(stream__key=board.key).values_list("number", flat=True)) == [3]


def test_numbers_go_on_after_everything_was_pruned(alice: Person, boards: Boards) -> None:
    board = boards.make(alice.tenant)
    boards.add("one", "two", to=board)
    age(board.key, 1, 2)
    prune_events()
    boards.add("three", to=board)
    assert Stream.objects.get(key=board.key).last_number == 3
    assert read_stream(alice.actor, board, 2).events[0].number == 3
