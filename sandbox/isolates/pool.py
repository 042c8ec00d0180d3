"""Stage 3 of the isolates service: its children, from the zygote's fork to their end.

A child is *blank* until its first run binds it to a key (tenant, plugin version, code); then it runs nothing else. It
is *rested* when a fresh isolate is ready in it.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from config.embedded.processes import end, spawn
from sandbox.isolates.child import CALLER_GONE, OUT_OF_MEMORY
from sandbox.isolates.frames import PACKET_SIZE, ProtocolError, dumps, loads
from sandbox.isolates.limits import MB
from sandbox.isolates.metrics import Metrics
from sandbox.isolates.requests import Run

Key = tuple[str, str, str]

START_PATIENCE: Final = 20.0  # seconds until a new child, or one that has run something, must be rested
_RUNS: Final = 500  # of a child; then another takes its place
_CPU: Final = 20.0  # seconds
_GROWN: Final = 16 * MB  # bytes a child may keep between runs
# Bytes and seconds of CPU that a child of each class gets at most in its life, whatever its runs ask for.
_ORDINARY: Final = (256 * MB, 300)
_HEAVY: Final = (1024 * MB, 3700)
_LONGEST_PAUSE: Final = 30.0  # seconds between attempts to have children where each ends at once
_IDLE: Final = 120.0  # seconds a warm child waits for its next run
_SAID: Final = 16 * 1024  # bytes of a child's last words that are kept
_OUT_OF_MEMORY: Final = (
    b"out of memory",
    b"OOM",
    b"bad_alloc",
    b"MemoryError",
    b"SetPermissions",
    b"Failed to reserve",
)
_BASE: Final = Path(__file__).resolve().parents[2]


class PoolError(RuntimeError):
    """There cannot be children; the message says why."""


@dataclass(eq=False)
class Child:
    """One process. `run` is what it does or is about to do; `key` is None while it is blank."""

    number: int
    heavy: bool
    control: socket.socket
    errors: int
    due: float  # monotonic: when it must be rested
    process_id: int = 0
    handle: int = -1  # a descriptor of the process: a number could be another's by now
    key: Key | None = None
    run: Run | None = None
    rested: bool = False
    runs: int = 0
    used_at: float = field(default_factory=time.monotonic)
    said: bytes = b""
    verdict: str = ""  # why it was killed

    @property
    def is_blank(self) -> bool:
        """Whether it has no code yet and nobody waits for it."""
        return self.key is None and self.run is None and not self.verdict

    def kill(self, verdict: str) -> None:
        """End it now; the zygote will tell of its end. Only the first reason counts."""
        self.verdict = self.verdict or verdict
        if self.handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def send(self, run: Run) -> None:
        """Begin a run. Raises OSError when the child is not there any more."""
        bounds = {"memory": run.limits.memory, "cpu": run.limits.cpu}
        socket.send_fds(self.control, [dumps(bounds)], [run.session])
        self.rested = False
        self.runs += 1


class Pool:
    """Children by number, and the zygote they come from.

    `on_rested` and `on_ended` are told of a child that can run something, and of one that is no more.
    """

    def __init__(
        self,
        selector: selectors.BaseSelector,
        metrics: Metrics,
        *,
        on_rested: Callable[[Child], None],
        on_ended: Callable[[Child, int], None],
    ) -> None:
        self.children: dict[int, Child] = {}
        self.fences: dict[str, Any] = {}
        self._selector = selector
        self._metrics = metrics
        self._on_rested = on_rested
        self._on_ended = on_ended
        self.forks_after = 0.0  # monotonic: until then children are forked only for runs that wait
        self._stillborn = 0
        self._last = 0
        self._zygote: subprocess.Popen[bytes] | None = None
        self._line: socket.socket

    def start(self) -> None:
        """Start the zygote, with nothing of this process's environment. It reports its fences once it is ready."""
        self.fences = {}
        self._line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-E", "-s", "-m", "sandbox.isolates.zygote", str(other.fileno())]
        environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        self._zygote = spawn(command, environ=environ, pass_fds=[other.fileno()], folder=_BASE)
        other.close()
        self._metrics.zygotes += 1
        self._selector.register(self._line, selectors.EVENT_READ, self._on_zygote)

    def stop(self) -> None:
        """End the zygote and with it every child."""
        for child in list(self.children.values()):
            child.kill("stopped")
        end(self._zygote, signal.SIGKILL, 1)

    def fork(self, *, heavy: bool) -> Child:
        """Ask for a new, blank child."""
        self._last += 1
        ours, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        reading, errors = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        memory, cpu = _HEAVY if heavy else _ORDINARY
        order = {"number": self._last, "heavy": heavy, "memory": memory, "cpu": cpu}
        with suppress(OSError):  # the zygote has died: its end is noticed in the loop, and this child with it
            socket.send_fds(self._line, [dumps(order)], [control.fileno(), errors])
        control.close()
        os.close(errors)
        ours.setblocking(False)
        child = Child(self._last, heavy, ours, reading, time.monotonic() + START_PATIENCE)
        self.children[child.number] = child
        self._selector.register(ours, selectors.EVENT_READ, lambda: self._on_child(child))
        self._selector.register(reading, selectors.EVENT_READ, lambda: self._on_last_words(child))
        self._metrics.forks += 1
        return child

    def of(self, *, heavy: bool) -> Iterator[Child]:
        """Children of one class that have not been killed."""
        return (child for child in self.children.values() if child.heavy == heavy and not child.verdict)

    def retire(self, child: Child, reason: str) -> None:
        """Replace a child that runs nothing."""
        self._metrics.retired[reason] += 1
        child.kill(reason)

    def is_worn(self, child: Child) -> bool:
        """Whether a child has done its part."""
        return child.heavy or child.runs >= _RUNS

    def tend(self, now: float, warm: int) -> None:
        """Retire what waits for too long or is too many (`warm` is allowed); kill what should have been rested."""
        idle = sorted(self._idle(), key=lambda child: child.used_at, reverse=True)
        for index, child in enumerate(idle):
            if index >= warm or now - child.used_at > _IDLE:
                self.retire(child, "idle")
        for child in list(self.children.values()):
            if not child.rested and now > child.due and not (child.run and child.run.started):
                child.kill("stuck")
                if child.handle < 0:  # it was never forked: nobody will tell of its end
                    self._bury(child, -signal.SIGKILL)

    def _idle(self) -> Iterable[Child]:
        return [
            child for child in self.children.values() if child.key and child.rested and not (child.run or child.verdict)
        ]

    def _on_zygote(self) -> None:
        try:
            packet, descriptors, _, _ = socket.recv_fds(self._line, PACKET_SIZE, 1)
        except ConnectionResetError:  # it died with an order unread
            packet, descriptors = b"", []
        if not packet:
            self._bury_all()
            return
        news = loads(packet)
        if "fences" in news:
            self.fences = news["fences"]
        elif child := self.children.get(news.get("forked") or news["ended"]):
            if "forked" in news:
                child.process_id, child.handle = news["pid"], descriptors.pop()
                if child.verdict:
                    child.kill(child.verdict)
            else:
                self._bury(child, news["status"])

    def _on_child(self, child: Child) -> None:
        """A child reports that it is rested. What it says is untrusted: it can only wear itself out."""
        try:
            packet = child.control.recv(PACKET_SIZE)
            if not packet:
                self._selector.unregister(child.control)  # it is about to end
                return
            report = loads(packet)
            cpu, grown = float(report["cpu"]), int(report["grown"])
        except (OSError, ProtocolError, KeyError, TypeError, ValueError, OverflowError):
            child.kill("protocol")
            return
        if child.verdict:
            return
        if child.rested:
            child.kill("protocol")
            return
        self._stillborn = 0
        child.rested = True
        child.used_at = time.monotonic()
        if cpu > _CPU or grown > _GROWN:
            child.runs = _RUNS
        self._on_rested(child)

    def _on_last_words(self, child: Child) -> None:
        try:
            text = os.read(child.errors, 65536)
        except OSError:
            return
        if text:
            child.said = (child.said + text)[-_SAID:]
        else:
            self._selector.unregister(child.errors)

    def _bury_all(self) -> None:
        """The zygote has died, and its children with it: start another. Raises PoolError when it never came to life."""
        self._selector.unregister(self._line)
        self._line.close()
        end(self._zygote, signal.SIGKILL, 1)
        if not self.fences:
            raise PoolError("The zygote does not start; its reason stands above.")
        orphans = list(self.children.values())
        self.start()  # first, because the end of a child lets others be forked
        for child in orphans:
            child.kill("zygote")
            self._bury(child, -signal.SIGKILL)

    def _bury(self, child: Child, status: int) -> None:
        with suppress(KeyError, ValueError):
            self._on_last_words(child)
        del self.children[child.number]
        for watched in (child.control, child.errors):
            with suppress(KeyError, ValueError):
                self._selector.unregister(watched)
        child.control.close()
        os.close(child.errors)
        if child.handle >= 0:
            os.close(child.handle)
        if not child.runs and not child.rested and not child.verdict:
            self._stillborn += 1
            self.forks_after = time.monotonic() + min(0.05 * 2**self._stillborn, _LONGEST_PAUSE)
        self._on_ended(child, status)


def why_it_ended(child: Child, status: int) -> str:
    """timeout, cpu, memory, caller, protocol, zygote, stopped, stuck or crashed. `status` is as of subprocess."""
    if child.verdict:
        return child.verdict
    if status == -signal.SIGXCPU:
        return "cpu"
    if status == CALLER_GONE:  # a child may notice it before this process does
        return "caller"
    # SIGKILL of nobody here is the kernel's, when the host has no memory left. SIGTRAP without a word is how V8's own
    # allocator ends a process that gets no more; its other faults are told on standard error.
    if status in (OUT_OF_MEMORY, -signal.SIGKILL) or any(sign in child.said for sign in _OUT_OF_MEMORY):
        return "memory"
    if status in (-signal.SIGTRAP, -signal.SIGILL) and not child.said:
        return "memory"
    return "crashed"


def last_words(child: Child) -> str:
    """What a child wrote to its standard error, for the log."""
    return json.dumps(child.said[-2000:].decode(errors="replace"))
