"""Stage: access. A caller's connection to the service, kept from run to run. Free of Django."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
from contextlib import suppress
from typing import Any, Final

from sandbox.isolates.exceptions import IsolateError
from sandbox.isolates.frames import Frames, ProtocolError, pack

STARTING: Final = 10.0  # seconds that a service which is being started again may take


class Link:
    """A connection to the service. While a run is under way it is what keeps it alive: its end kills the child."""

    def __init__(self, address: str, starting: float | None = None) -> None:
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.number = 0  # of its last run
        self.is_free = True  # whether nothing is under way
        self._address = address
        self._process = os.getpid()
        self._frames = Frames()
        self._told: list[dict[str, Any]] = []
        deadline = time.monotonic() + (STARTING if starting is None else starting)
        while True:
            try:
                self.connection.connect(address)
                return
            except OSError as error:  # it is being started, or started again
                if time.monotonic() >= deadline:
                    self.connection.close()
                    raise IsolateError("UNAVAILABLE", f"The service does not answer: {error.strerror}.") from None
                time.sleep(0.05)

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def __del__(self) -> None:
        self.connection.close()

    def serves(self, address: str) -> bool:
        """Whether another run there can be asked for on it: nothing was said on it since the last one."""
        if self._address != address or self._process != os.getpid():
            return False
        poll = select.poll()
        poll.register(self.connection, select.POLLIN)
        return not poll.poll(0)

    def send(self, message: dict[str, Any]) -> None:
        """Tell the service something. Raises IsolateError."""
        try:
            self.connection.sendall(pack(message))
        except OSError as error:
            raise IsolateError("UNAVAILABLE", f"The service was interrupted: {error.strerror}.") from None

    def start(self, request: dict[str, Any]) -> socket.socket:
        """Ask for a run, and give the service one end of a socket for its child; the other end. Raises IsolateError."""
        self.number += 1
        self.is_free = False
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self.connection, [pack({**request, "run": self.number})], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise IsolateError("UNAVAILABLE", f"The service was interrupted: {error.strerror}.") from None
        return ours

    def finish(self) -> None:
        """The run has its result. What becomes of the service does not change it."""
        with suppress(IsolateError):
            self.send({"type": "done"})
            self.is_free = True

    def receive(self, deadline: float) -> dict[str, Any]:
        """The next frame. Raises IsolateError on silence and at the end."""
        try:
            while not self._told:
                self.connection.settimeout(max(0.001, deadline - time.monotonic()))
                data = self.connection.recv(65536)
                if not data:
                    raise IsolateError("UNAVAILABLE", "The service was interrupted.")
                self._told += self._frames.feed(data)
        except (OSError, ProtocolError) as error:
            raise IsolateError("UNAVAILABLE", f"The service does not answer: {error}.") from None
        return self._told.pop(0)


# A thread's link, between its runs: making one costs the service as much as half a run.
_kept: Final = threading.local()


def take_link(address: str) -> Link:
    """The thread's link to that service, or a new one. Raises IsolateError."""
    link: Link | None = getattr(_kept, "link", None)
    _kept.link = None  # a broker that runs another handler meanwhile gets one of its own
    return link if link is not None and link.serves(address) else Link(address)


def give_back(link: Link) -> None:
    """Keep the link for the thread's next run. One whose run has not come to its end is closed, which ends it."""
    if link.is_free:
        _kept.link = link
    else:
        link.connection.close()
