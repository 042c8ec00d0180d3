"""Writers on several streams at once: none waits in a circle, no number is lost or given twice."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection

from tests.live.kinds import Boards, WordAdded
from tests.people import Person
from widgets_manager.core.actions.tenants import change_role
from widgets_manager.core.models import Membership, Tenant
from widgets_manager.core.unit_of_work import unit_of_work
from widgets_manager.live.events import emit
from widgets_manager.live.models import Event, Stream
from widgets_manager.live.streams import StreamName

WRITES = 20


def at_once(*works: Callable[[], None]) -> list[Exception]:
    """Run each in a thread of its own, started together; what they raised."""
    faults: list[Exception] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            start.wait()
            work()
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def writer(streams: list[StreamName], tenant: Tenant) -> Callable[[], None]:
    def write() -> None:
        for number in range(WRITES):
            with unit_of_work():
                for stream in streams:
                    emit(stream, WordAdded(word=str(number)), tenant_id=tenant.pk)

    return write


@pytest.mark.django_db(transaction=True)
def test_it_works(alice: Person, boards: Boards) -> None:
    streams = [boards.make(alice.tenant) for _ in range(60)]  # enough for the two to meet in the middle
    faults = at_once(writer(streams, alice.tenant), writer(streams[::-1], alice.tenant))
    assert faults == []
    for stream in streams:
        row = Stream.objects.get(key=stream.key)
        assert row.last_number == 2 * WRITES
        numbers = Event.objects.filter(stream=row).order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 2 * WRITES + 1))


@pytest.mark.django_db(transaction=True)
def test_streams_that_are_new_to_both_writers(alice: Person, boards: Boards) -> None:
    rounds = [[boards.make(alice.tenant) for _ in range(4)] for _ in range(WRITES)]

    def write(order: int) -> Callable[[], None]:
        def work() -> None:
            for streams in rounds:
                with unit_of_work():
                    for stream in streams[::order]:
                        emit(stream, WordAdded(word="new"), tenant_id=alice.tenant.pk)

        return work

    assert at_once(write(1), write(-1)) == []
    keys = [stream.key for streams in rounds for stream in streams]
    assert set(Stream.objects.filter(key__in=keys).values_list("last_number", flat=True)) == {2}


@pytest.mark.django_db(transaction=True)
def test_an_action_that_holds_its_tenant_meets_a_writer_of_the_tenants_stream(
    alice: Person, bob: Person, boards: Boards
) -> None:
    """change_role locks the tenant's row, then the tenant's stream; a writer of that stream must not need the row."""
    membership = Membership.objects.get(user=bob.user)
    actor = alice.actor
    streams = [StreamName("tenant", alice.tenant.pk), StreamName("board", uuid.uuid4())]

    def change() -> None:
        for number in range(WRITES):
            change_role(actor=actor, membership=membership, role=("viewer", "member")[number % 2])

    assert at_once(change, writer(streams, alice.tenant), writer(streams[::-1], alice.tenant)) == []
    assert Stream.objects.get(kind="tenant", key=alice.tenant.pk).last_number >= 3 * WRITES
