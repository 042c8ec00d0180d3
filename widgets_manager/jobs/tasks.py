"""Stage: tasks. What Celery may be asked to do: run one job, sweep, and do the housekeeping that is due."""

from __future__ import annotations

from typing import Any, Final

from celery.signals import worker_ready, worker_shutting_down

from config.celery import app
from widgets_manager.jobs import running
from widgets_manager.jobs.periodic import run_due
from widgets_manager.jobs.sweep import sweep as sweep_jobs
from widgets_manager.jobs.wake_ups import RUN_JOB
from widgets_manager.jobs.workers import Pulse

BEAT_SECONDS: Final = 10.0


@app.task(name=RUN_JOB)
def run_job(job_id: str) -> None:
    """A wake-up: something is due. Whose turn it is decides what runs; there is a wake-up for each job."""
    running.run_next()


@app.task(name="jobs.sweep")
def sweep() -> None:
    """Announce due jobs again and send the outbox."""
    sweep_jobs()


@app.task(name="jobs.run_periodic")
def run_periodic() -> None:
    """Do the housekeeping that is due."""
    run_due()


# A tick that nobody took before the next one is dropped: ticks do not pile up while no worker runs.
for _task in (sweep, run_periodic):
    app.add_periodic_task(BEAT_SECONDS, _task.s(), name=_task.name, expires=BEAT_SECONDS)

_pulses: list[Pulse] = []


@worker_ready.connect
def start_pulse(sender: Any, **_: Any) -> None:
    """The worker takes tasks from now on."""
    _pulses.append(Pulse(str(sender.hostname)))
    _pulses[-1].start()


@worker_shutting_down.connect
def stop_pulse(**_: Any) -> None:
    """The worker takes no more tasks."""
    while _pulses:
        _pulses.pop().stop()
