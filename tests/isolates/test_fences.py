"""What a child cannot do even with native code: tried by Python in a process behind the same fences."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.env import BASE_DIR
from sandbox.isolates import fences
from sandbox.isolates.launch import COMMAND
from tests.config.application import environ_for

# A fork with the fences of a child tries each thing and reports what came of it. Its parent, outside, waits.
TRIES = """
import ctypes, json, os, resource, signal, socket, sys, threading
from sandbox.isolates.fences import Fences, limit_data
libc = ctypes.CDLL(None, use_errno=True)
target = os.getpid()
reading, writing = os.pipe()
listener = socket.create_server(("127.0.0.1", 0))
walls = Fences()
if "landlock" in sys.argv:
    walls._filter = None
def call(number, *arguments):
    return lambda: libc.syscall(number, *arguments)
def errno_of(action):
    ctypes.set_errno(0)
    try:
        result = action()
    except OSError as error:
        return error.errno
    except (RuntimeError, ValueError) as error:
        return str(error)
    return ctypes.get_errno() if isinstance(result, int) and result < 0 else "done"
tries = {
    "open": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "create": lambda: os.open("/tmp/isolates-fence", os.O_CREAT | os.O_WRONLY),
    "stat": lambda: os.stat("/etc/passwd"),
    "list": lambda: os.listdir("/"),
    "fork": os.fork,
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "kill": lambda: os.kill(target, 0),
    "signal itself": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "ptrace": lambda: libc.ptrace(16, target, 0, 0),
    "socket": socket.socket,
    "unix socket": lambda: socket.socket(socket.AF_UNIX),
    "chdir": lambda: os.chdir("/"),
    "mount": lambda: libc.mount(b"none", b"/mnt", b"tmpfs", 0, None),
    "unshare": lambda: libc.unshare(0x10000000),
    "become root": lambda: os.setuid(0),
    "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100)),
    "limit another": lambda: resource.prlimit(target, resource.RLIMIT_NOFILE),
    "read another's memory": lambda: os.open(f"/proc/{target}/mem", os.O_RDONLY),
    "pidfd": lambda: os.pidfd_open(target),
    "memfd": lambda: os.memfd_create("x"),
    "priority": lambda: os.nice(-5),
}
if sys.machine == "x86_64":
    tries |= {"io_uring": call(425, 8, 0), "bpf": call(321, 0, 0, 0)}
    tries |= {"userfaultfd": call(323, 0), "keyctl": call(250, 0, 0, 0)}
if walls._filter is None:
    tries = {name: tries[name] for name in ("open", "create", "list")}
pid = os.fork()
if pid == 0:
    walls.apply(1, target)
    found = {name: errno_of(action) for name, action in tries.items()}
    found["core"] = resource.getrlimit(resource.RLIMIT_CORE)[1]
    thread = threading.Thread(target=lambda: found.update(thread=1)); thread.start(); thread.join()
    limit_data(200 * 2**20)
    try:
        bytearray(300 * 2**20)
    except MemoryError:
        found["memory"] = "refused"
    os.write(writing, json.dumps(found).encode())
    os._exit(0)
os.close(writing)
os.waitpid(pid, 0)
print(json.dumps({"found": json.loads(os.read(reading, 65536)), "seccomp": walls.report.seccomp}))
"""
PERMITTED = {"core", "thread", "memory"}


def attempt(*arguments: str) -> dict[str, Any]:
    """What came of each try: an errno, or "done"."""
    script = TRIES.replace("sys.machine", "os.uname().machine")
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def tried() -> dict[str, Any]:
    """With every fence of this machine."""
    answer = attempt()
    if not answer["seccomp"]:
        pytest.skip("there is no libseccomp on this machine")
    return answer


def test_it_works(tried: dict[str, Any]) -> None:
    assert tried["found"]["thread"] == 1, "V8 needs threads"


def test_nothing_that_reaches_out_is_possible(tried: dict[str, Any]) -> None:
    reached = {name: result for name, result in tried["found"].items() if name not in PERMITTED and result == "done"}
    assert not reached


def test_landlock_alone_keeps_files_away() -> None:
    if not fences.landlock_version():
        pytest.skip("this kernel has no Landlock")
    found = attempt("landlock")["found"]
    assert {found[name] for name in ("open", "create", "list")} == {errno.EACCES}


def test_limits(tried: dict[str, Any]) -> None:
    assert tried["found"]["core"] == 0
    assert tried["found"]["memory"] == "refused"


def test_the_service_reports_the_same_fences(address: Path) -> None:
    from tests.isolates.conftest import state_of

    reported, here = state_of(address)["fences"], fences.available()
    assert (reported["seccomp"], reported["landlock"]) == (here.seccomp, here.landlock)


def test_the_zygotes_children_have_no_environment_and_few_descriptors(address: Path) -> None:
    from tests.config.application import descendants
    from tests.isolates.conftest import state_of

    users = set()
    for process in descendants(state_of(address)["process"]):
        folder = Path(f"/proc/{process}")
        environ = (folder / "environ").read_bytes()
        assert b"DATABASE_URL" not in environ
        assert b"SECRET" not in environ
        status = (folder / "status").read_text()
        if b"isolates.zygote" in (folder / "cmdline").read_bytes() and "NoNewPrivs:\t1" in status:
            assert len(list((folder / "fd").iterdir())) <= 8
            assert "Seccomp:\t2" in status or not fences.available().seccomp
            users.add(re.findall(r"^Uid:\t(\d+)", status, re.MULTILINE)[0])
            assert "CapEff:\t0000000000000000" in status or os.geteuid() != 0
    assert users, "no child was found"
    assert "0" not in users


def without_seccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise RuntimeError("Unable to find libseccomp")

    monkeypatch.setattr(fences, "_seccomp_module", missing)


def test_production_refuses_without_seccomp_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"ENVIRONMENT": "production", "ISOLATES_WITHOUT_SECCOMP": False}
    if fences.available().seccomp:
        assert fences.refusal(values) == ""
    without_seccomp(monkeypatch)
    assert "(Unable to find libseccomp): install libseccomp" in fences.refusal(values)
    assert fences.refusal({**values, "ISOLATES_WITHOUT_SECCOMP": True}) == ""
    assert fences.refusal({**values, "ENVIRONMENT": "development"}) == ""


def test_the_service_itself_refuses(tmp_path: Path) -> None:
    (tmp_path / "pyseccomp.py").write_text("raise RuntimeError('Unable to find libseccomp')")
    settings = {"ENVIRONMENT": "production", "SECRET_KEY": "k" * 40, "ISOLATES_SOCKET": str(tmp_path / "s")}
    environ = {**environ_for(tmp_path, **settings), "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(COMMAND, cwd=BASE_DIR, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "set ISOLATES_WITHOUT_SECCOMP=true" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_checks_tell_operators(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    from sandbox.isolates.checks import fences_stand

    def found() -> list[str | None]:
        return [message.id for message in fences_stand()]

    assert "isolates.E001" not in found()
    without_seccomp(monkeypatch)
    assert "isolates.W001" in found()
    settings.ENVIRONMENT = "production"
    assert "isolates.E001" in found()
    settings.ISOLATES_WITHOUT_SECCOMP = True
    assert "isolates.W001" in found()
    monkeypatch.setattr(fences, "landlock_version", lambda: 0)
    assert "isolates.W002" in found()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "isolates.I001" in found()


def test_a_report_is_readable() -> None:
    report = fences.Report(True, 0, False, True, {"landlock": "this kernel has none", "own_user": "not root"})
    assert list(report.lines) == [
        "active   system calls: an allow-list (seccomp)",
        "MISSING  files and sockets: none (Landlock 0) (this kernel has none)",
        "MISSING  a user of its own (not root)",
        "active   no network",
    ]
