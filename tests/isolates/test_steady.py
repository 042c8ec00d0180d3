"""Runs that can be carried out again: the same chance and the same time, and an end from outside."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.isolates.client import Steady
from sandbox.isolates.exceptions import HostCallError
from sandbox.isolates.limits import JOB
from sandbox.isolates.prelude import SEED_BYTES
from tests.isolates.conftest import Run, failure

SEED = "0123456789abcdef" * (SEED_BYTES // 8)
CODE = """
const born = Date.now();
async function handler(input, context) {
  const seen = [born, Date.now(), new Date().toISOString(), Date(), new (new Date(0).constructor)().getTime()];
  await context.ask('one');
  seen.push(Date.now(), performance.now(), new Date() instanceof Date, new Date(5).getTime(), Date.UTC(1970, 0, 2));
  if (typeof Temporal === 'object') seen.push(Temporal.Now.instant().epochMilliseconds - Date.now());
  await new Promise((resolve) => setTimeout(resolve, 20));
  seen.push(Date.now());
  try { await context.refused(); } catch { seen.push(Date.now()); }
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return { seen, chance: [Math.random(), Math.random()], secrets: [crypto.randomUUID(), [...bytes]] };
}
"""


def steady(*moments: int) -> Steady:
    """A clock that shows these moments one after the other, and the last one for ever."""
    left = list(moments)
    return Steady(SEED, lambda: left.pop(0) if len(left) > 1 else left[0])


def ask(run: Run, seed: str = SEED) -> Any:
    given = Steady(seed, steady(1_000_000, 2_000_000, 3_000_000).clock)
    return run(CODE, broker=broker, methods=["ask", "refused"], steady=given).value


def broker(method: str, parameters: list[Any]) -> None:
    if method == "refused":
        raise HostCallError("NO", "Not that.")


def test_it_works(run: Run) -> None:
    first, again = ask(run), ask(run)
    assert first == again
    assert ask(run, "f" * 2 * SEED_BYTES)["chance"] != first["chance"]
    assert first["seen"][:2] == [1_000_000, 1_000_000]
    assert first["seen"][2] == "1970-01-01T00:16:40.000Z"
    assert first["seen"][5:10] == [2_000_000, 1_000_000, True, 5, 86_400_000]
    assert first["seen"][-2:] == [2_000_020, 3_000_000]
    assert all(0 <= number < 1 for number in first["chance"])


def test_without_it_chance_and_time_are_real(run: Run) -> None:
    code = "async function handler() { return [Math.random(), Date.now(), crypto.randomUUID()]; }"
    assert not set(run(code).value) & set(run(code).value)


@pytest.fixture
def stop() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_a_run_ends_when_its_caller_says_so(run: Run, stop: tuple[int, int]) -> None:
    threading.Timer(0.3, lambda: os.write(stop[1], b"x")).start()
    code = "async function handler() { for (;;) {} }"
    assert failure(lambda: run(code, limits=JOB, stop=stop[0])).code == "STOPPED"
