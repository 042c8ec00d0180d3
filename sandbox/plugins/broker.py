"""Stage: handlers. The server's side of `context`: every call is counted, checked, and done as the actor of now."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Final, Protocol

import orjson
from django.db import close_old_connections, connection

from sandbox.isolates.client import Steady
from sandbox.isolates.exceptions import HostCallError
from sandbox.plugins.context.registry import ContextCall, ContextMethod, RunState, context_methods
from sandbox.plugins.models import PluginRun
from widgets_manager.core.access import renew
from widgets_manager.core.actor import Actor, Via
from widgets_manager.core.exceptions import ApiError, Conflict
from widgets_manager.core.unit_of_work import UnitOfWork, unit_of_work
from widgets_manager.widgets.models import InstalledWidget

# How old the actor of a call that writes nothing here may be: what it may do is looked at again after that.
_FRESH: Final = 1.0  # seconds


class RunJournal(Protocol):
    """What makes a run that is carried out again, after its worker has gone, do nothing twice."""

    @property
    def steady(self) -> Steady | None:
        """Chance and time of the run."""

    @property
    def stop(self) -> int | None:
        """A descriptor that is readable once the run is to end."""

    @property
    def is_cancelled(self) -> bool:
        """Whether a person has cancelled what the run is for."""

    def perform(self, method: str, params: list[Any], effect: Callable[[Any], Any]) -> Any:
        """The recorded answer, or that of `effect(entry)`, recorded."""

    def unit_of_work(self) -> AbstractContextManager[UnitOfWork]:
        """A unit of work that commits only while the run is still this worker's."""

    def settle(self, report_ok: bool, result: Any, error: dict[str, Any] | None, run: PluginRun) -> None:
        """Write what becomes of the job, last in `unit_of_work()`."""


class Broker:
    """For one run. Its calls come one after the other, in the thread of `run_handler`.

    `require` raises what an actor is refused with who may not run this.
    """

    def __init__(
        self,
        actor: Actor,
        state: RunState,
        journal: RunJournal | None = None,
        *,
        require: Callable[[Actor], None],
    ) -> None:
        self.state = state
        self._require = require
        self._actor = replace(actor, via=Via.PLUGIN)
        self._read_at = time.monotonic()
        self._journal = journal
        self._calls: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def __call__(self, method: str, params: list[Any]) -> Any:
        """What the call answers, as JSON. Raises HostCallError for what is refused."""
        found = context_methods.get(method)
        self._count(found, params)
        try:
            answer = self._perform(found, params)
        finally:
            let_go()
        if found.learn is not None:
            found.learn(self.state, answer)
        return answer

    def _count(self, method: ContextMethod, params: list[Any]) -> None:
        """Before anything is done: a job that runs again counts the same."""
        self._calls[method.name] += 1
        if method.most is not None and self._calls[method.name] > method.most:
            raise HostCallError("TOO_MANY_CALLS", f"A run may call context.{method.name} {method.most} times.")
        if method.most_bytes is not None:
            self._bytes[method.name] += len(orjson.dumps(params))
            if self._bytes[method.name] > method.most_bytes:
                message = f"A run may give context.{method.name} {method.most_bytes:,} bytes in all."
                raise HostCallError("TOO_LARGE", message)

    def _perform(self, method: ContextMethod, params: list[Any]) -> Any:
        def effect(entry: Any) -> Any:
            return self._effect(method, params, entry)

        try:
            if self._journal is None:
                return effect(None)
            return self._journal.perform(method.name, params, effect)
        except ApiError as error:
            # With a journal, what passes is not the handler's to hear: the job is carried on later.
            if self._journal is not None and error.status >= 500 and error.status != 504:
                raise
            raise HostCallError(error.code, error.message) from None

    def _effect(self, method: ContextMethod, params: list[Any], entry: Any) -> Any:
        if not method.writes:
            return method.run(ContextCall(method.name, self._current(_FRESH), params, self.state, entry))
        with unit_of_work():
            return method.run(ContextCall(method.name, self._current(0), params, self.state, entry))

    def _current(self, age: float) -> Actor:
        """The actor, looked at within the last `age` seconds. Raises NotSignedIn, PermissionDenied, WIDGET_DISABLED."""
        now = time.monotonic()
        if now - self._read_at >= age:
            self._actor = renew(self._actor)
            self._require(self._actor)
            if not InstalledWidget.objects.filter(pk=self.state.widget.pk, enabled=True).exists():
                raise Conflict(f"{self.state.widget.name} is disabled.", code="WIDGET_DISABLED")
            self._read_at = now
        return self._actor


def let_go(*, of_all: bool = False) -> None:
    """Give the database connection back to the pool: none is held while a handler computes.

    A worker, which has no pool, keeps the one that it has between calls, and lets go of it (`of_all`) before a run.
    """
    if not connection.in_atomic_block and (of_all or getattr(connection, "pool", None)):
        close_old_connections()
