"""isolated-vm beside ours: its Node process, and a client that speaks to it as ours does."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from config.embedded.processes import end
from config.toolchain import SetupError, ensure_packages, node_environ

NODE: Final = 24
_HERE: Final = Path(__file__).parent


class Missing(RuntimeError):
    """There is nothing to compare with; the message says why."""


class Peer:
    """A connection for each thread; one run at a time on each."""

    def __init__(self, address: Path, process: int) -> None:
        self.process = process
        self._address = address
        self._local = threading.local()

    def run(self, code: str, data: Any, methods: Sequence[str], broker: Callable[[str, list[Any]], Any]) -> Any:
        """What the handler returns. Raises RuntimeError."""
        file = self._file()
        _say(file, {"code": code, "input": data, "methods": list(methods)})
        while True:
            frame = json.loads(file.readline())
            if "call" in frame:
                value = broker(frame["method"], json.loads(frame["parameters"]))
                _say(file, {"answer": frame["call"], "value": json.dumps(value)})
            elif "result" in frame:
                return json.loads(frame["result"])
            else:
                raise RuntimeError(frame["error"])

    def _file(self) -> Any:
        if not hasattr(self._local, "file"):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(str(self._address))
            self._local.file = connection.makefile("rwb")
        return self._local.file


@contextmanager
def running_peer() -> Iterator[Peer]:
    """Node with isolated-vm, in a folder of its own. Raises Missing."""
    folder = Path(tempfile.mkdtemp(prefix="wm-bench-"))
    process = None
    try:
        environ = _newest_node()
        for name in ("package.json", "package-lock.json", "peer.mjs"):
            shutil.copy(_HERE / name, folder)
        npm = [_program("npm", environ), "ci", "--no-audit", "--no-fund"]
        made = subprocess.run(npm, cwd=folder, env=environ, capture_output=True, text=True, check=False)
        if made.returncode:
            raise Missing(f"isolated-vm cannot be installed: {made.stderr.strip().splitlines()[-1:]}")
        address = folder / "peer.sock"
        command = [_program("node", environ), "peer.mjs", str(address)]
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout
        assert process.stderr
        if process.stdout.readline() != b"ready\n":
            raise Missing(f"isolated-vm does not start: {process.stderr.read().decode().strip().splitlines()[-1:]}")
        yield Peer(address, process.pid)
    finally:
        end(process, signal.SIGTERM, 5)
        shutil.rmtree(folder, ignore_errors=True)


def _newest_node() -> dict[str, str]:
    """An environment whose node is new enough: the system's, or the one that the front-end build can bring."""
    environ = node_environ()
    if _version(environ) >= NODE:
        return environ
    try:
        ensure_packages("requirements-node.lock")
    except SetupError as error:
        raise Missing(str(error)) from None
    own = {**environ, "PATH": f"{Path(sys.executable).parent}:{environ.get('PATH', '')}"}
    if _version(own) < NODE:
        raise Missing(f"isolated-vm 7 needs Node {NODE}")
    return own


def _program(name: str, environ: Mapping[str, str]) -> str:
    return shutil.which(name, path=environ.get("PATH")) or name


def _version(environ: Mapping[str, str]) -> int:
    """The major version of `node`; 0 where there is none."""
    if not shutil.which("node", path=environ.get("PATH")):
        return 0
    answer = subprocess.run([_program("node", environ), "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", answer.stdout)
    return int(found[1]) if found else 0


def _say(file: Any, frame: dict[str, Any]) -> None:
    file.write(json.dumps(frame).encode() + b"\n")
    file.flush()
