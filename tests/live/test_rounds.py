"""What hubs are made of: rounds go on after every fault, and each event loop has a hub of its own."""

from __future__ import annotations

import asyncio

import pytest

from widgets_manager.live import rounds
from widgets_manager.live.rounds import PerLoop, Rounds


async def test_a_fault_ends_a_round_and_what_was_to_be_done_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "RETRY_AFTER", 0.0)
    loops = Rounds("test")
    outcomes = iter([OSError("the database restarts"), None, None])
    done = asyncio.Queue[str]()

    async def attend() -> None:
        await loops.woken()
        if fault := next(outcomes):
            raise fault
        done.put_nowait("done")

    loops.start(attend)
    loops.start(attend)  # it runs already: nobody takes the second outcome twice
    loops.wake()
    async with asyncio.timeout(10):
        assert await done.get() == "done"
        loops.wake()
        assert await done.get() == "done"
    assert done.empty()


def test_each_loop_has_its_own() -> None:
    hub = PerLoop(object)

    async def twice() -> tuple[object, object]:
        return hub(), hub()

    first, second = asyncio.run(twice()), asyncio.run(twice())
    assert first[0] is first[1]
    assert second[0] is second[1]
    assert first[0] is not second[0]
