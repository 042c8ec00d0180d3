"""The service: fairness, callers that vanish, processes that are killed, frames that are none."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.embedded.children import Child
from config.embedded.servers import socket_folder
from sandbox.isolates.client import run_handler
from sandbox.isolates.exceptions import IsolateError
from sandbox.isolates.frames import FRAME_SIZE, PROTOCOL, Frames, pack
from sandbox.isolates.launch import await_service, running_service, start_service
from sandbox.isolates.limits import ACTION, JOB
from tests.config.application import alive, descendants
from tests.isolates.conftest import PATIENCE, failure, state_of, until

QUICK = "function handler(input) { return input; }"
HANG = "async function handler() { setInterval(() => {}, 1000); await new Promise(() => {}); }"
PATIENT = replace(ACTION, wall=100)
Hold = Callable[..., socket.socket]


def act(address: Path, tenant: str, code: str = QUICK, data: Any = None, **more: Any) -> Any:
    return run_handler(
        code, data, **{"tenant": tenant, "version": "1", "address": address, "patience": PATIENCE, **more}
    ).value


def request(tenant: str, **more: Any) -> dict[str, Any]:
    """The first frame of a caller."""
    frame = {
        "v": PROTOCOL,
        "type": "run",
        "run": 1,
        "tenant": tenant,
        "version": "1",
        "digest": "0" * 64,
        "patience": PATIENCE,
    }
    return {**frame, "limits": PATIENT.as_json(), **more}


def connect(address: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(PATIENCE)
    connection.connect(str(address))
    return connection


def hear(connection: socket.socket) -> dict[str, Any]:
    """The next frame."""
    return Frames().feed(socket.recv_fds(connection, 65536, 1)[0])[0]


def ask(connection: socket.socket, tenant: str, **more: Any) -> socket.socket:
    """Ask for a run; the caller's end of its socket."""
    ours, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(connection, [pack(request(tenant, **more))], [theirs.fileno()])
    return ours


@pytest.fixture
def hold() -> Iterator[Callable[..., socket.socket]]:
    """`hold(address, tenant)`: an action that is under way and does not end while the value is open."""
    sessions: list[socket.socket] = []

    def begin(address: Path, tenant: str, **more: Any) -> socket.socket:
        connection = connect(address)
        sessions.append(ask(connection, tenant, **more))
        sessions[-1].sendall(b'{"type":"start"}\n')
        assert sessions[-1].recv(100) == b'{"type":"code"}\n', "a child that knows nothing asks for the code"
        return connection

    yield begin
    for session in sessions:
        session.close()


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Path]:
    """A service with two places, so that a tenant has one of them at most."""
    settings = {"ISOLATES_CHILDREN": "2", "ISOLATES_QUEUE": "600", "ISOLATES_READY": "1"}
    with running_service(settings, tmp_path / "log") as address:
        yield address


def test_it_works(address: Path) -> None:
    state = state_of(address)
    assert state["v"] == PROTOCOL
    assert state["places"] == {"actions": 4, "heavy": 4}
    assert set(state["fences"]) == {"seccomp", "landlock", "own_user", "own_network", "missing"}


def test_with_500_actions_of_one_tenant_another_ones_next_action_starts_next(narrow: Path, hold: Hold) -> None:
    first = hold(narrow, "flood")  # does not end: whoever waited behind the flood would wait for ever
    flood = [first, *(connect(narrow) for _ in range(499))]
    for connection in flood[1:]:
        ask(connection, "flood").close()
    until(lambda: state_of(narrow)["waiting"]["actions"] == 499, "the flood does not arrive")
    assert [act(narrow, "other", data=number) for number in range(3)] == [0, 1, 2]
    state = state_of(narrow)
    assert (state["running"]["actions"], state["waiting"]["actions"]) == (1, 499)
    for connection in flood[1:]:  # the first one last: its place would let one of the others begin
        connection.close()
    until(lambda: not sum(state_of(narrow)["waiting"].values()), "the queue keeps callers that have gone")
    assert state_of(narrow)["vanished"] == 499
    first.close()


def _admitted(address: Path) -> int:
    state = state_of(address)
    return int(state["running"]["actions"] + state["waiting"]["actions"])


def test_too_many_waiting_are_told_so(tmp_path: Path, hold: Hold) -> None:
    with running_service({"ISOLATES_CHILDREN": "1", "ISOLATES_QUEUE": "1"}, tmp_path / "log") as address:
        first, second = hold(address, "full"), connect(address)
        waiting = ask(second, "full")
        until(lambda: _admitted(address) == 2, "the second does not wait")
        error = failure(lambda: act(address, "full"))
        assert (error.code, error.message) == ("BUSY", "Too many runs wait already.")
        error = failure(lambda: act(address, "else", patience=0.0))
        assert (error.code, error.message) == ("BUSY", "No place became free within 0 s.")
        assert state_of(address)["refused"] == 2
        first.close()
        waiting.sendall(b'{"type":"start"}\n')
        assert waiting.recv(100) == b'{"type":"code"}\n', "it begins when the place is free"
        waiting.close()


def test_heavy_runs_have_places_of_their_own(narrow: Path, hold: Hold) -> None:
    held = [hold(narrow, "heavy", limits=JOB.as_json()), hold(narrow, "other", limits=JOB.as_json())]
    assert act(narrow, "light", data=1) == 1
    assert state_of(narrow)["running"] == {"actions": 0, "heavy": 2}
    for connection in held:
        connection.close()


def test_a_caller_that_vanishes_takes_its_run_along(address: Path) -> None:
    before = state_of(address)["killed"].get("caller", 0)
    process_id = os.fork()
    if process_id == 0:  # a web process that dies in the middle of an action
        try:
            act(address, "gone", HANG, limits=PATIENT)
        finally:
            os._exit(1)
    try:
        until(lambda: state_of(address)["running"]["actions"] == 1, "the run does not begin")
        os.kill(process_id, signal.SIGKILL)
        until(lambda: state_of(address)["running"]["actions"] == 0, "the run goes on without its caller")
    finally:
        os.waitpid(process_id, 0)
    assert state_of(address)["killed"]["caller"] == before + 1
    assert act(address, "next", data=1) == 1


def test_a_caller_may_make_several_runs_one_after_the_other(address: Path) -> None:
    with connect(address) as caller:
        for _ in range(3):
            ask(caller, "again").close()  # the child notices that its caller has gone
            caller.sendall(pack({"type": "done"}))
    assert act(address, "next", data=1) == 1


def test_a_killed_service_is_started_again_and_its_children_end_with_it(tmp_path: Path) -> None:
    folder = socket_folder()
    address = folder / "isolates.sock"
    service = Child("isolates", lambda: start_service(address, {}, tmp_path / "log"))
    service.run()
    try:
        assert service.process is not None
        await_service(address, service.process)
        family = descendants(service.process.pid)
        assert len(family) >= 3, "zygote and children"
        errors: list[IsolateError] = []
        busy = threading.Thread(
            target=lambda: errors.append(failure(lambda: act(address, "lost", HANG, limits=PATIENT)))
        )
        busy.start()
        until(lambda: _admitted(address) == 1, "the run does not begin")
        service.process.kill()
        service.process.wait()
        busy.join(PATIENCE)
        assert errors[0].code == "UNAVAILABLE"
        until(lambda: not alive(family), "children outlive their service")
        until(lambda: service.tend(time.monotonic()) is None and service.process, "it is not started again")
        assert act(address, "next", data=1) == 1
    finally:
        service.stop()
        address.unlink(missing_ok=True)
        folder.rmdir()


def test_a_newer_service_takes_over_and_the_older_one_leaves_its_socket_alone(tmp_path: Path) -> None:
    with running_service(log=tmp_path / "older") as address:
        older = state_of(address)["process"]
        newer = start_service(address, {}, tmp_path / "newer")
        try:
            until(lambda: _process(address) == newer.pid, "the newer one does not take over")
            os.kill(older, signal.SIGTERM)
            until(lambda: not alive({older}), "the older one does not end")
            assert act(address, "next", data=1) == 1
        finally:
            newer.terminate()
            newer.wait()


def _process(address: Path) -> int:
    try:
        return int(state_of(address)["process"])
    except IsolateError:  # between the two
        return 0


def test_a_socket_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    service = start_service(tmp_path / "nobody" / "made" / "this.sock", {}, tmp_path / "log")
    assert service.wait(PATIENCE) == 1
    assert (tmp_path / "log").read_text().startswith("The service of the isolates cannot run with ISOLATES_SOCKET=")


def test_a_killed_zygote_is_replaced_and_waiting_runs_do_not_notice(narrow: Path, hold: Hold) -> None:
    state = state_of(narrow)
    (zygote,) = (
        one
        for one in descendants(state["process"])
        if b"zygote" in Path(f"/proc/{one}/cmdline").read_bytes()
        and f" {state['process']} " in Path(f"/proc/{one}/stat").read_text()
    )
    held = hold(narrow, "held")
    os.kill(zygote, signal.SIGKILL)
    assert hear(held)["code"] == "UNAVAILABLE"
    assert act(narrow, "next", data=1) == 1
    assert state_of(narrow)["zygotes"] == 2


def test_a_killed_child_is_told_to_its_caller(narrow: Path, hold: Hold) -> None:
    held = hold(narrow, "held")
    for process in _children(narrow):
        os.kill(process, signal.SIGSEGV)
    assert hear(held)["code"] == "HANDLER_CRASHED"
    # One that was killed while it waited may be given a run before the service has heard of its end.
    until(lambda: _answers(narrow), "nothing runs any more")
    assert state_of(narrow)["killed"]["crashed"] >= 1


def _answers(address: Path) -> bool:
    try:
        return bool(act(address, "next", data=1) == 1)
    except IsolateError:
        return False


def _children(address: Path) -> set[int]:
    service = state_of(address)["process"]
    return {one for one in descendants(service) if f" {service} " not in Path(f"/proc/{one}/stat").read_text()[:60]}


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("<I", FRAME_SIZE + 1),
        struct.pack("<I", 4) + b"[[[[",
        struct.pack("<I", 2) + b"[]",
        pack({"type": "run"}),
        pack({"type": "nonsense"}),
        pack(request("acme", v=99)),
        pack(request("")),
        pack(request("acme", digest="../../etc")),
        pack(request("acme", patience=-1)),
        pack(request("acme", limits={**PATIENT.as_json(), "wall": 1e9})),
        pack(request("acme", limits=None)),
        pack(request("acme")) * 2,
    ],
)
def test_callers_that_say_nonsense_are_left(address: Path, said: bytes) -> None:
    with connect(address) as connection:
        connection.sendall(said)
        answers = []
        while data := socket.recv_fds(connection, 65536, 1)[0]:
            answers.append(data)
    assert b"UNAVAILABLE" in answers[-1]
    assert act(address, "next", data=1) == 1


def test_half_a_frame_harms_nobody(address: Path) -> None:
    with connect(address) as connection:
        connection.sendall(pack(request("half"))[:20])
        assert act(address, "next", data=1) == 1


def test_strangers_of_this_host_are_not_served(address: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become a stranger")
    assert address.stat().st_mode & 0o777 == 0o600
    os.chmod(address.parent, 0o755)  # noqa: S103, PTH101  (to see that the second lock holds)
    os.chmod(address, 0o666)  # noqa: S103, PTH101
    process_id = os.fork()
    if process_id == 0:
        code = 1
        try:
            os.setuid(65534)
            with connect(address) as connection:
                connection.sendall(pack({"type": "state"}))
                code = 0 if connection.recv(100) == b"" else 2
        except ConnectionError:
            code = 0
        finally:
            os._exit(code)
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1]) == 0
    finally:
        os.chmod(address, 0o600)  # noqa: PTH101
        os.chmod(address.parent, 0o700)  # noqa: PTH101


@pytest.mark.full
def test_children_are_replaced_before_they_wear_out(narrow: Path) -> None:
    before = _children(narrow)
    for number in range(5000):  # five hundred for each of the few that take turns
        assert act(narrow, "worn", data=number) == number
        if number % 50 == 0 and state_of(narrow)["retired"].get("worn"):
            break
    assert state_of(narrow)["retired"]["worn"] >= 1, "a child runs for ever"
    assert _children(narrow) - before
