"""Lint: what a path holds is checked as it would be at an install: a folder or archive with an app, or one document."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from widgets_manager.declarative.documents import Checked, check_texts
from widgets_manager.declarative.folders import is_widget, unread_widgets
from widgets_manager.declarative.problems import Problem
from widgets_manager.packages.archives import is_archive, read_archive

APPS: Final = ("app.yaml", "app.yml", "app.json")
TOML: Final = "package.toml"
_LINE: Final = re.compile(r"at line (\d+)")


class NothingToLint(ValueError):
    """The path leads to nothing that can be checked."""


def lint_path(path: Path) -> Checked:
    """Check the app, block, tree or payload at the path. Raises NothingToLint, OSError, ApiError for a bad archive."""
    if path.is_dir():
        return _lint_app(_folder(path), str(path))
    data = path.read_bytes()
    if is_archive(data):
        return _lint_app(_unwrapped(read_archive(data)), path.name)
    if path.name in APPS:
        return _lint_app({path.name: data, **_folder(path.parent, path.name)}, str(path))
    return _lint_files(path.name, {path.name: data})


def _folder(path: Path, app: str | None = None) -> dict[str, bytes]:
    """The files of an app in a folder, by their paths in it; `app` is its document where that is known."""
    names = [app] if app else list(APPS)
    found = [path / name for name in (*names, TOML) if (path / name).is_file()]
    widgets = path / "widgets"
    found += sorted(file for file in widgets.rglob("*") if file.is_file()) if widgets.is_dir() else []
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in found}


def _unwrapped(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without the one folder that holds them all."""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) != 1 or any("/" not in path for path in files):
        return dict(files)
    return {path.partition("/")[2]: data for path, data in files.items()}


def _lint_app(files: Mapping[str, bytes], shown: str) -> Checked:
    apps = [name for name in APPS if name in files]
    if not apps:
        raise NothingToLint(f"There is no {APPS[0]} in {shown}.")
    if len(apps) > 1:
        raise NothingToLint(f"{shown} has {' and '.join(apps)}; an app has one of them.")
    return _lint_files(apps[0], files)


def _lint_files(main: str, files: Mapping[str, bytes]) -> Checked:
    faults: list[Problem] = []
    texts: dict[str, str] = {}
    for name, data in files.items():
        if name in (main, TOML) or is_widget(name):
            try:
                texts[name] = data.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                line = data.count(b"\n", 0, error.start) + 1
                faults.append(Problem("", f"byte {error.start + 1} is not UTF-8", line, name))
    faults += _toml_faults(texts.pop(TOML, ""))
    if main not in texts:
        return Checked("app" if main in APPS else "tree", tuple(faults))
    text = texts.pop(main)
    checked = check_texts(text, main, files=texts)
    checked = replace(checked, warnings=(*checked.warnings, *unread_widgets(files)))
    return replace(checked, errors=(*checked.errors, *faults), config=None) if faults else checked


def _toml_faults(text: str) -> list[Problem]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        return [Problem("", f"not TOML: {error}", int(line[1]) if line else 1, TOML)]
    keys = ("name", "version", "title", "description")
    return [Problem(key, "must be a text", None, TOML) for key in keys if not isinstance(document.get(key, ""), str)]


def summary(checked: Checked) -> str:
    """One line on a document without errors: `app; side panel, 2 tabs; 24 nodes; tools: greet`."""
    parts = [_KINDS[checked.kind], *_zones(checked), _counted(checked.nodes, "node")]
    if checked.tools:
        parts.append("tools: " + ", ".join(sorted(checked.tools)))
    if checked.fallbacks:
        parts.append(_counted(len(checked.fallbacks), "part") + " without an equivalent")
    if checked.warnings:
        parts.append(_counted(len(checked.warnings), "warning"))
    return "; ".join(parts)


_KINDS: Final = {
    "app": "app",
    "widgets": "block widgets",
    "tree": "widget",
    "adaptive_card": "Adaptive Card",
    "a2ui": "A2UI",
}


def _zones(checked: Checked) -> list[str]:
    config = checked.config
    if checked.kind not in ("app", "widgets") or config is None:
        return []
    counts = [
        "side panel" if config["chat_side"] else "",
        _counted(len(config["workspace_tabs"]), "tab"),
        _counted(len(config["modals"]), "dialog"),
        _counted(len(config["inline"]), "inline widget"),
    ]
    return [", ".join(part for part in counts if part and not part.startswith("0 ")) or "no widgets"]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def line_of(problem: Problem, *, warning: bool = False) -> str:
    """`app.yaml:12: widgets.modals.booking: message`."""
    place = problem.file or ""
    if problem.line is not None:
        place += f":{problem.line}"
    return f"{place}: {'warning: ' if warning else ''}{problem}"
