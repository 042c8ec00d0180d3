"""Units of work: what is collected, what is done after the commit, and what stands outside."""

from __future__ import annotations

import contextvars
from typing import Any

import pytest

from widgets_manager.core.unit_of_work import after_commit, commit_mark, current, unit_of_work

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_works() -> None:
    seen: list[Any] = []
    with unit_of_work() as unit:
        unit.collect(seen.extend, 1)
        with unit_of_work():
            current().collect(seen.extend, 2)
        after_commit(lambda: seen.append("after"))
        assert seen == []
    assert seen == [1, 2, "after"]


def test_what_failed_collects_nothing() -> None:
    seen: list[Any] = []

    def fail() -> None:
        with unit_of_work() as inner:
            inner.collect(seen.extend, "lost")
            raise ZeroDivisionError

    with unit_of_work() as unit:
        with pytest.raises(ZeroDivisionError):
            fail()
        unit.collect(seen.extend, "kept")
    assert seen == ["kept"]


def test_a_write_without_a_unit_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="inside unit_of_work"):
        current()


def test_work_after_the_commit_stands_outside_the_unit() -> None:
    """A task that is started there copies the context: its own writes must not join a unit that has ended."""
    seen: list[Any] = []
    copied: list[contextvars.Context] = []
    mark = commit_mark.set(lambda: None)
    with unit_of_work():
        after_commit(lambda: copied.append(contextvars.copy_context()))

    def later() -> None:
        assert commit_mark.get() is None
        with unit_of_work() as unit:
            unit.collect(seen.extend, "announced")

    copied[0].run(later)
    commit_mark.reset(mark)
    assert seen == ["announced"]
