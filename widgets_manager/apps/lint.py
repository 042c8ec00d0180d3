"""Stage: handlers. Documents that are checked without being installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from widgets_manager.apps.access import app_blocks
from widgets_manager.apps.tools import intent_names
from widgets_manager.apps.warnings import app_warnings
from widgets_manager.declarative.documents import Checked, Document, check, check_texts
from widgets_manager.declarative.folders import is_widget
from widgets_manager.declarative.problems import Problem
from widgets_manager.files.actions import read_blob
from widgets_manager.packages.models import PackageFile
from widgets_manager.widgets.models import InstalledWidget


def lint_text(text: str, *, files: Mapping[str, str] | None = None, app: InstalledWidget | None = None) -> Checked:
    """Check a text, YAML or JSON, with the contents of widgets/ by name; as a part of `app` where there is one."""
    return _with_doubts(check_texts(text, files=files), app)


def lint_document(document: Any, *, app: InstalledWidget | None = None) -> Checked:
    """Check a JSON value."""
    return _with_doubts(check(Document(document)), app)


def lint_app(app: InstalledWidget) -> Checked:
    """Check an installed app as it is stored, against what this server serves today."""
    rows = {row.path: row for row in app.package_version.files.select_related("blob")}
    manifest = next((path for path in rows if path in ("app.yaml", "app.yml", "app.json")), None)
    if manifest is None:
        blocks = app_blocks(app)
        own = {"widgets": blocks.widgets, "capabilities": blocks.capabilities, "agents": blocks.agents}
        return lint_document({key: value for key, value in own.items() if value}, app=app)
    files = {path: _text(row) for path, row in rows.items() if is_widget(path)}
    return _with_doubts(check_texts(_text(rows[manifest]), manifest, files=files), app)


def _text(row: PackageFile) -> str:
    return read_blob(row.blob).decode("utf-8")


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
