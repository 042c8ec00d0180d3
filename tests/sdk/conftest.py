"""Fixtures: both SDKs as they would be installed, agents as processes of their own, and people who talk to them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded.processes import end, spawn
from config.toolchain import BASE_DIR, ensure_published_client, node_environ
from tests.people import Person
from tests.sdk.talking import Talk

Launch = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="session")
def python_sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the package was installed, for PYTHONPATH."""
    target = tmp_path_factory.mktemp("python-sdk")
    source = target.with_name(target.name + "-source")
    shutil.copytree(BASE_DIR / "sdk/python", source)
    options: list[str | Path] = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", target]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, source], check=True)
    return target


@pytest.fixture(scope="session")
def js_sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with node_modules in which the package lies as npm would put it there."""
    root = tmp_path_factory.mktemp("js-sdk")
    source = root / "source"
    shutil.copytree(BASE_DIR / "sdk/js", source, ignore=shutil.ignore_patterns("dist", "node_modules"))
    (source / "node_modules").symlink_to(BASE_DIR / "node_modules")
    environ = node_environ()
    environ["PATH"] = f"{BASE_DIR / 'node_modules/.bin'}{os.pathsep}{environ['PATH']}"
    subprocess.run(["npm", "pack", "--silent"], cwd=source, env=environ, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(source.glob("*.tgz"))) as archive:
        archive.extractall(root, filter="data")
    (root / "node_modules").mkdir()
    (root / "package").rename(root / "node_modules/widget-agents")
    (root / "node_modules/ws").symlink_to(BASE_DIR / "node_modules/ws")
    return root


@pytest.fixture(scope="session")
def node() -> str:
    """The program itself: what lies in the PATH may be a script that starts it and would be killed in its place."""
    found = subprocess.run(["node", "-p", "process.execPath"], env=node_environ(), check=True, capture_output=True)
    return found.stdout.decode().strip()


@pytest.fixture(scope="session")
def published_client() -> Path:
    """The folder of the published client, for PYTHONPATH."""
    return ensure_published_client()


@pytest.fixture
def launch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Launch]:
    """`launch(file, talk)` runs an agent of the talk; its folder has the .env as the person copied it."""
    processes: list[subprocess.Popen[bytes]] = []

    def launch(file: Path, talk: Talk, *options: str, **environ: str) -> subprocess.Popen[bytes]:
        folder = tmp_path / talk.agent_id
        folder.mkdir(exist_ok=True)
        (folder / ".env").write_text(talk.env)
        command, own = _program(request, file, folder, options, environ.get("LIBRARY"))
        if environ.get("LIBRARY") == "pacerelle":  # it reads no .env
            for line in talk.env.splitlines():
                name, _, own[name] = line.partition("=")
        process = spawn(command, log=folder / "log", environ={**own, **environ}, folder=folder)
        processes.append(process)
        return process

    yield launch
    for process in processes:
        end(process, signal.SIGKILL, 15)
    for log in tmp_path.glob("*/log"):
        print(log.read_text())  # shown when the test failed


def _program(
    request: pytest.FixtureRequest, file: Path, folder: Path, options: tuple[str, ...], library: str | None
) -> tuple[list[str], dict[str, str]]:
    if file.suffix == ".py":
        needs = "published_client" if library == "pacerelle" else "python_sdk"
        path = str(request.getfixturevalue(needs))
        return [sys.executable, *options, str(file)], {"PATH": os.environ["PATH"], "PYTHONPATH": path}
    root: Path = request.getfixturevalue("js_sdk")
    copy = root / f"{folder.name}-{file.name}"  # where its imports are found
    shutil.copy(file, copy)
    return [request.getfixturevalue("node"), *options, str(copy)], node_environ()


@pytest.fixture
def talk(live_url: str, alice: Person) -> Talk:
    return Talk.begin(alice)
