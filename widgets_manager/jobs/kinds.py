"""Stage: access. The registry of job kinds: each room registers what its jobs do in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widgets_manager.jobs.models import Job
    from widgets_manager.jobs.running import RunningJob

Handler = Callable[["RunningJob"], dict[str, Any] | None]
Describe = Callable[["Job"], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """What runs for a kind, how often it is tried, and how long a silent worker is waited for (seconds).

    `describe` tells people more of a job: `{input?, subject?: {id, url}, runs?: [...]}` (schema.JobDetails).
    """

    name: str
    handler: Handler
    max_attempts: int
    lease_seconds: float
    timeout_seconds: float
    describe: Describe | None = None


_kinds: dict[str, JobKind] = {}


def register_job(
    kind: str,
    handler: Handler,
    *,
    max_attempts: int = 3,
    lease_seconds: float = 30,
    timeout_seconds: float = 600,
    describe: Describe | None = None,
) -> None:
    """Let `handler` run the jobs of `kind`; it gets a RunningJob and returns the result, a JSON object or None.

    It may run more than once (a worker can die at any line), so it does its writes inside `job.unit_of_work()`.
    Raises ValueError for a kind that is taken or for numbers below their least value.
    """
    if kind in _kinds:
        raise ValueError(f"the job kind '{kind}' is already registered by {_kinds[kind].handler.__module__}")
    if max_attempts < 1 or lease_seconds < 1 or timeout_seconds < 1:
        raise ValueError("max_attempts, lease_seconds and timeout_seconds are at least 1")
    _kinds[kind] = JobKind(kind, handler, max_attempts, lease_seconds, timeout_seconds, describe)


def unregister_job(kind: str) -> None:
    """Forget a kind (tests, and rooms whose kinds come and go)."""
    _kinds.pop(kind, None)


def find_kind(kind: str) -> JobKind | None:
    """The registered kind, or None in a process whose code does not know it."""
    return _kinds.get(kind)


def get_kind(kind: str) -> JobKind:
    """The registered kind. Raises ValueError that lists the known ones."""
    found = _kinds.get(kind)
    if found is None:
        raise ValueError(f"unknown job kind '{kind}'; registered: {', '.join(sorted(_kinds)) or 'none'}")
    return found
