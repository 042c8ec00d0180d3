"""Stage 3 of a child: one process that runs one plugin version's handlers, an isolate for each run.

It is a pump: lines of the caller go into the isolate, lines of the isolate go out, and it reads neither. What it knows
is the code, which it is given once. It ends when its service or its caller does, and whenever something is not as it
should be.
"""

from __future__ import annotations

import json
import os
import resource
import select
import socket
import sys
from typing import Any, Final, NoReturn

from sandbox.isolates import fences
from sandbox.isolates.engine import Engine, Isolate
from sandbox.isolates.fences import Fences
from sandbox.isolates.frames import PACKET_SIZE, Lines, dumps
from sandbox.isolates.limits import CODE_SIZE, INPUT_SIZE
from sandbox.isolates.prelude import SEED_BYTES, Prelude, wrapped

OUT_OF_MEMORY: Final = 65  # exit code
CALLER_GONE: Final = 66
FAULT: Final = 70
_SPARE: Final = 48 * 1024 * 1024  # bytes a new isolate and the anchor may take beside its predecessor's remains
_NEEDS_CODE: Final = b'{"type":"code"}\n'
_PAGE: Final = resource.getpagesize()


class Child:
    """What a fork of the zygote becomes. `control` is its line to the service."""

    def __init__(self, engine: Engine, prelude: Prelude, control: socket.socket) -> None:
        self._engine = engine
        self._prelude = prelude
        self._control = control
        self._script = ""  # the handler's code, once this process has it
        self._keeps_to_itself = False  # whether the script can be run before the run that needs it
        self._failure: str | None = None  # of the script in this isolate
        self._isolate: Isolate
        self._anchor: Isolate | None = None
        self._statm = -1
        self._base = 0

    def close_in(self, walls: Fences, order: dict[str, Any], parent: int) -> None:
        """Apply every fence and make the first isolate. `order` is the service's: number, memory, cpu, heavy."""
        self._statm = os.open("/proc/self/statm", os.O_RDONLY)
        _prefer_to_be_killed()
        if order["heavy"]:
            os.nice(10)
        walls.apply(order["number"], parent)
        fences.limit_cpu(order["cpu"], order["cpu"])
        self._build()
        self._base = self._mapped()
        most = self._base + order["memory"] + order["memory"] // 2 + _SPARE
        fences.limit_data(most, most)

    def serve(self) -> NoReturn:
        """Run what the service sends until it sends no more."""
        self._report()
        while True:
            packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET_SIZE, 1)
            if not packet:
                os._exit(0)
            bounds = json.loads(packet)
            self._bound(bounds["memory"], bounds["cpu"])
            self._run(descriptors[0])
            os.close(descriptors[0])
            self._bound(None, None)
            self._make_anchor()
            self._isolate.close()
            self._build()
            self._report()

    def _build(self) -> None:
        self._isolate = self._engine.isolate()
        seed = os.urandom(SEED_BYTES)
        self._isolate.prepare(self._prelude.seeded(seed), self._prelude.parts)
        if self._keeps_to_itself:
            self._isolate.run(self._script)

    def _make_anchor(self) -> None:
        """Keep an isolate in which nothing ever runs, from the first run on: V8 then keeps what all isolates share and
        never changes, instead of reading it anew for each (half a millisecond)."""
        if self._anchor is None:
            before = self._mapped()
            self._anchor = self._engine.isolate()
            self._base += self._mapped() - before

    def _report(self) -> None:
        """Tell the service that the next run may come, and what this process has used."""
        self._control.send(dumps({"cpu": _cpu(), "grown": self._mapped() - self._base}))

    def _bound(self, memory: int | None, cpu: int | None) -> None:
        hard_data = resource.getrlimit(resource.RLIMIT_DATA)[1]
        hard_cpu = resource.getrlimit(resource.RLIMIT_CPU)[1]
        data = hard_data if memory is None else self._mapped() + memory + memory // 2
        seconds = hard_cpu if cpu is None else int(_cpu()) + cpu + 1
        fences.limit_data(min(data, hard_data))
        fences.limit_cpu(min(seconds, hard_cpu))

    def _mapped(self) -> int:
        """Bytes of private writable memory, as RLIMIT_DATA counts them (and the stack)."""
        return int(os.pread(self._statm, 256, 0).split()[5]) * _PAGE

    def _run(self, session: int) -> None:
        """Carry one run's lines to and fro until the prelude says that it is over."""
        lines = Lines(max(CODE_SIZE * 2, INPUT_SIZE) + PACKET_SIZE)
        waiting = self._receive(session, lines)
        if not self._script:
            _write(session, _NEEDS_CODE)
            while len(waiting) < 2:
                waiting += self._receive(session, lines)
            self._learn(json.loads(waiting.pop(1))["code"])
        elif not self._keeps_to_itself:
            self._failure = self._isolate.run(self._script)
        if self._failure:
            _write(session, _unreadable(self._failure))
            return
        poll = select.poll()
        poll.register(session, select.POLLIN)
        while True:
            if not waiting:
                waiting = self._receive(session, lines)
            said = b""
            for line in waiting:
                state, _, said = self._isolate.turn(line).partition(b"\n")
                if said:
                    _write(session, said)
                if state == b"end":
                    return
            waiting = self._next(session, poll, lines, int(state[4:]))

    def _learn(self, code: str) -> None:
        """Take the code, and run it in this isolate.

        Code that is a function's body defines that function and does nothing else yet, so that the next isolates can
        have it before their run. Other code, which closes the function around it, runs in its run's bounds only.
        """
        self._script = wrapped(code)
        self._keeps_to_itself = self._isolate.run(f"new Function({json.dumps(code)})") is None
        self._failure = self._isolate.run(self._script)

    def _next(self, session: int, poll: select.poll, lines: Lines, pause: int) -> list[bytes]:
        """The lines that come within `pause` milliseconds (-1: whenever they come); an empty one for a timer."""
        while True:
            if pause >= 0 and not poll.poll(pause):
                return [b""]
            if found := self._receive_once(session, lines):
                return found

    def _receive(self, session: int, lines: Lines) -> list[bytes]:
        while not (found := self._receive_once(session, lines)):
            pass
        return found

    @staticmethod
    def _receive_once(session: int, lines: Lines) -> list[bytes]:
        data = os.read(session, 262144)
        if not data:
            os._exit(CALLER_GONE)
        return lines.feed(data)


def become(
    engine: Engine, prelude: Prelude, walls: Fences, control: socket.socket, order: dict[str, Any], parent: int
) -> NoReturn:
    """What the zygote's fork does; it ends the process."""
    code = FAULT
    try:
        child = Child(engine, prelude, control)
        child.close_in(walls, order, parent)
        child.serve()
    except MemoryError:
        code = OUT_OF_MEMORY
    except OSError as error:
        code = CALLER_GONE if isinstance(error, (BrokenPipeError, ConnectionResetError)) else FAULT
        sys.stderr.write(f"{error!r}\n")
    except BaseException as error:
        sys.stderr.write(f"{error!r}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def _unreadable(failure: str) -> bytes:
    """The error frame for code that V8 does not take: its place, then its message."""
    text = failure.replace("<anonymous>:", "handler.js:").strip()
    name, _, message = text.splitlines()[-1].partition(": ")
    frame = {"type": "error", "code": "HANDLER_ERROR", "name": name, "message": message, "stack": text[:8192]}
    return dumps(frame) + b"\n"


def _write(descriptor: int, data: bytes) -> None:
    """All of it. A socket object is not used, because making one asks the kernel for more than is allowed."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _prefer_to_be_killed() -> None:
    """When the host runs out of memory, children go first."""
    try:
        descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
        os.write(descriptor, b"1000")
        os.close(descriptor)
    except OSError:
        pass
