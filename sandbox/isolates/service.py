"""Stage 4 of the isolates service: one process a host, which owns zygote, children, clocks and the queue.

`python -m sandbox.isolates.service`, settings from the environment, no Django. One loop, no threads: a caller asks for
a run and sends one end of a socket, which is handed on to a child; the child's end, or the caller's, is the run's end.
Handlers' data passes the service by.
"""

from __future__ import annotations

import logging
import os
import resource
import selectors
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, Final

from config import env
from sandbox.isolates import fences
from sandbox.isolates.frames import PROTOCOL, ProtocolError
from sandbox.isolates.metrics import Metrics
from sandbox.isolates.pool import START_PATIENCE, Child, Pool, PoolError, last_words, why_it_ended
from sandbox.isolates.queues import FairQueue
from sandbox.isolates.requests import Caller, Run, peer_user

logger = logging.getLogger("sandbox.isolates")

_TICK: Final = 1.0  # seconds between looks at what waits for nothing
_CALLERS: Final = 12_000  # connections at most
_WARM: Final = 4  # children with a plugin's code that may wait for its next run, for each place; 4 to 6 MB each
_TRIES: Final = 3  # children that a run may lose before it has begun
# What a caller is told, by why its child ended.
_CODES: Final = {
    "timeout": ("HANDLER_TIMEOUT", "The handler ran longer than {wall:g} s."),
    "cpu": ("HANDLER_TIMEOUT", "The handler used more than {cpu} s of processor time."),
    "memory": ("HANDLER_MEMORY", "The handler needed more than {megabytes} MB of memory."),
    "crashed": ("HANDLER_CRASHED", "The handler's process ended."),
    "caller": ("HANDLER_CRASHED", "The handler's process ended."),  # heard only by one that is there all the same
    "protocol": ("HANDLER_CRASHED", "The handler's process said what no process of ours says."),
}
_OTHERWISE: Final = ("UNAVAILABLE", "The service of the isolates was interrupted.")


@dataclass(frozen=True, slots=True)
class Config:
    """What the settings say of this host's service."""

    address: Path
    children: int
    heavy: int
    ready: int
    queue: int
    action_seconds: float  # the most that a run may take, whatever its caller says
    job_seconds: float

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Config:
        """From the declared settings."""
        return cls(
            address=Path(values["ISOLATES_SOCKET"]),
            children=values["ISOLATES_CHILDREN"],
            heavy=values["ISOLATES_HEAVY_CHILDREN"],
            ready=values["ISOLATES_READY"],
            queue=values["ISOLATES_QUEUE"],
            action_seconds=values["ISOLATES_ACTION_SECONDS"],
            job_seconds=values["ISOLATES_JOB_SECONDS"],
        )


class Lane:
    """The runs of one class, ordinary or heavy: those that wait, and how many of each tenant are under way.

    A tenant never gets the last place, so that another's next run need not wait for the end of its loops.
    """

    def __init__(self, places: int, per_tenant: int) -> None:
        self.queue: FairQueue[Run] = FairQueue(per_tenant)
        self.running: Counter[str] = Counter()
        self.places = places
        self._share = max(1, places - 1)

    def next(self) -> Run | None:
        """The run that may begin now."""
        if self.running.total() >= self.places:
            return None
        return self.queue.take(lambda tenant: self.running[tenant] < self._share)


class Service:
    """Listens, matches runs with children, and keeps the time."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.metrics = Metrics()
        self.lanes = {False: Lane(config.children, config.queue), True: Lane(config.heavy, config.queue)}
        self._selector = selectors.DefaultSelector()
        self._pool = Pool(self._selector, self.metrics, on_rested=self._on_rested, on_ended=self._on_ended)
        self._callers: set[Caller] = set()
        self._under_way: dict[Run, Child] = {}
        self._next_tick = 0.0
        self._stopping = False
        self._most_callers = 0

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        self._most_callers = _allow_descriptors() // 2 - 200
        listener = listen(self.config.address)
        own = self.config.address.stat().st_ino
        self._selector.register(listener, selectors.EVENT_READ, lambda: self._accept(listener))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        waking, woken = socket.socketpair()
        for end in (waking, woken):
            end.setblocking(False)
        signal.set_wakeup_fd(woken.fileno())
        self._selector.register(waking, selectors.EVENT_READ, lambda: waking.recv(512))
        self._pool.start()
        self._fill()
        try:
            while not self._stopping:
                self._turn()
        finally:
            self._pool.stop()
            with suppress(FileNotFoundError):
                if self.config.address.stat().st_ino == own:  # else a newer service listens there
                    self.config.address.unlink()

    def _turn(self) -> None:
        for key, _ in self._selector.select(self._pause()):
            # An earlier event of this turn may have ended what this one is about.
            if self._selector.get_map().get(key.fd) is key:
                handle: Callable[[], None] = key.data
                handle()
        now = time.monotonic()
        for run, child in list(self._under_way.items()):
            if run.started and now >= run.ends_at:
                child.kill("timeout")
        if now >= self._next_tick:
            self._next_tick = now + _TICK
            self._tick(now)

    def _pause(self) -> float:
        """Seconds until something is due."""
        due = min((run.ends_at for run in self._under_way if run.started), default=self._next_tick)
        return max(0.0, min(due, self._next_tick) - time.monotonic())

    def _tick(self, now: float) -> None:
        for lane in self.lanes.values():
            for run in [run for run in lane.queue if now > run.waits_until]:
                lane.queue.remove(run)
                self._refuse(run, f"No place became free within {run.patience:g} s.")
        self._pool.tend(now, _WARM * self.config.children)
        self._fill()

    def _fill(self) -> None:
        """Keep as many blank children ready as configured; with pauses when new ones end at once."""
        if time.monotonic() < self._pool.forks_after:
            return
        blank = sum(child.is_blank for child in self._pool.of(heavy=False))
        for _ in range(self.config.ready - blank):
            self._pool.fork(heavy=False)

    # Callers

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            connection.setblocking(False)
            if peer_user(connection) not in {os.geteuid(), 0} or len(self._callers) >= self._most_callers:
                connection.close()
                return
            caller = Caller(connection)
            self._callers.add(caller)
            self._selector.register(connection, selectors.EVENT_READ, lambda: self._hear(caller))

    def _hear(self, caller: Caller) -> None:
        try:
            frames = caller.receive()
            if frames is None:
                self._leave(caller)
                return
            for frame in frames:
                self._obey(caller, frame)
        except BlockingIOError:
            return
        except (OSError, ProtocolError) as error:
            caller.tell({"type": "ended", "code": "UNAVAILABLE", "message": str(error)})
            self._leave(caller)

    def _obey(self, caller: Caller, frame: dict[str, Any]) -> None:
        kind = frame.get("type")
        if kind == "run" and caller.run is None:
            self._admit(caller.parse(frame))
        elif kind == "done":
            if caller.run is not None:  # else its child ended in the same moment
                self._finish(caller.run)
        elif kind == "state":
            caller.tell(self.state())
        else:
            raise ProtocolError(f"{kind!r} is not expected here")

    def _leave(self, caller: Caller) -> None:
        """A caller has gone: what runs for it is ended, what waits is forgotten."""
        self._callers.discard(caller)
        self._selector.unregister(caller.connection)
        caller.close()
        run, caller.run = caller.run, None
        if run is None:
            return
        run.close()
        if child := self._under_way.get(run):
            child.kill("caller")
        else:
            self.lanes[run.limits.heavy].queue.remove(run)
            self.metrics.vanished += 1

    # Runs

    def _admit(self, run: Run) -> None:
        most = self.config.job_seconds if run.limits.heavy else self.config.action_seconds
        run.limits = replace(run.limits, wall=min(run.limits.wall, most))
        run.caller.run = run
        if self.lanes[run.limits.heavy].queue.put(run):
            self._dispatch()
        else:
            self._refuse(run, "Too many runs wait already.")

    def _refuse(self, run: Run, message: str) -> None:
        self.metrics.refused += 1
        run.caller.run = None
        run.close()
        run.caller.tell({"type": "ended", "run": run.number, "code": "BUSY", "message": message})

    def _dispatch(self) -> None:
        """Begin whatever may begin."""
        for lane in self.lanes.values():
            while run := lane.next():
                lane.running[run.tenant] += 1
                child = self._child_for(run)
                child.run, child.key = run, run.key
                self._under_way[run] = child
                if child.rested:
                    self._begin(child, run)
        self._fill()

    def _child_for(self, run: Run) -> Child:
        """A warm one that is rested, else a blank one, else a warm one that is about to rest, else a new one."""
        heavy = run.limits.heavy
        free = [child for child in self._pool.of(heavy=heavy) if child.run is None]
        warm = [child for child in free if child.key == run.key]
        blank = [child for child in free if child.key is None]
        for choice in (warm, blank):
            if rested := [child for child in choice if child.rested]:
                return max(rested, key=lambda child: child.runs)
        return next(iter([*warm, *blank]), None) or self._pool.fork(heavy=heavy)

    def _begin(self, child: Child, run: Run) -> None:
        """Hand the caller's socket on to the child; the clock starts."""
        run.started = time.monotonic()
        self.metrics.longest_wait = max(self.metrics.longest_wait, run.started - run.asked)
        self.metrics.warm += child.runs > 0
        try:
            child.send(run)
        except OSError:
            child.kill("crashed")
        run.close()

    def _finish(self, run: Run) -> None:
        """The caller has its result. The child makes its next isolate, or another takes its place."""
        child = self._under_way[run]
        run.caller.run = None
        self._release(run, child)
        self.metrics.finished += 1
        child.due = time.monotonic() + START_PATIENCE
        if self._pool.is_worn(child):
            self._pool.retire(child, "worn")
        self._dispatch()

    def _release(self, run: Run, child: Child) -> None:
        lane = self.lanes[run.limits.heavy]
        lane.running[run.tenant] -= 1
        if lane.running[run.tenant] <= 0:
            del lane.running[run.tenant]
        del self._under_way[run]
        child.run = None

    # Children

    def _on_rested(self, child: Child) -> None:
        if child.run is None:
            if child.runs and self._pool.is_worn(child):
                self._pool.retire(child, "worn")
            return
        if not child.run.started:
            self._begin(child, child.run)
        # Else it is rested before its caller has said that the run is done: nothing to do until then.

    def _on_ended(self, child: Child, status: int) -> None:
        reason = why_it_ended(child, status)
        run = child.run
        if run is None:
            if not child.verdict:
                self.metrics.retired[reason] += 1
                logger.warning("a child ended by itself: %s, status %s, %s", reason, status, last_words(child))
            self._fill()
            return
        self._release(run, child)
        if self._begins_again(run):
            self._dispatch()
            return
        self.metrics.killed[reason] += 1
        if reason in {"crashed", "protocol", "stuck"}:
            logger.warning("a handler's child ended: %s, status %s, %s", reason, status, last_words(child))
        run.caller.run = None
        run.close()
        code, message = _CODES.get(reason, _OTHERWISE)
        limits = run.limits
        text = message.format(wall=limits.wall, cpu=limits.cpu, megabytes=limits.memory // (1024 * 1024))
        run.caller.tell({"type": "ended", "run": run.number, "code": code, "message": text})
        self._dispatch()

    def _begins_again(self, run: Run) -> bool:
        """Queue a run whose child ended before it began, as when the zygote died; not for ever."""
        run.tries += 1
        is_there = run.caller.run is run
        return not run.started and is_there and run.tries < _TRIES and self.lanes[run.limits.heavy].queue.put(run)

    # For people

    def state(self) -> dict[str, Any]:
        """What runs, what waits, what was killed and why, and the fences of the children."""
        children = list(self._pool.children.values())
        lanes = {"actions": self.lanes[False], "heavy": self.lanes[True]}
        return {
            "type": "state",
            "v": PROTOCOL,
            "process": os.getpid(),
            "running": {name: lane.running.total() for name, lane in lanes.items()},
            "waiting": {name: len(lane.queue) for name, lane in lanes.items()},
            "places": {name: lane.places for name, lane in lanes.items()},
            "children": {
                "all": len(children),
                "blank": sum(child.is_blank and child.rested for child in children),
                "warm": sum(child.key is not None and child.rested and child.run is None for child in children),
            },
            "fences": self._pool.fences,
            **self.metrics.as_json(),
        }

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _allow_descriptors() -> int:
    """Have as many descriptors as this process may, within reason; how many. Each caller that waits needs two."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = min(hard, 2 * _CALLERS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def listen(address: Path) -> socket.socket:
    """A socket of the file system that only this user and root can open. Raises OSError."""
    with suppress(FileNotFoundError):
        address.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(address))
    finally:
        os.umask(before)
    listener.listen(1024)
    listener.setblocking(False)
    return listener


def main() -> None:
    """Serve on ISOLATES_SOCKET; exits with one sentence when it cannot."""
    try:
        values = env.read()
    except env.EnvError as error:
        sys.exit(str(error))
    logging.basicConfig(level=values["LOG_LEVEL"], format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if not values["ISOLATES_SOCKET"]:
        sys.exit("ISOLATES_SOCKET must name the socket to listen on.")
    if why_not := fences.refusal(values):
        sys.exit(why_not)
    try:
        Service(Config.of(values)).run()
    except PoolError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The service of the isolates cannot run with ISOLATES_SOCKET={values['ISOLATES_SOCKET']}: {error}.")


if __name__ == "__main__":
    main()
