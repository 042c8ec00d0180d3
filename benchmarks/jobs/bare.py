"""What a job is compared with: a Celery task that does next to nothing. Loaded by the worker with `--include`."""

from __future__ import annotations

from config.celery import app
from widgets_manager.core.redis import sync_redis

DONE = "benchmark:bare"


@app.task(name="benchmark.bare")
def bare(number: int) -> None:
    """Say that it has run."""
    sync_redis().rpush(DONE, number)
