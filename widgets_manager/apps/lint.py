"""Stage: handlers. Documents that are checked without being installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from widgets_manager.apps.access import app_blocks, names_around
from widgets_manager.apps.compiling import check_stored
from widgets_manager.apps.tools import intent_names
from widgets_manager.apps.warnings import app_warnings
from widgets_manager.declarative.documents import Checked, Document, check, check_texts
from widgets_manager.declarative.problems import Problem
from widgets_manager.widgets.models import InstalledWidget


def lint_text(text: str, *, files: Mapping[str, str] | None = None, app: InstalledWidget | None = None) -> Checked:
    """Check a text, YAML or JSON, with the contents of widgets/ by name; as a part of `app` where there is one."""
    return _with_doubts(check_texts(text, files=files, around=_around(app)), app)


def lint_document(document: Any, *, app: InstalledWidget | None = None) -> Checked:
    """Check a JSON value."""
    return _with_doubts(check(Document(document), around=_around(app)), app)


def lint_app(app: InstalledWidget) -> Checked:
    """Check an installed app as it is stored, against what this server serves today."""
    return _with_doubts(check_stored(app.package_version), app)


def _around(app: InstalledWidget | None) -> dict[str, list[str]] | None:
    return names_around(app) if app is not None else None


def _with_doubts(checked: Checked, app: InstalledWidget | None) -> Checked:
    """The outcome with what this server knows besides: tools, routes and hosts."""
    if checked.config is None:
        return checked
    blocks = checked.app
    if app is not None and not blocks.get("capabilities"):
        blocks = {**blocks, "capabilities": app_blocks(app).capabilities}
    path = "widgets" if checked.kind in ("app", "widgets") else ""
    found = app_warnings(checked.config, blocks, intents=intent_names(app), path=path)
    more = [Problem(one.path, one.message) for one in found]
    return replace(checked, warnings=(*checked.warnings, *more))
