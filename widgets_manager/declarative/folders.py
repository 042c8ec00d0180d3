"""Folders: which files of an app are widgets, and which only look as if they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from widgets_manager.declarative.problems import Problem

FOLDER: Final = "widgets"
SUFFIXES: Final = (".yaml", ".yml", ".json")


def is_widget(path: str) -> bool:
    """Whether the file is a widget: `widgets/<name>.yaml`, `.yml` or `.json`."""
    parts = PurePosixPath(path)
    return parts.parent.as_posix() == FOLDER and parts.suffix in SUFFIXES


def unread_widgets(paths: Iterable[str]) -> Iterator[Problem]:
    """A warning for each file that somebody may take for a widget by its folder and suffix, and nothing reads."""
    for path in paths:
        parts = PurePosixPath(path)
        near = len(parts.parts) > 1 and parts.parts[0].lower() == FOLDER and parts.suffix.lower() in SUFFIXES
        if near and not is_widget(path):
            yield Problem("", "is not read: widgets are widgets/<name>.yaml, .yml or .json", None, path)
