"""Stage: access. Connections to addresses that were checked before, all within one deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import certifi
import httpcore

from widgets_manager.egress.exceptions import FetchError, Reason


class Deadline:
    """The moment by which everything must be done."""

    def __init__(self, seconds: float) -> None:
        self._allowed = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left. Raises FetchError (`timeout`) when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> FetchError:
        """The refusal for having taken too long."""
        return FetchError(Reason.TIMEOUT, f"The address did not answer completely within {self._allowed:g} s.")


@lru_cache(maxsize=1)
def default_tls() -> ssl.SSLContext:
    """Verifies against the system's authorities (SSL_CERT_FILE included) and certifi's; TLS 1.2 or later."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class DeadlineStream(httpcore.NetworkStream):
    """A stream whose every step gets only the time that is left, so that a slow drip ends too."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As httpcore says. Raises FetchError when time is up."""
        return self._stream.read(max_bytes, self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As httpcore says. Raises FetchError when time is up."""
        self._stream.write(buffer, self._deadline.remaining())

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The encrypted stream; `server_hostname` is the original name. Raises FetchError when time is up."""
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.remaining())
        return DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """As httpcore says."""
        return self._stream.get_extra_info(info)


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the given addresses whatever host it is asked for, so no name is resolved a second time."""

    def __init__(self, addresses: Sequence[str], deadline: Deadline) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A stream to the first address that answers; each gets its share of the time. Raises FetchError."""
        for position, address in enumerate(self._addresses):
            share = self._deadline.remaining() / (len(self._addresses) - position)
            try:
                stream = self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return DeadlineStream(stream, self._deadline)
        self._deadline.remaining()
        raise FetchError(Reason.CONNECT, f"No connection to {host} on port {port}.")
