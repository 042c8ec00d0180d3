"""Stage: parsing. Plugins as packages: a .pie file, or a zip archive with plugin.pie or manifest.json."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Set
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from sandbox.plugins.exceptions import InvalidPlugin
from sandbox.plugins.reading import (
    CODE,
    CONFIG,
    FOLDER,
    JSON,
    PAGE,
    PIE,
    PINNED,
    PROMPT,
    Parts,
    Plugin,
    Text,
    check_parts,
    take_apart,
)
from widgets_manager.apps.compiling import MANIFESTS as APPS
from widgets_manager.core.exceptions import Problem
from widgets_manager.packages.archives import MAX_ARCHIVE, InvalidArchive, is_archive, read_archive
from widgets_manager.packages.parsers import JsonManifest, Package, Source
from widgets_manager.packages.validation import slug_of

FORM: Final = "plugin"
ARCHIVE: Final = "plugin-archive"
BLOCK: Final = "plugin"
SUFFIX: Final = ".pie"
MAX_PIE: Final = 4_000_000
MAX_UNPACKED: Final = 5_000_000
MAX_RATIO: Final = 100
_ROOTS: Final = (PIE, JSON)
_READ: Final = frozenset({PIE, JSON, CODE, PROMPT, PAGE, CONFIG})
# How a pasted text begins when it is a plugin: front matter between two lines ---, with a tier.
_FRONT: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_TIER: Final = re.compile(rb"^[\"'{ ]*tier[\"']?[ \t]*:", re.MULTILINE)
_PANEL: Final = re.compile(rb'"panelId"\s*:')


class PieForm:
    """A plugin as one file."""

    name = FORM
    max_bytes = MAX_PIE

    def claims(self, source: Source) -> bool:
        """Whether it is called .pie, or begins with front matter that has a tier."""
        if source.filename.lower().endswith(SUFFIX):
            return not is_archive(source.data)
        front = _FRONT.match(source.data[:200_000])
        return front is not None and _TIER.search(front[1]) is not None

    def parse(self, source: Source, *, development: bool) -> Package:
        """The package. Raises InvalidPlugin with every fault by file, line and path."""
        return package_of(read_pie(source.data, PurePosixPath(source.filename).name or PIE))


class PluginArchive:
    """A plugin as a zip archive: plugin.pie, or manifest.json with the texts as files, and pages in public/."""

    name = ARCHIVE
    max_bytes = MAX_ARCHIVE

    def claims(self, source: Source) -> bool:
        """Whether it is an archive with plugin.pie or, without an app.yaml, with manifest.json at its root."""
        if not is_archive(source.data):
            return False
        names = _names(source.data)
        root = _root_of(names)
        return root is not None and (root + PIE in names or not {root + name for name in APPS} & names)

    def parse(self, source: Source, *, development: bool) -> Package:
        """The package; that of a panel where manifest.json is a panel's. Raises InvalidPlugin with every fault,
        InvalidArchive, TOO_LARGE, and what the panel's manifest is refused for."""
        files = inside(unpack(source.data))
        if PIE not in files and _PANEL.search(files[JSON]):
            return JsonManifest().parse(Source(files[JSON], JSON), development=development).with_files(files)
        return package_of(read_files(files))


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a plugin's archive by path. Raises InvalidArchive and TOO_LARGE."""
    return read_archive(data, max_unpacked=MAX_UNPACKED, max_ratio=MAX_RATIO)


def read_pie(data: bytes, name: str = PIE) -> Plugin:
    """The plugin of a single file, with whatever is wrong with it."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Plugin({}, {}, {}, (_not_utf8(data, error, name),))
    return check_parts(replace(take_apart(text, name), files={PIE: data}))


def inside(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a plugin by their paths in it, without the one folder that holds them all.

    Raises InvalidArchive where there is no plugin, or where there are two packages.
    """
    root = _root_of(files.keys())
    if root is None:
        found = ", ".join(sorted(files)[:10]) or "no file"
        raise InvalidArchive(f"There is no {PIE} and no {JSON} (there is: {found}).")
    found_here = {path.removeprefix(root): data for path, data in files.items() if path.startswith(root)}
    named = [name for name in (*_ROOTS, *APPS) if name in found_here]
    if len(named) > 1:
        raise InvalidArchive(f"There are {' and '.join(named)}; a package has one of them.")
    return found_here


def read_files(files: Mapping[str, bytes]) -> Plugin:
    """The plugin of these files, with whatever is wrong with it."""
    root = PIE if PIE in files else JSON
    texts, faults = _texts(files)
    faults += tuple(
        Problem("", f"the folder {PINNED} is for what the server fetches; call it something else", None, path)
        for path in sorted(files)
        if path.startswith(PINNED)
    )
    plugin = check_parts(_parts(root, files, texts, faults)) if root in texts else Plugin({}, {}, {}, faults)
    return replace(plugin, warnings=(*plugin.warnings, *_unread(files)))


def package_of(plugin: Plugin) -> Package:
    """The package of a plugin. Raises InvalidPlugin when it has faults."""
    if plugin.faults:
        raise InvalidPlugin(plugin.faults)
    header = plugin.header
    slug = slug_of(header["name"])
    manifest: dict[str, Any] = {
        "panelId": slug,
        "panelType": FORM,
        "title": header.get("displayName") or header["name"],
        "version": "1.0",
        "description": header.get("description", ""),
        "intents": [],
    }
    if "version" in header:
        manifest["widgetVersion"] = header["version"]
    if PAGE in plugin.files:
        manifest[BLOCK] = {"widget": _shown(header.get("manifest") or {})}
    return Package(
        form=FORM,
        slug=slug,
        name=manifest["title"],
        version=header.get("version", manifest["version"]),
        manifest=manifest,
        blocks={BLOCK: plugin.block},
        files=plugin.files,
        warnings=plugin.warnings,
    )


def _shown(asked: Mapping[str, Any]) -> dict[str, Any]:
    """How the page is shown, in full: what lists and dashboards read of it."""
    widget = {"maxHeight": 600, "defaultHeight": 280, "launchable": False, **asked.get("widget", {})}
    return {name: widget[name] for name in ("maxHeight", "defaultHeight", "launchable")}


def _parts(root: str, files: Mapping[str, bytes], texts: Mapping[str, str], faults: tuple[Problem, ...]) -> Parts:
    """The parts of the files: those of plugin.pie, or the files that stand for them, and the pages in public/."""
    pages = {path.removeprefix(FOLDER): data for path, data in files.items() if path.startswith(FOLDER)}
    places = {path: (FOLDER + path, 1) for path in pages}
    if root == PIE:
        parts = take_apart(texts[PIE])
        faults += tuple(
            Problem("", f"stands beside {PIE}, which has it as a section", None, name)
            for name in (CODE, PROMPT, PAGE, CONFIG, *(FOLDER + path for path in pages if path in parts.public))
            if name in files
        )
        return replace(
            parts,
            public={**pages, **parts.public},
            sources={**places, **parts.sources},
            files=files,
            faults=(*faults, *parts.faults),
        )
    given = {name: Text(texts[name], name) for name in (CODE, PROMPT, PAGE, CONFIG) if name in texts}
    return Parts(
        header=Text(texts[JSON], JSON),
        body=given.get(PROMPT) or given.get(CODE),
        widget=given.get(PAGE),
        config=given.get(CONFIG),
        public=pages,
        sources=places,
        files=files,
        faults=faults,
    )


def _texts(files: Mapping[str, bytes]) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The files that are read as texts, and what keeps others from being."""
    texts: dict[str, str] = {}
    faults: list[Problem] = []
    for name in sorted(_READ & files.keys()):
        try:
            texts[name] = files[name].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            faults.append(_not_utf8(files[name], error, name))
            continue
        if "\0" in texts[name] and name != PIE:
            line = texts[name][: texts[name].index("\0")].count("\n") + 1
            faults.append(Problem("", "the character U+0000 is not accepted", line, name))
    if {CODE, PROMPT} <= texts.keys():
        faults.append(
            Problem("", f"stands beside {CODE}; a skill has a prompt, everything else has code", None, PROMPT)
        )
    return texts, tuple(faults)


def _unread(files: Mapping[str, bytes]) -> list[Problem]:
    return [
        Problem("", f"is kept, but nothing reads it: pages of the public app are in {FOLDER}", None, path)
        for path in files
        if path not in _READ and not path.startswith(FOLDER)
    ]


def _not_utf8(data: bytes, error: UnicodeDecodeError, name: str) -> Problem:
    line = data.count(b"\n", 0, error.start) + 1
    return Problem("", f"byte {error.start + 1} is not UTF-8", line, name)


def _names(data: bytes) -> set[str]:
    """The names in an archive; none where it is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {entry.filename for entry in archive.infolist() if not entry.is_dir()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return set()


def _root_of(names: Set[str]) -> str | None:
    """The folder of the plugin with its /: the root, or the one folder that holds everything."""
    tops = {name.partition("/")[0] for name in names if not name.startswith("__MACOSX/")}
    folder = f"{next(iter(tops))}/" if len(tops) == 1 else ""
    return next((root for root in ("", folder) for name in _ROOTS if root + name in names), None)
