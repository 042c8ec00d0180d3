"""Stage 4 of a child: the process that every child is a fork of. It has V8 loaded and makes no isolate itself.

`python -m sandbox.isolates.zygote DESCRIPTOR`, started by the service with a clean environment. It obeys packets of the
service (fork) and tells it what became of its children: {"forked": number, "pid": …} with a descriptor of the process,
{"ended": number, "status": …}.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import asdict
from types import FrameType
from typing import Any, NoReturn

from sandbox.isolates import fences
from sandbox.isolates.child import FAULT, become
from sandbox.isolates.engine import Engine
from sandbox.isolates.frames import PACKET_SIZE, dumps, loads
from sandbox.isolates.prelude import Prelude


class Zygote:
    """Forks on request, and buries."""

    def __init__(self, service: socket.socket) -> None:
        self._service = service
        self._engine = Engine()
        self._walls = fences.Fences()
        self._prelude = Prelude.read()
        self._numbers: dict[int, int] = {}  # of children, by process id
        self._woken, self._waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def serve(self) -> NoReturn:
        """Obey until the service's end."""
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _note)
        for ignored in (signal.SIGINT, signal.SIGHUP):
            signal.signal(ignored, signal.SIG_IGN)
        gc.collect()
        gc.freeze()  # children share these pages; a collection in one of them would copy them all
        gc.disable()
        self._service.send(dumps({"fences": asdict(self._walls.report)}))
        poll = select.poll()
        poll.register(self._service, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == self._woken:
                    self._bury()
                else:
                    self._obey()

    def _obey(self) -> None:
        packet, descriptors, _, _ = socket.recv_fds(self._service, PACKET_SIZE, 2)
        if not packet:
            os._exit(0)
        order = loads(packet)
        parent = os.getpid()
        process_id = os.fork()
        if process_id == 0:
            self._become_child(order, descriptors, parent)
        self._numbers[process_id] = order["number"]
        handle = os.pidfd_open(process_id)
        socket.send_fds(self._service, [dumps({"forked": order["number"], "pid": process_id})], [handle])
        for descriptor in (handle, *descriptors):
            os.close(descriptor)

    def _become_child(self, order: dict[str, Any], descriptors: list[int], parent: int) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            for handled in (signal.SIGCHLD, signal.SIGINT, signal.SIGHUP):
                signal.signal(handled, signal.SIG_DFL)
            control, errors = descriptors
            nothing = os.open("/dev/null", os.O_RDONLY)
            for source, target in ((nothing, 0), (errors, 1), (errors, 2)):
                os.dup2(source, target)
            _close_others({0, 1, 2, control, *self._walls.keep})
            become(self._engine, self._prelude, self._walls, socket.socket(fileno=control), order, parent)
        except BaseException as error:
            os.write(2, repr(error).encode())
        finally:
            os._exit(FAULT)

    def _bury(self) -> None:
        with suppress(BlockingIOError):
            while os.read(self._woken, 512):
                pass
        while self._numbers:
            process_id, status = os.waitpid(-1, os.WNOHANG)
            if process_id == 0:
                return
            number = self._numbers.pop(process_id)
            self._service.send(dumps({"ended": number, "status": os.waitstatus_to_exitcode(status)}))


def _note(_number: int, _frame: FrameType | None) -> None:
    """The signal is noticed by its byte in the pipe."""


def _close_others(kept: set[int]) -> None:
    last = -1
    for descriptor in (*sorted(kept), 4096):
        if descriptor > last + 1:  # an empty range would close everything, in CPython 3.11
            os.closerange(last + 1, descriptor)
        last = descriptor


def main() -> NoReturn:
    """Serve the socket whose descriptor is the one argument."""
    Zygote(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
