"""A newcomer: a fresh copy of the tree, the README in hand, `make` and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

from config.env import BASE_DIR
from tests.config.application import alive, descendants, environ_for, eventually, free_port

README: Final = (BASE_DIR / "README.md").read_text()
PATIENCE: Final = 240.0  # seconds for a start that builds the front end, on a machine that does other things besides


def commands() -> list[str]:
    """The lines of the section "Two commands"."""
    section = README.partition("## Two commands")[2].partition("\n## ")[0]
    block = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return [line.partition("#")[0].strip() for line in block[1].splitlines()]


def copy_tree(target: Path) -> Path:
    """What git does not ignore, as it is now, and the packages that are installed here: nobody downloads them twice."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        source = BASE_DIR / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    for folder in (".venv", "node_modules"):
        shutil.copytree(BASE_DIR / folder, target / folder, symlinks=True, copy_function=_link)
    return target


def _link(source: str, target: str) -> str:
    """A second name for the same file; stamps and logs, which are written to, are copied."""
    if Path(source).name.startswith(".installed") or source.endswith((".log", ".json")):
        return str(shutil.copy2(source, target))
    os.link(source, target, follow_symlinks=False)
    return target


class Newcomer:
    """Somebody who types a command of the README into a terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_tree(folder)
        self.port = free_port()
        self.output = folder.parent / "terminal.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def type(self, command: str) -> None:
        """Run a command as a terminal does: in a process group of its own. Only the ports are others."""
        ports = {"PORT": str(self.port), "SANDBOX_PORT": str(free_port())}
        environ = environ_for(self.folder / ".data", **ports, WEB_PROCESSES="1", WORKER_PROCESSES="1")
        del environ["DATA_DIR"]
        environ["PATH"] = os.environ["PATH"].replace(f"{BASE_DIR}/.venv/bin:", "")
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                command.split(), cwd=self.folder, env=environ, stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def read_until(self, text: str) -> str:
        """Everything on the terminal, once `text` is there."""
        assert self.process is not None
        deadline = time.monotonic() + PATIENCE
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)
        return self.said

    @property
    def said(self) -> str:
        return self.output.read_text()

    def read(self, file: str) -> str:
        """A file that the README names."""
        return (self.folder / file).read_text()

    def press_ctrl_c(self) -> None:
        """End what runs, with everything that it started. Fails when something stays."""
        if self.process is None or self.process.poll() is not None:
            return
        family = descendants(self.process.pid)
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)
        eventually(lambda: not alive(family), "something that `make run` started still runs after Ctrl-C")
