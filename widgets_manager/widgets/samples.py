"""Stage: access. The samples that come with the application: manifests, apps, plugins, and widgets with scripts.

A manifest may name this server as `{origin}`. What samples fetch from it is answered without a request.
"""

from __future__ import annotations

import functools
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

FIRST: Final = "task-board"
SCRIPTS_PATH: Final = "/api/widgets/samples/"
DATA_PATH: Final = "/api/widgets/sample-data"
_ORIGIN: Final = "{origin}"


@dataclass(frozen=True, slots=True)
class ScriptedSample:
    """A sample with a script of its own: its manifest's text, and scripts and data by file name."""

    manifest: str
    scripts: dict[str, bytes]
    data: dict[str, bytes]


@functools.cache
def _samples() -> dict[str, str]:
    folder = settings.BASE_DIR / "samples" / "manifests"
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.json"))}


@functools.cache
def _scripted() -> dict[str, ScriptedSample]:
    folder = settings.BASE_DIR / "samples" / "sandbox"
    return {found.parent.name: _read(found) for found in sorted(folder.glob("*/manifest.json"))}


def _read(manifest: Path) -> ScriptedSample:
    data = [file for file in manifest.parent.glob("*.json") if file != manifest]
    return ScriptedSample(
        manifest=manifest.read_text(encoding="utf-8"),
        scripts={file.name: file.read_bytes() for file in manifest.parent.glob("*.js")},
        data={file.stem: file.read_bytes() for file in data},
    )


@functools.cache
def _plugins() -> dict[str, str]:
    folder = settings.BASE_DIR / "samples" / "plugins"
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.pie"))}


@functools.cache
def _apps() -> dict[str, bytes]:
    folder = settings.BASE_DIR / "samples" / "apps"
    found = sorted(path.parent for path in folder.glob("*/app.yaml"))
    return {app.name: _archive(app) for app in found}


def _archive(folder: Path) -> bytes:
    """The folder as a zip archive; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.writestr(zipfile.ZipInfo(file.relative_to(folder).as_posix()), file.read_bytes())
    return packed.getvalue()


def sample_app_names() -> list[str]:
    """The names of the sample apps."""
    return list(_apps())


def sample_app(name: str) -> bytes | None:
    """The zip archive of one, or None."""
    return _apps().get(name)


def sample_plugin_names() -> list[str]:
    """The names of the sample plugins."""
    return list(_plugins())


def sample_plugin(name: str) -> str | None:
    """The text of one (a .pie file), or None."""
    return _plugins().get(name)


def sample_package(name: str) -> tuple[bytes, str] | None:
    """A sample of any kind, as it is installed, and its media type; None where there is none."""
    if (text := sample_manifest(name)) is not None:
        return text.encode(), "application/json"
    if (archive := sample_app(name)) is not None:
        return archive, "application/zip"
    if (plugin := sample_plugin(name)) is not None:
        return plugin.encode(), "text/plain; charset=utf-8"
    return None


def all_sample_names() -> list[str]:
    """The names of the samples of every kind."""
    return [*sample_names(), *sample_app_names(), *sample_plugin_names()]


def sample_names() -> list[str]:
    """The names of the sample manifests, the Task Board first, those with scripts last."""
    return [*sorted(_samples(), key=lambda name: (name != FIRST, name)), *_scripted()]


def sample_manifest(name: str) -> str | None:
    """The JSON text of one, or None."""
    return with_origin(_scripted()[name].manifest) if name in _scripted() else _samples().get(name)


def with_origin(text: str) -> str:
    """A manifest's text with this server's own address in place of `{origin}`."""
    return text.replace(_ORIGIN, settings.PUBLIC_ORIGIN)


def sample_script(name: str, file: str) -> bytes | None:
    """A script of a sample, or None."""
    sample = _scripted().get(name)
    return sample.scripts.get(file) if sample else None


def sample_data_names() -> list[str]:
    """The names of the data that samples fetch."""
    return [name for sample in _scripted().values() for name in sample.data]


def sample_data(name: str) -> bytes | None:
    """The JSON of one, or None."""
    return next((sample.data[name] for sample in _scripted().values() if name in sample.data), None)


def own_sample_script(url: str) -> bytes | None:
    """The sample script at an address of this server's; None for any other address."""
    path, _ = own_address(url) or ("", "")
    name, _, file = path.removeprefix(SCRIPTS_PATH).partition("/")
    return sample_script(name, file) if path.startswith(SCRIPTS_PATH) else None


def own_sample_data(url: str) -> bytes | None:
    """The sample data (JSON) at an address of this server's; None for any other address."""
    path, query = own_address(url) or ("", "")
    return sample_data(parse_qs(query).get("name", [""])[0]) if path == DATA_PATH else None


def own_address(url: str) -> tuple[str, str] | None:
    """Path and query of an address under PUBLIC_ORIGIN; None for any other, and for what is none."""
    try:
        parts, own = urlsplit(url), urlsplit(settings.PUBLIC_ORIGIN)
    except ValueError:
        return None
    return (parts.path, parts.query) if (parts.scheme, parts.netloc) == (own.scheme, own.netloc) else None
