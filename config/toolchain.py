"""Stage 1 of `make`: bring what the application stands on. Standard library only, runs with the system's Python.

Python packages from hashed lock files into .venv, the front-end build, Node where the system has none, chromium.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "setup.log"
CHROMIUM = Path("/usr/bin/chromium")
_PUBLISHED = VENV / "published"
_STAMP = VENV / ".installed-locks.json"
_MODULES = BASE_DIR / "node_modules"
_DIST = BASE_DIR / "static" / "dist"
_NODE = 22
_OFFLINE = re.compile(
    r"NewConnectionError|Temporary failure in name resolution|Name or service not known|Network is unreachable"
    r"|Connection refused|ConnectTimeout|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|Could not resolve host"
)


class SetupError(RuntimeError):
    """The set-up cannot go on; the message is one sentence for the person at the terminal."""


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def ensure_packages(*locks: str) -> None:
    """Install the lock files into .venv (made when absent); unchanged ones are skipped. Raises SetupError."""
    _ensure_venv()
    wanted = {lock: _digest([BASE_DIR / lock]) for lock in locks}
    installed = _read_stamp(_STAMP)
    for lock, digest in wanted.items():
        if installed.get(lock) == digest:
            continue
        say(f"Python packages: installing {lock}")
        started = time.monotonic()
        command: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--retries",
            "2",
            "-r",
            BASE_DIR / lock,
        ]
        _run(command, "The Python packages", BASE_DIR)
        installed[lock] = digest
        _STAMP.write_text(json.dumps(installed))
        say(f"Python packages: ready after {time.monotonic() - started:.0f} s")


def ensure_published_client() -> Path:
    """The folder of the published Python client of agents, an oracle of tests. Raises SetupError.

    Its wheels are for one version of Python and a few systems. Only what is written in Python is used of it, so any
    system takes the one that the lock file names.
    """
    lock = BASE_DIR / "requirements-pacerelle.lock"
    stamp = _PUBLISHED / ".installed.json"
    digest = _digest([lock])
    if _read_stamp(stamp).get("lock") != digest:
        say(f"Python packages: installing {lock.name}")
        shutil.rmtree(_PUBLISHED, ignore_errors=True)
        _PUBLISHED.mkdir(parents=True)
        options = "--platform manylinux_2_34_x86_64 --python-version 3.12 --ignore-requires-python --only-binary :all:"
        hashed = ["--require-hashes", "--retries", "2", "--no-deps"]
        command: list[str | Path] = [PYTHON, "-m", "pip", "install", *hashed, *options.split()]
        _run([*command, "--target", _PUBLISHED, "-r", lock], "The published client of agents", BASE_DIR)
        stamp.write_text(json.dumps({"lock": digest}))
    return _PUBLISHED


def ensure_front_end() -> None:
    """Install the front end's packages and build it; both are skipped when nothing changed. Raises SetupError."""
    if not (BASE_DIR / "package.json").exists():
        say("Front end: there is no package.json, nothing to build")
        return
    sources = _digest(_front_end_sources())
    if _read_stamp(_DIST / ".built").get("sources") == sources:
        return
    ensure_node_modules()
    say("Front end: building")
    npm("run", "build")
    _DIST.mkdir(parents=True, exist_ok=True)
    (_DIST / ".built").write_text(json.dumps({"sources": sources}))


def ensure_node_modules() -> None:
    """`npm ci` unless the lock file is the installed one. Raises SetupError."""
    digest = _digest([BASE_DIR / "package.json", BASE_DIR / "package-lock.json"])
    stamp = _MODULES / ".installed.json"
    if _read_stamp(stamp).get("lock") == digest:
        return
    say("Front end: installing packages")
    npm("ci", "--no-audit", "--no-fund")
    stamp.write_text(json.dumps({"lock": digest}))


def npm(*arguments: str) -> None:
    """Run npm in the project's folder. Raises SetupError when it fails."""
    environ = node_environ()
    _run(["npm", *arguments], "The front end's packages", BASE_DIR, environ)


def node_environ() -> dict[str, str]:
    """An environment whose `node` and `npm` are Node 22 or newer; nothing in it downloads a browser."""
    quiet = {**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1", "NO_UPDATE_NOTIFIER": "1"}
    if _node_version(quiet) >= _NODE and shutil.which("npm"):
        return quiet
    ensure_packages("requirements-node.lock")
    own = {**quiet, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    if _node_version(own) < _NODE:
        raise SetupError(f"Node {_NODE} is needed to build the front end, and the packaged one does not run here.")
    return own


def ensure_chromium() -> None:
    """The browser of the browser tests: installed by apt when this is root. Raises SetupError."""
    if CHROMIUM.exists():
        return
    if not may_install():
        raise SetupError("The browser tests need chromium at /usr/bin/chromium: run `sudo apt-get install chromium`.")
    say("Browser: installing chromium")
    apt_install("chromium")


def may_install() -> bool:
    """Whether this process can install Debian packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages. Raises SetupError."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    what = f"Debian's {' and '.join(packages)}"
    _run(["apt-get", "-q", "update"], what, BASE_DIR, environ)
    _run(["apt-get", "-q", "-y", "install", "--no-install-recommends", *packages], what, BASE_DIR, environ)


def _ensure_venv() -> None:
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    ):
        return
    if find_spec("ensurepip") is None:
        package = f"python3.{sys.version_info.minor}-venv"
        if not may_install():
            raise SetupError(f"Python's venv module is not complete here: run `sudo apt-get install {package}`.")
        say(f"Python: installing {package}")
        apt_install(package)
    say(f"Python: making .venv with Python {sys.version_info.major}.{sys.version_info.minor}")
    _run([sys.executable, "-m", "venv", "--clear", VENV], "The virtual environment", BASE_DIR)


def _run(command: Sequence[str | Path], what: str, folder: Path, environ: Mapping[str, str] | None = None) -> None:
    """Run quietly; the output goes to the set-up log. Raises SetupError with the reason in one sentence."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    _log(command, done.stdout)
    if done.returncode == 0:
        return
    if _OFFLINE.search(done.stdout):
        raise SetupError(f"{what} could not be downloaded: connect to the internet and run this again (log: {LOG}).")
    faults = [line.strip() for line in done.stdout.splitlines() if re.search(r"error|fail", line, re.IGNORECASE)]
    reason = faults[-1] if faults else f"exit code {done.returncode}"
    raise SetupError(f"{what}: {reason} (log: {LOG}).")


def _log(command: Sequence[str | Path], output: str) -> None:
    try:
        LOG.parent.mkdir(exist_ok=True)
        with LOG.open("a") as log:
            log.write(f"$ {' '.join(map(str, command))}\n{output}\n")
    except OSError:
        say(output)  # better on the screen than nowhere


def _node_version(environ: Mapping[str, str]) -> int:
    """The major version of `node`, 0 when there is none that runs."""
    program = shutil.which("node", path=environ.get("PATH"))
    if program is None:
        return 0
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", answer)
    return int(found[1]) if found else 0


def _front_end_sources() -> Iterable[Path]:
    """Every file the build reads."""
    yield from (file for pattern in ("package*.json", "tsconfig*.json", "*.ts") for file in BASE_DIR.glob(pattern))
    yield from (file for file in (BASE_DIR / "static").rglob("*") if _DIST not in file.parents)
    yield from (BASE_DIR / "widgets_manager" / "declarative" / "catalog").rglob("*.json")


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(set(files)):
        if file.is_file():
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(BASE_DIR)}\0{content}\n".encode())
    return digest.hexdigest()


def _read_stamp(file: Path) -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return stamp
