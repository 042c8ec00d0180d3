"""`python -m benchmarks.isolates`: runs of handlers in the service of isolates, beside isolated-vm in Node.

The two take turns in one run: blocks of single runs one after the other, then eight callers at once. Of the medians,
99th percentiles and rates of the blocks the best ones are compared, because other work on the machine only adds.
Without Node 24 or isolated-vm only our own figures are shown. About a minute.
"""

from __future__ import annotations

import os
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Final

from benchmarks.environment import Ratio, show
from benchmarks.isolates.peer import Missing, running_peer
from sandbox.isolates.client import run_handler, service_state
from sandbox.isolates.launch import running_service
from tests.config.application import descendants

TRIVIAL: Final = "async function handler(input, context) { return { ok: true, input }; }\nmodule.exports = { handler };"
CALLS: Final = """
async function handler(input, context) {
  const rows = await context.query('SELECT * FROM items WHERE id = $1', [input.id]);
  await context.update({ event: 'loaded', rows });
  await context.update({ event: 'done' });
  return { rows };
}
module.exports = { handler };"""
MANY: Final = """
async function handler(input, context) {
  for (let number = 0; number < 200; number++) await context.update(number);
}
module.exports = { handler };"""
METHODS: Final = ("query", "update")
ROUNDS: Final = 10
BLOCK: Final = 60  # single runs of one kind in a round
AT_ONCE: Final = 8
BURST: Final = 15  # runs of each of the callers at once

Run = Callable[[str, Any], Any]
ROWS: Final = [{"id": 1, "name": "first"}, {"id": 2, "name": "second"}]


def broker(method: str, parameters: list[Any]) -> Any:
    return ROWS if method == "query" else None


def single(run: Run, code: str, times: list[float], count: int = BLOCK) -> None:
    """One after the other; milliseconds are appended."""
    for number in range(count):
        begun = time.perf_counter()
        run(code, {"id": number})
        times.append((time.perf_counter() - begun) * 1000)


def burst(run: Run, rates: list[float]) -> None:
    """Several callers; runs a second are appended."""

    def caller() -> None:
        for number in range(BURST):
            run(CALLS, {"id": number})

    threads = [threading.Thread(target=caller) for _ in range(AT_ONCE)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rates.append(AT_ONCE * BURST / (time.perf_counter() - begun))


def processor_time(root: int) -> float:
    """Seconds of CPU of a process and all below it, those that have ended included, and of this one."""
    spent = time.process_time()
    for one in (root, *descendants(root)):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            spent += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return spent


class Figures:
    """What was measured of one side, whose server is `root`: for each kind one value a turn."""

    def __init__(self, run: Run, root: int) -> None:
        self.run = run
        self.root = root
        self.median: dict[str, list[float]] = defaultdict(list)  # milliseconds
        self.p99: dict[str, list[float]] = defaultdict(list)
        self.rates: list[float] = []  # runs a second
        self.cpu: list[float] = []  # milliseconds a run

    def turn(self) -> None:
        for kind, code, count in (("trivial", TRIVIAL, BLOCK), ("3 host calls", CALLS, BLOCK), ("200 calls", MANY, 4)):
            times: list[float] = []
            single(self.run, code, times, count)
            self.median[kind].append(statistics.median(times))
            self.p99[kind].append(p99(times))
        before = processor_time(self.root)
        burst(self.run, self.rates)
        self.cpu.append((processor_time(self.root) - before) / (AT_ONCE * BURST) * 1000)


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]


def say(name: str, figures: Figures) -> None:
    """The best figures of one side, and the median ones in brackets."""
    for kind in ("trivial", "3 host calls"):
        best, usual = min(figures.median[kind]), statistics.median(figures.median[kind])
        late = min(figures.p99[kind])
        print(f"{name}: {kind} p50 {best:.2f} ms ({usual:.2f}), p99 {late:.2f} ms", flush=True)
    call = min(figures.median["200 calls"]) / 200
    print(f"{name}: a host call {call:.3f} ms, {1000 / call:.0f} a second")
    print(
        f"{name}: {max(figures.rates):.0f} ({statistics.median(figures.rates):.0f}) runs/s with 3 host calls, "
        f"{AT_ONCE} callers, {min(figures.cpu):.2f} ms of CPU a run",
        flush=True,
    )


def compared(ours: Figures, theirs: Figures) -> list[Ratio]:
    """The rows beside the peer."""
    rows = []
    for kind in ("trivial", "3 host calls"):
        rows.append(Ratio(f"{kind}, median", min(ours.median[kind]) / min(theirs.median[kind]), 1))
        rows.append(Ratio(f"{kind}, 99th percentile", min(ours.p99[kind]) / min(theirs.p99[kind]), 1))
    many = min(ours.median["200 calls"]) / min(theirs.median["200 calls"])
    return [
        *rows,
        Ratio("one host call among 200", many, 1),
        Ratio("CPU per run, callers included", min(ours.cpu) / min(theirs.cpu), 1),
        Ratio("time per run, 8 callers", max(theirs.rates) / max(ours.rates), 1),
    ]


def main() -> int:
    """Start both, let them take turns, print."""
    with ExitStack() as stack:
        address = stack.enter_context(running_service({"ENVIRONMENT": "test", "LOG_LEVEL": "ERROR"}))
        number = iter(range(1_000_000))

        def ours(code: str, data: Any, tenant: str = "bench") -> Any:
            more: dict[str, Any] = {"broker": broker, "methods": METHODS, "address": address}
            return run_handler(code, data, tenant=tenant, version="1", **more).value

        warm = Figures(ours, service_state(address)["process"])
        cold: list[float] = []
        flooded: list[float] = []
        try:
            peer = stack.enter_context(running_peer())
            sides = [warm, Figures(lambda code, data: peer.run(code, data, METHODS, broker), peer.process)]
        except Missing as missing:
            print(f"nothing to compare with: {missing}")
            sides = [warm]
        for side in sides:  # neither pays for its first steps
            single(side.run, CALLS, [])
        for turn in range(ROUNDS):
            for side in sides if turn % 2 else reversed(sides):
                side.turn()
            single(lambda code, data: ours(code, data, f"cold{next(number)}"), TRIVIAL, cold, 20)
        under_flood(ours, flooded)
        say("ours", warm)
        for kind, times in (("trivial, cold", cold), ("trivial, 200 runs of another tenant waiting", flooded)):
            print(f"ours: {kind} p50 {statistics.median(times):.2f} ms, p99 {p99(times):.2f} ms", flush=True)
        if len(sides) > 1:
            say("isolated-vm", sides[1])
            show(compared(*sides))
    return 0


def under_flood(run: Callable[..., Any], times: list[float]) -> None:
    """Single runs of one tenant while another has far more waiting than there are places."""
    done = threading.Event()

    def flood() -> None:
        while not done.is_set():
            run(CALLS, {"id": 1}, "flood")

    threads = [threading.Thread(target=flood) for _ in range(200)]
    for thread in threads:
        thread.start()
    single(lambda code, data: run(code, data, "calm"), TRIVIAL, times, 100)
    done.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    sys.exit(main())
