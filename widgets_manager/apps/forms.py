"""Stage: parsing. Apps as packages: app.yaml alone, or with package.toml, widgets/*.yaml and more in a zip archive."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

from widgets_manager.apps.compiling import MANIFESTS
from widgets_manager.apps.exceptions import InvalidApp
from widgets_manager.apps.warnings import app_warnings
from widgets_manager.core.exceptions import Problem
from widgets_manager.declarative.documents import Checked, Document, check, read_document
from widgets_manager.declarative.folders import is_widget, unread_widgets
from widgets_manager.declarative.problems import InvalidDocument, hint
from widgets_manager.declarative.problems import Problem as Fault
from widgets_manager.packages.archives import MAX_ARCHIVE, InvalidArchive, is_archive, read_archive
from widgets_manager.packages.parsers import Package, Source
from widgets_manager.packages.validation import MAX_SLUG, slug_of, validate_manifest

FORM: Final = "app"
TOML: Final = "package.toml"
_YAML: Final = (".yaml", ".yml")
_TOML_KEYS: Final = ("name", "version", "title", "description")
_MAX: Final = {"name": 100, "title": 200, "description": 2000, "version": 100}
# What a pasted text begins one of its lines with when it is an app in YAML, and what a JSON text has in it.
_KEYS: Final = r"widgets|modules|capabilities|agents|chat_side|workspace_tabs|modals|inline"
_YAML_APP: Final = re.compile(rb"^(?:" + _KEYS.encode() + rb")[ \t]*:(?:[ \t\r]|$)", re.MULTILINE)
_JSON_APP: Final = re.compile(rb'"(?:' + _KEYS.encode() + rb')"\s*:')


@dataclass(frozen=True, slots=True)
class AppFiles:
    """The parts of an app as they come in: its document, what names it, the external widgets, all files."""

    manifest: str
    files: Mapping[str, bytes]
    folder: str = ""
    toml: Mapping[str, Any] = field(default_factory=dict)

    @property
    def widgets(self) -> dict[str, bytes]:
        """The files of the folder widgets/, by path."""
        return {path: data for path, data in self.files.items() if is_widget(path)}


class AppForm:
    """An app, in YAML or JSON, alone or in an archive."""

    name = FORM
    max_bytes = MAX_ARCHIVE

    def claims(self, source: Source) -> bool:
        """Whether it is an archive, is called .yaml, or has a block of apps where a manifest would have its panelId."""
        if is_archive(source.data) or source.filename.lower().endswith(_YAML):
            return True
        start = source.data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        if start in (b"{", b"["):
            return b'"panelId"' not in source.data and _JSON_APP.search(source.data) is not None
        return _YAML_APP.search(source.data) is not None

    def parse(self, source: Source, *, development: bool) -> Package:
        """The package. Raises InvalidApp with every fault by file and line, InvalidArchive, TOO_LARGE."""
        app = _unpacked(source) if is_archive(source.data) else _alone(source)
        document, files = _documents(app)
        checked = check(document, files=files)
        faults = [*_not_installable(checked), *checked.errors]
        if faults:
            raise InvalidApp([_problem(fault, app) for fault in faults])
        return _package(app, document, files, checked)


def _unpacked(source: Source) -> AppFiles:
    files = read_archive(source.data)
    roots = sorted({path.rpartition("/")[0] for path in files if path.rpartition("/")[2] in MANIFESTS}, key=len)
    top = {path.partition("/")[0] for path in files if "/" in path}
    root = next((one for one in roots if one == "" or (one in top and len(top) == 1)), None)
    if root is None:
        found = ", ".join(sorted(files)[:10]) or "no file"
        raise InvalidArchive(f"There is no {MANIFESTS[0]} in the archive, or in its one folder (it has: {found}).")
    prefix = f"{root}/" if root else ""
    inside = {path.removeprefix(prefix): data for path, data in files.items() if path.startswith(prefix)}
    named = [name for name in MANIFESTS if name in inside]
    if len(named) > 1:
        raise InvalidArchive(f"The archive has {' and '.join(named)}; an app has one of them.")
    stem = PurePosixPath(source.filename).name.removesuffix(".zip")
    return AppFiles(named[0], inside, root or stem, _toml(inside))


def _alone(source: Source) -> AppFiles:
    """A single document; its folder is the one it lies in where it has the usual name, else what it is called."""
    path = PurePosixPath(source.filename)
    is_json = source.data.lstrip()[:1] in (b"{", b"[") and path.suffix not in _YAML
    manifest = "app.json" if is_json else "app.yaml"
    called = path.stem if path.suffix in (*_YAML, ".json") else ""
    folder = path.parent.name if path.name in MANIFESTS else called
    return AppFiles(manifest, {manifest: source.data}, folder)


def _toml(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    """The names in package.toml, at its top or under [package]. Raises InvalidApp."""
    if TOML not in files:
        return {}
    try:
        document = tomllib.loads(files[TOML].decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise InvalidApp([Problem("", f"not TOML: {error}", int(line[1]) if line else None, TOML)]) from None
    table = document.get("package", {})
    named = {**(table if isinstance(table, dict) else {}), **document}
    faults = [
        Problem(key, f"must be a text of at most {_MAX[key]} characters, without control characters", None, TOML)
        for key in _TOML_KEYS
        if key in named and not _is_plain(named[key], _MAX[key])
    ]
    if faults:
        raise InvalidApp(faults)
    return named


def _is_plain(value: object, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and not any(ord(char) < 32 for char in value)


def _documents(app: AppFiles) -> tuple[Document, dict[str, Document]]:
    """The documents as they were read. Raises InvalidApp with what cannot be read in any of them."""
    faults: list[Problem] = []
    read: dict[str, Document] = {}
    for path in (app.manifest, *app.widgets):
        name = path if len(app.files) > 1 else ""
        try:
            read[path] = read_document(app.files[path].decode("utf-8"), name)
        except UnicodeDecodeError as error:
            faults.append(Problem("", f"byte {error.start + 1} is not UTF-8", None, path))
        except InvalidDocument as error:
            faults += [_problem(problem, app, path) for problem in error.problems]
    if faults:
        raise InvalidApp(faults)
    return read.pop(app.manifest), read


def _not_installable(checked: Checked) -> list[Fault]:
    """What is a widget, but no app: it can be rendered, not installed."""
    if checked.kind in ("app", "widgets") or checked.errors:
        return []
    return [Fault("", "is a single tree; an app has its trees in a block widgets, for example under inline", 1)]


def _problem(fault: Fault, app: AppFiles, path: str = "") -> Problem:
    """The fault in the public form; a single document needs no file name."""
    file = fault.file or path or app.manifest
    return Problem(fault.path, fault.message, fault.line, file if len(app.files) > 1 else None)


def _package(app: AppFiles, document: Document, files: Mapping[str, Document], checked: Checked) -> Package:
    config = checked.config or {}
    manifest = _manifest(app, config)
    blocks = {key: value for key, value in checked.app.items() if value}
    blocks.setdefault("capabilities", {"grant": [], "network": []})

    def locate(path: str) -> tuple[int | None, str | None]:
        return _locate(path, app, document, files)

    doubts = app_warnings(config, blocks, locate=locate)
    unread = unread_widgets(app.files)
    return Package(
        form=FORM,
        slug=manifest["panelId"],
        name=manifest["title"],
        version=manifest.get("widgetVersion", manifest["version"]),
        manifest=manifest,
        blocks={"widgets": config, **blocks},
        files=app.files,
        warnings=(*_toml_warnings(app), *(_problem(one, app) for one in (*checked.warnings, *unread)), *doubts),
    )


def _locate(
    path: str, app: AppFiles, document: Document, files: Mapping[str, Document]
) -> tuple[int | None, str | None]:
    """Line and file of a path of the compiled app."""
    for name, file in files.items():
        prefix = f"widgets.inline.{PurePosixPath(name).stem}"
        if path.startswith((f"{prefix}.", f"{prefix}[")):
            rest = path.removeprefix(prefix).removeprefix(".")
            bare = "tree" not in file.value if isinstance(file.value, dict) else True
            return file.line_of(rest.removeprefix("tree").removeprefix(".") if bare else rest), name
    own = path if "widgets" in document.value else path.removeprefix("widgets.")
    return document.line_of(own), app.manifest if len(app.files) > 1 else None


def _manifest(app: AppFiles, config: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest by which the package is known: an app without intents makes no panel. Raises InvalidApp."""
    title = str(app.toml.get("title") or "")
    name = str(app.toml.get("name") or app.folder or _first_title(config) or "app")
    slug = slug_of(name)[:MAX_SLUG].strip("-") or "app"
    manifest: dict[str, Any] = {
        "panelId": slug,
        "panelType": FORM,
        "title": (title or _readable(name))[:200],
        "version": "1.0",
        "description": str(app.toml.get("description") or ""),
        "intents": [],
    }
    if "version" in app.toml:
        manifest["widgetVersion"] = app.toml["version"]
    faults = validate_manifest(manifest).errors
    if faults:
        named = {"widgetVersion": "version", "panelId": "name"}
        raise InvalidApp([Problem(named.get(one.path, one.path), one.message, None, TOML) for one in faults])
    return manifest


def _readable(name: str) -> str:
    """`My app` for `my-app`; a name with spaces or capitals is one that somebody wrote for people."""
    if name != name.lower() or " " in name:
        return name
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def _first_title(config: Mapping[str, Any]) -> str:
    entries = [
        config.get("chat_side"),
        *config.get("workspace_tabs", ()),
        *config.get("modals", {}).values(),
        *config.get("inline", {}).values(),
    ]
    titles = (entry.get("title") for entry in entries if entry)
    return next((str(title) for title in titles if isinstance(title, str) and title and "{{" not in title), "")


def _toml_warnings(app: AppFiles) -> list[Problem]:
    known = (*_TOML_KEYS, "package")
    return [
        Problem(
            key, f"unknown key, kept but not used; known here: {', '.join(_TOML_KEYS)}{hint(key, known)}", None, TOML
        )
        for key in app.toml
        if key not in known
    ]
