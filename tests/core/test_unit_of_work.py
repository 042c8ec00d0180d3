"""Units of work: what is collected, what is done after the commit, and what stands outside."""

from __future__ import annotations

import contextvars
from typing import Any

import pytest

from widgets_manager.core.unit_of_work import Last, after_commit, commit_mark, current, unit_of_work

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


def test_what_fails_after_the_commit_undoes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise OSError("Redis is away")

    seen: list[Any] = []
    with unit_of_work() as unit:
        after_commit(fail)
        after_commit(lambda: seen.append("next"))
        unit.collect(seen.extend, "written")
    assert seen == ["written", "next"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_shared_rows_come_in_one_order() -> None:
    seen: list[str] = []
    with unit_of_work() as unit:
        unit.collect(seen.extend, "event")
        unit.collect(lambda items: seen.extend(items), "generation", last=Last.GENERATIONS)
    assert seen == ["generation", "event"]


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
