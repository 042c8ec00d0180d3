"""`make chaos`: a thousand jobs of a plugin while everything below them is killed; what was lost, what was done twice.

Workers are killed with SIGKILL twenty times (the parent alone, and with all that it has forked, by turns), Valkey is
emptied, and killed, and PostgreSQL is stopped as by a crash. Afterwards rows of the plugin's table and data of its
widget are counted. CHAOS_JOBS and CHAOS_KILLS make it smaller.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.jobs.scene import Scene, plugin, scene, start_jobs

JOBS: Final = int(os.environ.get("CHAOS_JOBS", "1000"))
KILLS: Final = int(os.environ.get("CHAOS_KILLS", "20"))
PAUSE: Final = 400  # milliseconds that a job waits at most, twice
STALLED: Final = 180.0  # seconds without a job that ends
_POLL: Final = 0.2


@dataclass
class Blows:
    """What is done to the application, each at its share of the jobs that have ended."""

    scene: Scene
    worker: subprocess.Popen[bytes]
    said: list[str] = field(default_factory=list)

    def plan(self) -> list[tuple[float, Callable[[], None]]]:
        """In the order in which they come."""
        kills = [((number + 1) / (KILLS + 1), self.kill_worker) for number in range(KILLS)]
        others = [(0.3, self.empty_valkey), (0.5, self.kill_valkey), (0.7, self.stop_postgresql)]
        return sorted([*kills, *others], key=lambda blow: blow[0])

    def kill_worker(self) -> None:
        """The parent alone, whose forks then end what they have begun, or all of them at once."""
        alone = sum(line.startswith("worker") for line in self.said) % 2 == 1
        (os.kill if alone else os.killpg)(self.worker.pid, signal.SIGKILL)
        self.worker.wait()
        self.said.append("worker's parent" if alone else "worker with its forks")
        self.worker = self.scene.start_worker()

    def tend(self) -> None:
        """Start a worker again that has ended by itself, as `make run` and service managers do.

        Celery's does when it loses Redis at a bad moment.
        """
        if self.worker.poll() is not None:
            self.said.append("a worker gave up")
            self.worker = self.scene.start_worker()

    def empty_valkey(self) -> None:
        """All wake-ups are forgotten."""
        from widgets_manager.core.redis import sync_redis

        sync_redis().flushall()
        self.said.append("Valkey emptied")

    def kill_valkey(self) -> None:
        """It comes back empty."""
        assert self.scene.servers.valkey is not None
        self.scene.servers.valkey.kill()
        time.sleep(1)
        self.scene.servers.valkey.start()
        self.said.append("Valkey killed")

    def stop_postgresql(self) -> None:
        """As by a crash, in the middle of whatever it does."""
        assert self.scene.servers.postgresql is not None
        self.scene.servers.postgresql.kill()
        time.sleep(1)
        self.scene.servers.postgresql.start()
        self.said.append("PostgreSQL stopped hard")


def count_ended() -> int:
    """How many jobs have ended; the database may be away."""
    from django.db import Error, connection

    from widgets_manager.jobs.models import Job

    try:
        return Job.objects.filter(kind="plugin.run", finished_at__isnull=False).count()
    except Error:
        connection.close()
        return -1


def endure(blows: Blows) -> float:
    """Deal the blows until all jobs have ended; the seconds that it took. Raises SystemExit when nothing moves."""
    left, ended, begun = blows.plan(), 0, time.monotonic()
    moved = begun
    while ended < JOBS:
        now = count_ended()
        if now > ended:
            ended, moved = now, time.monotonic()
        if left and ended >= left[0][0] * JOBS:
            left.pop(0)[1]()
            print(f"{time.monotonic() - begun:6.1f} s  {ended:5} jobs have ended  {blows.said[-1]}", flush=True)
        blows.tend()
        if time.monotonic() - moved > STALLED:
            print(f"nothing has ended for {STALLED:g} s", file=sys.stderr)
            break
        time.sleep(_POLL)
    return time.monotonic() - begun


def judge(actor: Any, widget: Any, place: Any, seconds: float, blows: Blows) -> bool:
    """Print the figures; whether nothing was lost and nothing done twice."""
    from sandbox.plugindb.actions.querying import run_query
    from sandbox.plugins.models import WidgetState
    from widgets_manager.jobs.models import Job
    from widgets_manager.live.models import Event

    rows = Counter(
        {
            (row["job"], row["step"]): row["n"]
            for row in run_query(
                actor=actor, plugin=widget, sql="SELECT job, step, count(*)::int AS n FROM done GROUP BY job, step"
            ).rows
        }
    )
    told = Event.objects.filter(type="plugin.data").values_list("data", flat=True)
    data = Counter((event["content"]["job"], event["content"]["step"]) for event in told)
    wanted = {(n, step) for n in range(JOBS) for step in (1, 2)}
    jobs = Job.objects.filter(kind="plugin.run")
    states = Counter(jobs.values_list("state", flat=True))
    attempts = Counter(jobs.values_list("attempts", flat=True))
    last = WidgetState.objects.get(place=place.pk).sequence
    lost = {"jobs": JOBS - states["done"], "rows": len(wanted - set(rows)), "data": len(wanted - set(data))}
    twice = {"rows": sum(rows.values()) - len(rows), "data": sum(data.values()) - len(data)}
    print(f"\n{JOBS} jobs in {seconds:.0f} s ({JOBS / seconds:.1f}/s), states {dict(states)}")
    print(f"blows: {dict(Counter(blows.said))}")
    print(f"attempts of a job: {dict(sorted(attempts.items()))}")
    print(f"rows of the plugin's table: {sum(rows.values())}, lost {lost['rows']}, doubled {twice['rows']}")
    print(
        f"data of its widget: {sum(data.values())} (last number {last}), lost {lost['data']}, doubled {twice['data']}"
    )
    print(f"jobs lost: {lost['jobs']}")
    for job in jobs.exclude(state="done")[:10]:
        print(f"  {job.state} {job.args['trigger']} {job.error_code} {job.error[:300]}")
    return not any(lost.values()) and not any(twice.values()) and last == 2 * JOBS


def main() -> int:
    """0 when nothing was lost and nothing done twice."""
    with scene() as made:
        actor, widget, place = plugin()
        start_jobs(actor, widget, place, range(JOBS), pause=PAUSE)
        made.start_beat()
        blows = Blows(made, made.start_worker())
        seconds = endure(blows)
        return 0 if judge(actor, widget, place, seconds, blows) else 1


if __name__ == "__main__":
    sys.exit(main())
