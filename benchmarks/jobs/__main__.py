"""`python -m benchmarks.jobs`: jobs of a plugin per second, beside tasks of Celery that do next to nothing.

One worker, the two by turns. A job is a row, a lease, a process and an isolate of its own, two statements and two
updates of its widget, each recorded; the bare job is the same without a handler's calls.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, Final

from benchmarks.environment import Ratio, show
from benchmarks.jobs.bare import DONE
from benchmarks.jobs.scene import plugin, scene, start_jobs

ROUNDS: Final = 3
JOBS: Final = 60
TASKS: Final = 600
_PATIENCE: Final = 300.0  # seconds
EMPTY: Final = "async function handler() { return {}; }\nmodule.exports = { handler };\n"


def rate(start: Callable[[], None], is_over: Callable[[], bool], count: int) -> float:
    """How many a second, from the first start to the last end."""
    begun = time.perf_counter()
    start()
    while not is_over():
        if time.perf_counter() - begun > _PATIENCE:
            raise SystemExit("The worker does not get on.")
        time.sleep(0.02)
    return count / (time.perf_counter() - begun)


def jobs_rate(actor: Any, widget: Any, place: Any) -> float:
    """Jobs of that plugin."""
    from widgets_manager.jobs.models import Job

    left = Job.objects.filter(finished_at=None)
    return rate(lambda: start_jobs(actor, widget, place, range(JOBS)), lambda: not left.exists(), JOBS)


def tasks_rate() -> float:
    """Bare tasks."""
    from benchmarks.jobs.bare import bare
    from widgets_manager.core.redis import sync_redis

    sync_redis().delete(DONE)

    def start() -> None:
        for number in range(TASKS):
            bare.delay(number)

    return rate(start, lambda: bool(sync_redis().llen(DONE) == TASKS), TASKS)


def main() -> int:
    """Measure and show."""
    with scene() as made:
        actor, widget, place = plugin()
        quick = idler(actor)
        made.start_beat()
        made.start_worker(include="benchmarks.jobs.bare")
        jobs_rate(actor, widget, place)  # warms up
        tasks_rate()
        found: dict[str, list[float]] = {"task": [], "job": [], "empty": []}
        for _ in range(ROUNDS):
            found["task"].append(tasks_rate())
            found["job"].append(jobs_rate(actor, widget, place))
            found["empty"].append(jobs_rate(actor, quick, place))
    task, job, empty = (max(found[name]) for name in ("task", "job", "empty"))
    show(
        [
            Ratio("bare task beside a job, per second", task / job, note=f"{task:.0f}/s to {job:.1f}/s"),
            Ratio("bare task beside a job without calls", task / empty, note=f"{task:.0f}/s to {empty:.1f}/s"),
        ]
    )
    return 0


def idler(actor: Any) -> Any:
    """Another plugin of the person's, whose handler asks for nothing."""
    from widgets_manager.widgets.actions.installs import from_text, install_widget

    text = f"---\nname: idler\ntier: tool\nmanifest: {{tool: {{name: idle, description: Idles.}}}}\n---\n{EMPTY}"
    return install_widget(actor=actor, source=from_text(text))[0]


if __name__ == "__main__":
    sys.exit(main())
