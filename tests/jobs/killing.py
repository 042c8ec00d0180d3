"""Loaded by real workers, which are killed in every call of a plugin's jobs and around their ends, once in each place.

Two jobs take turns: the first one's worker is killed in each odd call and before the end commits, the second one's in
each even call and after that.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any, Final

from sandbox.plugins import broker, journal, running

FOLDER: Final = Path(os.environ.get("FOLDER_OF_KILLS", ""))


def die_once(job: object, place: str) -> None:
    """Be killed as by the kernel, unless somebody was already killed here."""
    mark = FOLDER / f"killed-{job}-{place}"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


_effect = broker.Broker._effect
_settle = journal.Journal.settle
_end = running._Attempt.settle


def effect(self: Any, method: Any, params: list[Any], entry: Any) -> Any:
    """Each call: when its effect is there, and not yet recorded or known to the handler."""
    answer = _effect(self, method, params, entry)
    job, number = self.state.origin.job, self._calls.total()
    if number % 2 == number_of(job) % 2:
        die_once(job.id, f"call-{number}")
    return answer


def settle(self: Any, *arguments: Any) -> None:
    """The end, before it commits."""
    _settle(self, *arguments)
    if number_of(self._job) == 1:
        die_once(self._job.id, "end")


def end(self: Any, *arguments: Any, **more: Any) -> Any:
    """The end, when it has committed."""
    report = _end(self, *arguments, **more)
    if number_of(self.state.origin.job) == 2:
        die_once(self.state.origin.job.id, "over")
    return report


def number_of(job: Any) -> int:
    """Which of the two it is."""
    return int(job.args["trigger"]["n"])


if FOLDER.name:
    broker.Broker._effect = effect  # type: ignore[method-assign]  # (the point of this module)
    journal.Journal.settle = settle  # type: ignore[method-assign, assignment]  # (the same)
    running._Attempt.settle = end  # type: ignore[method-assign]  # (the same)
