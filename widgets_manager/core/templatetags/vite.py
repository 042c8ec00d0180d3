"""Stage: views. Template tags that find the front end's built files: scripts, styles and icons."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_ICON_NAME: Final = re.compile(r"[a-z0-9_]+")
_STAND_IN: Final = "widgets"


class FrontEndNotBuilt(ImproperlyConfigured):
    """The front end, or one entry of it, has not been built."""


def _output() -> Path:
    return Path(settings.BASE_DIR) / "static" / "dist"


@lru_cache(maxsize=2)
def _read_manifest(file: Path, changed: int) -> dict[str, dict[str, Any]]:
    """Vite's manifest; `changed` (the file's time) makes a new build visible without a restart."""
    manifest: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return manifest


def _manifest() -> dict[str, dict[str, Any]]:
    file = _output() / "manifest.json"
    try:
        return _read_manifest(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        raise FrontEndNotBuilt(f"{file} is missing: build the front end with `npm ci && npm run build`.") from None


def _find(manifest: dict[str, dict[str, Any]], name: str) -> str:
    """The manifest's key of an entry such as `main` or `pages/dashboard`."""
    for key in (f"static/src/{name}.ts", f"static/src/{name}/index.ts"):
        if key in manifest and manifest[key].get("isEntry"):
            return key
    entries = sorted(key for key, chunk in manifest.items() if chunk.get("isEntry"))
    raise FrontEndNotBuilt(f"{name!r} is not an entry of the built front end (there are: {', '.join(entries)}).")


def _imports(manifest: dict[str, dict[str, Any]], key: str) -> list[str]:
    """Keys of the chunks an entry needs at once, itself last, each named once; chunks may import each other."""
    needed: list[str] = []
    visited: set[str] = set()

    def visit(at: str) -> None:
        if at in visited:
            return
        visited.add(at)
        for dependency in manifest[at].get("imports", ()):
            visit(dependency)
        needed.append(at)

    visit(key)
    return needed


@register.simple_tag
def vite(name: str) -> SafeString:
    """`{% vite "pages/dashboard" %}`: styles, preloads and the module script of an entry.

    Raises FrontEndNotBuilt; where ENVIRONMENT is `test` and nothing is built, the tag is empty instead, so that tests
    of pages need no Node.
    """
    try:
        manifest = _manifest()
    except FrontEndNotBuilt:
        if settings.ENVIRONMENT == "test":
            return SafeString("")
        raise
    keys = _imports(manifest, _find(manifest, name))
    styles = dict.fromkeys(style for key in keys for style in manifest[key].get("css", ()))
    preloads = [manifest[key]["file"] for key in keys[:-1]]
    return mark_safe(  # noqa: S308 - every part comes from format_html
        format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(file),) for file in styles))
        + format_html_join("\n", '<link rel="modulepreload" href="{}">', ((static(file),) for file in preloads))
        + format_html('<script type="module" src="{}"></script>', static(manifest[keys[-1]]["file"]))
    )


@register.simple_tag
def vite_blocking(name: str) -> SafeString:
    """`{% vite_blocking "theme/early" %}`: a classic script that runs before the page is painted.

    The entry must have no imports. Raises FrontEndNotBuilt, as `vite` does.
    """
    try:
        manifest = _manifest()
    except FrontEndNotBuilt:
        if settings.ENVIRONMENT == "test":
            return SafeString("")
        raise
    return format_html('<script src="{}"></script>', static(manifest[_find(manifest, name)]["file"]))


@lru_cache(maxsize=1024)
def _drawing(file: Path, changed: int) -> str:
    return file.read_text(encoding="utf-8").replace("<svg ", '<svg class="icon" aria-hidden="true" ', 1)


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "search" %}`: a Material Symbol, drawn in the text's colour and hidden from screen readers.

    An icon that does not exist shows the stand-in.
    """
    known = str(name) if _ICON_NAME.fullmatch(str(name)) else _STAND_IN
    for candidate in (known, _STAND_IN):
        file = _output() / "icons" / f"{candidate}.svg"
        if file.exists():
            return mark_safe(_drawing(file, file.stat().st_mtime_ns))  # noqa: S308 - our own build's file
    return SafeString('<svg class="icon" aria-hidden="true"></svg>')
