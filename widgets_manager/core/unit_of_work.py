"""Stage: actions. One transaction, with work that is done at its end, before or after the commit.

Rooms above collect what belongs to a write (live events, for example) with `collect`; it is handled last, once,
when the outermost unit ends, so that locks on shared rows are held as briefly as possible and in one order.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

Handler = Callable[[list[Any]], None]

_current: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)
# Set for the length of a request that may be sent twice (see actions/idempotency.py).
commit_mark: ContextVar[Callable[[], None] | None] = ContextVar("commit_mark", default=None)


class Last(enum.IntEnum):
    """What is done at the end of a unit, in this order in every unit: shared rows are locked in one order only."""

    GENERATIONS = 1
    EVENTS = 2


class UnitOfWork:
    """What the running transaction still has to do."""

    def __init__(self) -> None:
        self._collected: list[tuple[Last, Handler, Any]] = []

    def collect(self, handler: Handler, item: Any, *, last: Last = Last.EVENTS) -> None:
        """Keep `item`; at the end of the transaction `handler` gets all its items at once, in order."""
        self._collected.append((last, handler, item))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A nested transaction; when it fails, what it collected is forgotten with what it wrote."""
        mark = len(self._collected)
        try:
            with transaction.atomic():
                yield
        except BaseException:
            del self._collected[mark:]
            raise

    def finish(self) -> None:
        """Hand everything collected to its handlers; a handler may collect more."""
        while self._collected:
            handler = min(self._collected, key=lambda entry: entry[0])[1]
            items = [item for _, owner, item in self._collected if owner == handler]
            self._collected = [entry for entry in self._collected if entry[1] != handler]
            handler(items)


def current() -> UnitOfWork:
    """The running unit. Raises RuntimeError outside `unit_of_work()`: a write without one would lose its events."""
    unit = _current.get()
    if unit is None:
        raise RuntimeError("this write must run inside unit_of_work()")
    return unit


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """A transaction; a unit inside another joins it (with a savepoint of its own)."""
    outer = _current.get()
    if outer is not None:
        with outer.savepoint():
            yield outer
        return
    unit = UnitOfWork()
    token = _current.set(unit)
    try:
        with transaction.atomic():
            yield unit
            unit.finish()
            mark = commit_mark.get()
            if mark is not None:
                mark()
    finally:
        _current.reset(token)


def after_commit(work: Callable[[], Any]) -> None:
    """Do `work` when the transaction has committed; its failure is logged and never undoes the write.

    The work stands outside the unit: what it writes, or starts in the background, begins units of its own.
    """

    def outside() -> None:
        # The hooks run before the unit has been left. A task started here copies the context; with the ended unit in
        # it, its writes would join that unit and their events would never be stored.
        unit, mark = _current.set(None), commit_mark.set(None)
        try:
            work()
        finally:
            _current.reset(unit)
            commit_mark.reset(mark)

    transaction.on_commit(outside, robust=True)
