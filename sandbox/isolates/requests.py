"""Stage 2 of the isolates service: one caller's connection, and the run it asks for."""

from __future__ import annotations

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
    """One run, from its request to its end. `key` names what a warm child must have: tenant, version, code."""

    caller: Caller
    tenant: str
    key: tuple[str, str, str]
    limits: Limits
    patience: float  # seconds it may wait
    asked: float = field(default_factory=time.monotonic)
    started: float = 0.0  # monotonic; 0 while it waits
    tries: int = 0  # children it has lost

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

    def receive(self) -> list[dict[str, Any]] | None:
        """What it says now; None at its end. Raises ProtocolError and OSError."""
        data = self.connection.recv(65536)
        return self._frames.feed(data) if data else None

    def tell(self, message: dict[str, Any], descriptor: int | None = None) -> bool:
        """Send a frame, with a descriptor when given; False when the caller does not take it."""
        with suppress(OSError):
            data = pack(message)
            handed = [] if descriptor is None else [descriptor]
            return socket.send_fds(self.connection, [data], handed, socket.MSG_NOSIGNAL) == len(data)
        return False

    def parse(self, frame: dict[str, Any]) -> Run:
        """The run that a frame asks for. Raises ProtocolError."""
        if frame.get("v") != PROTOCOL:
            raise ProtocolError(f"version {frame.get('v')} of the protocol, this service speaks {PROTOCOL}")
        tenant, version, digest = (frame.get(name) for name in ("tenant", "version", "digest"))
        for value, pattern in ((tenant, _NAME), (version, _NAME), (digest, _DIGEST)):
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise ProtocolError("tenant, version or digest is missing or malformed")
        patience = frame.get("patience")
        if not isinstance(patience, (int, float)) or not 0 <= patience <= _LONGEST_WAIT:
            raise ProtocolError("patience is not a number of seconds")
        try:
            limits = parse_limits(frame.get("limits"))
        except ValueError as error:
            raise ProtocolError(str(error)) from None
        return Run(self, str(tenant), (str(tenant), str(version), str(digest)), limits, float(patience))


def peer_user(connection: socket.socket) -> int:
    """The user number of the process at the other end, as the kernel knows it."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    user: int = struct.unpack("3i", credentials)[1]
    return user
