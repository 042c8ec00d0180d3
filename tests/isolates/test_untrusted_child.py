"""A child that says what no child of ours says: a stand-in for the service hands its socket to the client."""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from config.embedded.servers import socket_folder
from sandbox.isolates.client import Outcome, run_handler
from sandbox.isolates.exceptions import IsolateError
from sandbox.isolates.frames import Frames, Lines, ProtocolError, loads, pack
from sandbox.isolates.limits import ACTION
from tests.isolates.conftest import PATIENCE

Say = Callable[..., Outcome]


@pytest.fixture
def hear() -> Iterator[Say]:
    """`hear(said, **more)`: what run_handler makes of a child that says this, whatever it is asked."""
    folder = socket_folder()
    address = folder / "fake.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address))
    listener.listen()

    def pretend(said: bytes) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):  # the client may have had enough at any time
            _, (descriptor,), _, _ = socket.recv_fds(connection, 65536, 1)
            with socket.socket(fileno=descriptor) as session:
                session.sendall(said)
                session.shutdown(socket.SHUT_WR)
                connection.sendall(pack({"type": "ended", "code": "HANDLER_CRASHED", "message": "It ended."}))
                connection.recv(65536)  # what the client says of its end, or that it has left

    def perform(said: bytes, **more: Any) -> Outcome:
        thread = threading.Thread(target=pretend, args=(said,))
        thread.start()
        try:
            return run_handler("", None, **{"tenant": "t", "version": "1", "address": address, **more})
        finally:
            thread.join(PATIENCE)

    yield perform
    listener.close()
    address.unlink()
    folder.rmdir()


def line(**frame: Any) -> bytes:
    return json.dumps(frame).encode() + b"\n"


def test_it_works(hear: Say) -> None:
    assert hear(line(type="log", level="log", text="x") + line(type="result", value=3)).value == 3


@pytest.mark.parametrize(
    "said",
    [
        b"\n",
        b"nonsense\n",
        b"[]\n",
        b"null\n",
        b'{"type":"result"' + b"\n",
        b'{"type":"result","value":NaN}\n',
        b'{"type":"result","value":' + b"9" * 100_000 + b"e999999}x\n",
        b"\xff\xfe\n",
        line(type="shutdown"),
        line(type="code") * 2,
        line(type=["result"]),
        line(type="call", id="1", method="ask", parameters=[]),
        line(type="call", id=1, method=None, parameters=[]),
        line(type="call", id=1, method="ask", parameters={"a": 1}),
        line(type="call", id=1, method="ask", parameters=[]) * 2,
        line(type="log", level="log", text="x") * 5000,
        b"x" * (20 * 1024 * 1024),
        b"",
        b'{"type":"res',
    ],
    ids=range(19),
)
def test_what_is_no_frame_ends_the_run(hear: Say, said: bytes) -> None:
    calls: list[str] = []
    with pytest.raises(IsolateError) as caught:
        hear(said, broker=lambda method, parameters: calls.append(method))
    assert caught.value.code == "HANDLER_CRASHED"
    assert set(calls) <= {"ask"}


def test_deep_json_is_refused_as_too_large(hear: Say) -> None:
    with pytest.raises(IsolateError) as caught:
        hear(b'{"type":"result","value":' + b"[" * 200_000 + b"]" * 200_000 + b"}\n")
    assert caught.value.code == "TOO_LARGE"


def test_calls_are_counted_here_as_well(hear: Say) -> None:
    said = b"".join(line(type="call", id=number, method="ask", parameters=[]) for number in range(10))
    calls: list[str] = []
    with pytest.raises(IsolateError) as caught:
        hear(said, broker=lambda method, parameters: calls.append(method), limits=replace(ACTION, calls=4))
    assert (caught.value.code, len(calls)) == ("TOO_MANY_CALLS", 4)


def test_the_log_is_bounded_here_as_well(hear: Say) -> None:
    said = line(type="log", level="log" * 99, text="x" * 50_000) * 400 + line(type="result", value=1)
    outcome = hear(said)
    assert sum(len(text) for _, text in outcome.log) <= ACTION.log_bytes + 10_000
    assert all(len(level) <= 10 for level, _ in outcome.log)


def test_an_error_cannot_name_a_code_of_the_service(hear: Say) -> None:
    with pytest.raises(IsolateError) as caught:
        hear(line(type="error", code="UNAVAILABLE", message=["x"] * 5, stack={"a": 1}, name=None))
    assert caught.value.code == "HANDLER_ERROR"


def test_what_follows_a_result_is_not_heard(hear: Say) -> None:
    calls: list[str] = []
    said = line(type="result", value=1) + line(type="call", id=1, method="ask", parameters=[])
    assert hear(said, broker=lambda method, parameters: calls.append(method)).value == 1
    assert calls == []


def test_whole_numbers_without_end_cost_little() -> None:
    begun = time.process_time()
    assert loads(b'{"a":' + b"9" * 300 + b"}") == {"a": float("9" * 300)}
    for text in (b"9" * 300_000, b"1e999", b"-1e999"):
        with pytest.raises(ProtocolError):
            loads(b'{"a":' + text + b"}")
    assert time.process_time() - begun < 1


def test_lines_are_cut_wherever_they_arrive() -> None:
    lines = Lines(10)
    assert [found for piece in (b"on", b"e\ntw", b"o\n\nth") for found in lines.feed(piece)] == [b"one", b"two", b""]
    assert lines.feed(b"ree\n") == [b"three"]
    with pytest.raises(ProtocolError):
        lines.feed(b"x" * 11)


def test_frames_are_cut_wherever_they_arrive() -> None:
    data = pack({"a": 1}) + pack({"b": "ä"})
    frames = Frames()
    assert [found for byte in data for found in frames.feed(bytes([byte]))] == [{"a": 1}, {"b": "ä"}]


def test_a_childs_end_that_is_told_late_is_not_the_next_runs() -> None:
    """Both runs are on one connection; of the first one's child it is said that it ended when the second has begun."""
    folder = socket_folder()
    address = folder / "fake.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        listener.listen()

        def pretend() -> None:
            connection, _ = listener.accept()
            with connection:
                for number in (1, 2):
                    frames = Frames()
                    while True:
                        data, descriptors, _, _ = socket.recv_fds(connection, 65536, 1)
                        asked = [frame for frame in frames.feed(data) if frame["type"] == "run"]
                        if descriptors:
                            break
                    assert [frame["run"] for frame in asked] == [number]
                    with socket.socket(fileno=descriptors[0]) as session:
                        if number == 2:
                            connection.sendall(pack({"type": "ended", "run": 1, "code": "HANDLER_CRASHED"}))
                            Lines(1000).feed(session.recv(65536))
                            while _unread(connection):
                                time.sleep(0.005)
                        session.sendall(line(type="result", value=number))

        thread = threading.Thread(target=pretend)
        thread.start()
        given: dict[str, Any] = {"tenant": "t", "version": "1", "address": address}
        assert [run_handler("", None, **given).value for _ in range(2)] == [1, 2]
        thread.join(PATIENCE)
    address.unlink()
    folder.rmdir()


def _unread(connection: socket.socket) -> int:
    """How much of what was sent the other side has not taken yet."""
    (size,) = struct.unpack("i", fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)))
    return int(size)
