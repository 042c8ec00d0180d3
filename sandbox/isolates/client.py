"""Stage: actions. Run a handler in an isolate and perform its host calls, from a web process or a worker.

Free of Django, but for the default of `address`.
"""

from __future__ import annotations

import hashlib
import logging
import select
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sandbox.isolates.exceptions import CODES, HostCallError, IsolateError, LogLine
from sandbox.isolates.frames import PROTOCOL, Lines, ProtocolError, TooDeep, dumps, loads
from sandbox.isolates.limits import ACTION, CODE_SIZE, INPUT_SIZE, Limits
from sandbox.isolates.links import Link, give_back, take_link

logger = logging.getLogger(__name__)

Broker = Callable[[str, list[Any]], Any]


@dataclass(frozen=True, slots=True)
class Steady:
    """Chance and time of a run that must be the same when it runs again.

    `seed` is SEED_BYTES of hex text; `clock` gives the moment in milliseconds that the handler sees from its start, and
    from each answer, on. Between them its time stands still, but for its timers.
    """

    seed: str
    clock: Callable[[], int]


_GRACE: Final = 5.0  # seconds after the wall clock until the service itself is taken for dead
_CHUNK: Final = 262144


@dataclass(frozen=True, slots=True)
class HostCall:
    """One call of context, for the run log. `error` is the code of a refusal, empty otherwise."""

    method: str
    seconds: float
    error: str = ""


@dataclass(slots=True)
class Outcome:
    """A run that gave a result. `value` is what the handler returned, as JSON carries it."""

    value: Any = None
    log: list[LogLine] = field(default_factory=list)
    calls: list[HostCall] = field(default_factory=list)
    seconds: float = 0.0  # from the request to the result, waiting for a place included
    warm: bool = True  # whether a process had the code already


def refuse_calls(method: str, parameters: list[Any]) -> Any:
    """The broker of handlers that may ask for nothing."""
    raise HostCallError("NOT_ALLOWED", f"context.{method} is not available here.")


def run_handler(
    code: str,
    data: Any,
    *,
    tenant: str,
    version: str,
    broker: Broker = refuse_calls,
    methods: Sequence[str] = (),
    values: Mapping[str, Any] | None = None,
    absent: Mapping[str, str] | None = None,
    entry: str = "handler",
    limits: Limits = ACTION,
    patience: float = 30.0,
    address: str | Path | None = None,
    steady: Steady | None = None,
    stop: int | None = None,
    outcome: Outcome | None = None,
) -> Outcome:
    """Call the function that `code` exports as `entry` with `data` and a context, in an isolate of its own.

    `context` has `values` as they are, for each name of `absent` an object that throws that message when it is used,
    and a function for each of `methods` (`widget.update`). Their calls come to `broker(method, parameters)` in this
    thread, one after the other; what it returns goes back as JSON, a HostCallError rejects the handler's promise. Any
    other exception ends the run and comes out of here.

    Children that keep the code are bound to (tenant, version). The run waits at most `patience` seconds for its turn.
    `address` is the service's socket, ISOLATES_SOCKET of the settings when absent. Hold no database connection
    meanwhile. `stop` is a descriptor: once it is readable the run ends (STOPPED). A given `outcome` is filled while the
    run goes on, so that its log and calls are known however it ends.
    Raises IsolateError.
    """
    source = code.encode("utf-8", "replace")
    if len(source) > CODE_SIZE:
        raise IsolateError("TOO_LARGE", f"The code is larger than {CODE_SIZE} bytes.")
    bounds = {name: getattr(limits, name) for name in _INSIDE}
    start = {"type": "start", "input": data, "values": dict(values or {}), "methods": list(methods)}
    start["absent"] = dict(absent or {})
    if steady:
        start["steady"] = {"seed": steady.seed, "moment": steady.clock()}
    line = _line({**start, "entry": entry, "limits": bounds}, "The input")
    request = {"v": PROTOCOL, "type": "run", "tenant": tenant, "version": version, "patience": patience}
    request |= {"digest": hashlib.sha256(source).hexdigest(), "limits": limits.as_json()}
    load = dumps({"type": "load", "code": code}) + b"\n"
    link = take_link(str(address or _configured()))
    try:
        with link.start(request) as session:
            run = _Run(link, session, broker, limits, patience, outcome or Outcome())
            run.obey(steady, stop)
            try:
                return run.carry(line, load)
            except IsolateError as error:
                error.log, error.calls, error.seconds = run.outcome.log, run.outcome.calls, run.age
                raise
            finally:
                run.outcome.seconds = run.age
    finally:
        give_back(link)


def service_state(address: str | Path | None = None) -> dict[str, Any]:
    """What the service says of itself: running, waiting, killed and why, fences. Raises IsolateError."""
    with Link(str(address or _configured()), starting=0) as link:
        link.send({"type": "state"})
        return link.receive(time.monotonic() + _GRACE)


# Limits that the prelude keeps as well.
_INSIDE: Final = ("calls", "in_flight", "payload", "output", "log_lines", "log_bytes")


def _configured() -> str:
    from django.conf import settings

    address: str = settings.ISOLATES_SOCKET
    if not address:
        raise IsolateError("UNAVAILABLE", "No service for isolates is configured: ISOLATES_SOCKET is not set.")
    return address


def _line(frame: dict[str, Any], what: str) -> bytes:
    """A line for a child. Raises IsolateError when it is too large."""
    data = dumps(frame)
    if len(data) > INPUT_SIZE:
        raise IsolateError("TOO_LARGE", f"{what} is larger than {INPUT_SIZE} bytes.")
    return data + b"\n"


def _ended(frame: dict[str, Any]) -> IsolateError:
    code = frame.get("code")
    return IsolateError(code if code in CODES else "UNAVAILABLE", str(frame.get("message", "")))


class _Run:
    """The conversation with a child. Everything it says is untrusted: bounded, parsed strictly, counted."""

    def __init__(
        self,
        link: Link,
        session: socket.socket,
        broker: Broker,
        limits: Limits,
        patience: float,
        outcome: Outcome,
    ) -> None:
        self.outcome = outcome
        self._link = link
        self._session = session
        self._broker = broker
        self._limits = limits
        self._begun = time.monotonic()
        self._silence = self._begun + patience + limits.wall + _GRACE
        # A character of JSON is at most three bytes of UTF-8.
        self._lines = Lines(3 * max(limits.payload, limits.output) + 65536)
        self._heard: list[bytes] = []
        self._at_end = False
        self._end: IsolateError | None = None  # why, once the service has said so
        self._logged = 0
        self._answered: set[int] = set()
        session.setblocking(False)
        self._poll = select.poll()
        self._poll.register(session, select.POLLIN)
        self._poll.register(link.connection, select.POLLIN)
        self._steady: Steady | None = None
        self._stop: int | None = None

    def obey(self, steady: Steady | None, stop: int | None) -> None:
        """Keep to that time, and end when that descriptor says so."""
        self._steady, self._stop = steady, stop
        if stop is not None:
            self._poll.register(stop, select.POLLIN)

    def carry(self, start: bytes, code: bytes) -> Outcome:
        """Send the beginning, then answer until there is a result. Raises IsolateError, and what the broker raises.

        A child that has run this code before keeps it; another one asks for it first.
        """
        self._send(start)
        while True:
            while not self._heard:
                if self._at_end:
                    raise self._what_happened()
                self._wait(select.POLLIN)
            frame = self._parse(self._heard.pop(0))
            kind = frame.get("type")
            if kind == "call":
                self._answer(frame)
            elif kind == "log":
                self._log(frame)
            elif kind == "code" and self.outcome.warm:
                self.outcome.warm = False
                self._send(code)
            elif kind == "result":
                return self._succeed(frame)
            elif kind == "error":
                self._link.finish()
                raise _error(frame)
            else:
                raise self._violation(f"a frame of type {kind!r:.40}")

    def _succeed(self, frame: dict[str, Any]) -> Outcome:
        self._link.finish()
        self.outcome.value = frame.get("value")
        return self.outcome

    @property
    def age(self) -> float:
        """Seconds since the request."""
        return time.monotonic() - self._begun

    def _answer(self, frame: dict[str, Any]) -> None:
        number, method, parameters = frame.get("id"), frame.get("method"), frame.get("parameters")
        if not isinstance(number, int) or not isinstance(method, str) or not isinstance(parameters, list):
            raise self._violation("a call that is none")
        if number in self._answered:
            raise self._violation("a call twice")
        if len(self._answered) >= self._limits.calls:
            raise IsolateError("TOO_MANY_CALLS", f"A run may make {self._limits.calls} calls of context.")
        self._answered.add(number)
        self._send(self._perform(number, method, parameters))

    def _perform(self, number: int, method: str, parameters: list[Any]) -> bytes:
        begun = time.monotonic()
        refusal = ""
        try:
            answer = {"type": "answer", "id": number, "value": self._broker(method, parameters)}
            return _line(answer | self._moment(), f"The answer of context.{method}")
        except (HostCallError, IsolateError) as error:
            refusal = error.code
            refused = {"code": error.code, "message": error.message}
            return _line({"type": "answer", "id": number, "error": refused} | self._moment(), "A refusal")
        finally:
            self.outcome.calls.append(HostCall(method[:200], time.monotonic() - begun, refusal))

    def _moment(self) -> dict[str, int]:
        """What time it is for a handler whose time stands still."""
        return {"moment": self._steady.clock()} if self._steady else {}

    def _log(self, frame: dict[str, Any]) -> None:
        level, text = str(frame.get("level"))[:10], str(frame.get("text"))
        if len(self.outcome.log) < self._limits.log_lines and self._logged < self._limits.log_bytes:
            self.outcome.log.append((level, text[:10_000]))
            self._logged += len(text)

    def _send(self, data: bytes) -> None:
        """Send while hearing: a child that says much before it listens must not wait for us as we wait for it."""
        view = memoryview(data)
        while view and not self._at_end:
            try:
                view = view[self._session.send(view[:_CHUNK]) :]
            except BlockingIOError:
                self._wait(select.POLLIN | select.POLLOUT)
            except (BrokenPipeError, ConnectionResetError):
                return  # it has ended; what it said before is still to be heard

    def _wait(self, wanted: int) -> None:
        """Wait for the child, or for the service's death; hear what is there."""
        self._poll.modify(self._session, wanted)
        rest = self._silence - time.monotonic()
        ready = dict(self._poll.poll(max(0, rest) * 1000))
        if not ready:
            raise IsolateError("UNAVAILABLE", "The service did not keep the time.")
        if self._stop in ready:
            raise IsolateError("STOPPED")
        state = ready.get(self._session.fileno(), 0)
        if state & (select.POLLIN | select.POLLHUP | select.POLLERR):
            self._hear()
        elif not state:  # the service has said something, or has ended
            self._listen()

    def _hear(self) -> None:
        try:
            data = self._session.recv(_CHUNK)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data = b""
        if not data:
            self._at_end = True
            return
        try:
            self._heard += self._lines.feed(data)
        except ProtocolError as error:
            raise self._violation(str(error)) from None
        if len(self._heard) > self._limits.calls + self._limits.log_lines + 10:
            raise self._violation("more frames than a run may have")

    def _parse(self, line: bytes) -> dict[str, Any]:
        try:
            return loads(line)
        except TooDeep:  # an honest handler can send it, and V8 writes it
            raise IsolateError("TOO_LARGE", "The handler's data is nested too deeply.") from None
        except ProtocolError as error:
            raise self._violation(str(error)) from None

    def _what_happened(self) -> IsolateError:
        """The child has ended without a result: the service knows why."""
        while self._end is None:
            self._listen()
        return self._end

    def _listen(self) -> None:
        """Hear the service. That a child ended after its result may be told during the next run, which it is not of."""
        try:
            frame = self._link.receive(time.monotonic() + _GRACE)
        except IsolateError as error:
            self._end, self._at_end = error, True
            return
        if frame.get("run", self._link.number) == self._link.number:
            self._end, self._at_end = _ended(frame), True

    @staticmethod
    def _violation(what: str) -> IsolateError:
        """A child that is not what it should be; closing the link kills it."""
        logger.warning("a child of the isolates sent %s", what)
        return IsolateError("HANDLER_CRASHED", f"The handler's process sent {what}.")


def _error(frame: dict[str, Any]) -> IsolateError:
    code = frame.get("code")
    allowed = {"HANDLER_ERROR", "TOO_LARGE", "TOO_MANY_CALLS"}
    name, message, stack = (str(frame.get(part, ""))[:8192] for part in ("name", "message", "stack"))
    own = "\n".join(line for line in stack.splitlines() if "prelude.js" not in line)
    return IsolateError(code if code in allowed else "HANDLER_ERROR", message, name=name, stack=own)
