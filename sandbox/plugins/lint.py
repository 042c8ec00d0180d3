"""Stage: handlers. Lint: what a path holds is checked as it would be at an install; nothing is run or stored."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sandbox.plugins.block import kinds_of
from sandbox.plugins.forms import inside, read_files, read_pie, unpack
from sandbox.plugins.reading import FOLDER, JSON, Plugin
from sandbox.plugins.unserved import inactive
from widgets_manager.core.exceptions import Problem
from widgets_manager.packages.archives import MAX_FILES, InvalidArchive, is_archive

_MAX_FILE: Final = 10_000_000


def lint_path(path: Path) -> Plugin:
    """The plugin at the path: a .pie file, a zip or a folder. Raises OSError, and ApiError for a bad archive."""
    if path.is_dir():
        return read_files(inside(_folder(path)))
    data = path.read_bytes()
    if is_archive(data):
        return read_files(inside(unpack(data)))
    if path.name == JSON:
        return read_files(inside(_folder(path.parent)))
    return read_pie(data, path.name)


def line_of(problem: Problem, *, warning: bool = False) -> str:
    """`plugin.pie:12 manifest.tool: is required`; nothing in it begins another line."""
    place = problem.file or ""
    if problem.line is not None:
        place = f"{place}:{problem.line}"
    said = ": ".join(filter(None, (problem.path, f"{'warning: ' if warning else ''}{problem.message}")))
    return " ".join(f"{place} {said}".split())


def summary(plugin: Plugin) -> str:
    """One line on a plugin without faults: `tool, widget; tool add_note; 1 table; not active here: handler, tool`."""
    asked, block = plugin.block["manifest"], plugin.block
    tables = asked.get("database", {}).get("tables", {})
    pages = [path for path in plugin.files if path.startswith(FOLDER)]
    idle = [entry["part"] for entry in inactive(block["parts"])]
    parts = [
        ", ".join(kinds_of(block)),
        f"tool {asked['tool']['name']}" if "tool" in asked else "",
        _counted(len(tables), "table") if tables else "",
        _counted(len(pages), "public file") if pages else "",
        _counted(len(plugin.warnings), "warning") if plugin.warnings else "",
        f"not active on this server: {', '.join(idle)}" if idle else "",
    ]
    return "; ".join(filter(None, parts))


def _folder(path: Path) -> dict[str, bytes]:
    """The files below the folder, hidden ones left out. Raises InvalidArchive for too many or too much."""
    files: dict[str, bytes] = {}
    left = _MAX_FILE
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path)
        if not file.is_file() or file.is_symlink() or any(part.startswith(".") for part in name.parts):
            continue
        left -= file.stat().st_size
        if len(files) >= MAX_FILES or left < 0:
            raise InvalidArchive(f"A folder has at most {MAX_FILES} files of {_MAX_FILE:,} bytes together.")
        files[name.as_posix()] = file.read_bytes()
    return files


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
