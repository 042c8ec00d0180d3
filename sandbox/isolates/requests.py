"""Stage 2 of the isolates service: one caller's connection, and the run it asks for."""

from __future__ import annotations

import os
import re
import socket
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.isolates.frames import PROTOCOL, Frames, ProtocolError, pack
from sandbox.isolates.limits import Limits, parse_limits

_NAME: Final = re.compile(r"[\x21-\x7e]{1,200}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST_WAIT: Final = 3600.0  # seconds in the queue


@dataclass(eq=False)
class Run:
    """One run, from its request to its end. `key` names what a warm child must have: tenant, version, code.

    `number` is the caller's own.
    """

    caller: Caller
    number: int
    tenant: str
    key: tuple[str, str, str]
    limits: Limits
    patience: float  # seconds it may wait
    session: int  # a descriptor of the socket for the child, until it is handed on
    asked: float = field(default_factory=time.monotonic)
    started: float = 0.0  # monotonic; 0 while it waits
    tries: int = 0  # children it has lost

    def close(self) -> None:
        """Let go of what has not been handed on."""
        if self.session >= 0:
            os.close(self.session)
            self.session = -1

    @property
    def waits_until(self) -> float:
        """Monotonic."""
        return self.asked + self.patience

    @property
    def ends_at(self) -> float:
        """Monotonic."""
        return self.started + self.limits.wall


class Caller:
    """A connection. It makes one run at a time, and may make several one after the other."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.run: Run | None = None
        self._frames = Frames()
        self._sessions: list[int] = []

    def receive(self) -> list[dict[str, Any]] | None:
        """What it says now; None at its end. Raises ProtocolError and OSError."""
        data, descriptors, _, _ = socket.recv_fds(self.connection, 65536, 1)
        self._sessions += descriptors
        return self._frames.feed(data) if data else None

    def tell(self, message: dict[str, Any]) -> None:
        """Send a frame. A caller that does not take it has gone, or will be noticed to have gone."""
        with suppress(OSError):
            self.connection.send(pack(message), socket.MSG_NOSIGNAL)

    def close(self) -> None:
        """Let it go, with every descriptor that it sent."""
        self.connection.close()
        for session in self._sessions:
            os.close(session)

    def parse(self, frame: dict[str, Any]) -> Run:
        """The run that a frame asks for. Raises ProtocolError."""
        if frame.get("v") != PROTOCOL:
            raise ProtocolError(f"version {frame.get('v')} of the protocol, this service speaks {PROTOCOL}")
        tenant, version, digest = (frame.get(name) for name in ("tenant", "version", "digest"))
        for value, pattern in ((tenant, _NAME), (version, _NAME), (digest, _DIGEST)):
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise ProtocolError("tenant, version or digest is missing or malformed")
        number = frame.get("run")
        if not isinstance(number, int):
            raise ProtocolError("run is not a number")
        patience = frame.get("patience")
        if not isinstance(patience, (int, float)) or not 0 <= patience <= _LONGEST_WAIT:
            raise ProtocolError("patience is not a number of seconds")
        try:
            limits = parse_limits(frame.get("limits"))
        except ValueError as error:
            raise ProtocolError(str(error)) from None
        if not self._sessions:
            raise ProtocolError("a run without a socket for its child")
        key = (str(tenant), str(version), str(digest))
        return Run(self, number, str(tenant), key, limits, float(patience), self._sessions.pop(0))


def peer_user(connection: socket.socket) -> int:
    """The user number of the process at the other end, as the kernel knows it."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    user: int = struct.unpack("3i", credentials)[1]
    return user
