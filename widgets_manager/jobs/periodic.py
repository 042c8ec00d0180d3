"""Stage: handlers. Housekeeping at fixed intervals, once for the whole installation, however many workers run."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.db.models.functions import Now

from widgets_manager.core import request_context
from widgets_manager.jobs.models import PeriodicRun

logger = logging.getLogger(__name__)

# A run that takes longer is taken for dead and may be started again.
LONGEST_RUN: Final = timedelta(minutes=10)
# Ticks come every ten seconds, more or less: work that is due between two of them runs at the earlier one, so that
# what is due every ten seconds does not miss every other tick.
SLACK: Final = timedelta(seconds=2)
# Shorter runs that found nothing to do are not worth a line each time.
_NOTABLE: Final = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Periodic:
    """A registered piece of housekeeping; what `work` returns is logged."""

    name: str
    every: timedelta
    work: Callable[[], object]


_registered: dict[str, Periodic] = {}


def register_periodic(name: str, every_seconds: float, work: Callable[[], object]) -> None:
    """Run `work` every so many seconds (to within the beat's ten) on one worker at a time, from `AppConfig.ready()`.

    It must not mind running again after a crash. Raises ValueError for a name that is taken.
    """
    if name in _registered:
        raise ValueError(f"the periodic work '{name}' is already registered")
    _registered[name] = Periodic(name, timedelta(seconds=every_seconds), work)


def unregister_periodic(name: str) -> None:
    """Forget it (for tests)."""
    _registered.pop(name, None)


def registered() -> list[Periodic]:
    """Everything that is on the calendar."""
    return list(_registered.values())


def run_due() -> list[str]:
    """Run what is due and free, one after the other; returns the names. A failure is logged and kept in its row."""
    return [periodic.name for periodic in registered() if _run_if_due(periodic)]


def _run_if_due(periodic: Periodic) -> bool:
    PeriodicRun.objects.bulk_create([PeriodicRun(name=periodic.name)], ignore_conflicts=True)
    token = uuid.uuid4()
    free = Q(busy_until=None) | Q(busy_until__lt=Now())
    claimed = PeriodicRun.objects.filter(free, name=periodic.name, due_at__lte=Now() + SLACK).update(
        due_at=Now() + periodic.every, busy_until=Now() + LONGEST_RUN, run_token=token, last_started_at=Now()
    )
    if not claimed:
        return False
    request_context.begin(f"periodic-{token}")
    error = _run(periodic)
    PeriodicRun.objects.filter(name=periodic.name, run_token=token).update(
        busy_until=None, run_token=None, last_finished_at=Now(), last_error=error
    )
    return True


def _run(periodic: Periodic) -> str:
    started = time.monotonic()
    extra: dict[str, object] = {"periodic": periodic.name}
    try:
        extra["result"] = periodic.work()
    except Exception as error:  # one room's housekeeping must not stop another's
        logger.exception("periodic work failed", extra=extra)
        return f"{type(error).__name__}: {error}".replace("\0", "")
    seconds = round(time.monotonic() - started, 3)
    notable = extra["result"] or seconds > _NOTABLE
    logger.log(logging.INFO if notable else logging.DEBUG, "periodic work done", extra=extra | {"seconds": seconds})
    return ""
