"""The queue that is fair between tenants."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.isolates.queues import FairQueue


@dataclass(frozen=True)
class Item:
    tenant: str
    number: int = 0


def anyone(tenant: str) -> bool:
    return True


def test_it_works() -> None:
    queue: FairQueue[Item] = FairQueue(10)
    for item in (Item("a", 1), Item("a", 2), Item("b", 3), Item("a", 4)):
        assert queue.put(item)
    order = [queue.take(anyone) for _ in range(4)]
    assert [item.number for item in order if item] == [1, 3, 2, 4]
    assert queue.take(anyone) is None
    assert len(queue) == 0


def test_the_next_of_another_tenant_comes_next_however_many_wait() -> None:
    queue: FairQueue[Item] = FairQueue(1000)
    for number in range(500):
        queue.put(Item("flood", number))
    assert queue.take(anyone) == Item("flood", 0)
    queue.put(Item("other"))
    taken = [queue.take(anyone), queue.take(anyone)]
    assert Item("other") in taken


def test_a_tenant_that_may_not_run_is_passed_over() -> None:
    queue: FairQueue[Item] = FairQueue(10)
    queue.put(Item("full"))
    queue.put(Item("free"))
    assert queue.take(lambda tenant: tenant != "full") == Item("free")
    assert queue.take(lambda tenant: tenant != "full") is None
    assert queue.take(anyone) == Item("full")


def test_lines_have_an_end() -> None:
    queue: FairQueue[Item] = FairQueue(2)
    assert [queue.put(Item("a", number)) for number in range(3)] == [True, True, False]
    assert queue.put(Item("b"))
    many = [queue.put(Item(f"t{number}")) for number in range(30)]
    assert many.count(True) == 17, "ten times as many in all"


def test_what_gives_up_is_taken_out() -> None:
    queue: FairQueue[Item] = FairQueue(10)
    queue.put(Item("a", 1))
    queue.put(Item("a", 2))
    assert queue.remove(Item("a", 1))
    assert not queue.remove(Item("a", 1))
    assert not queue.remove(Item("b"))
    assert list(queue) == [Item("a", 2)]
