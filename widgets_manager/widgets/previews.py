"""Stage: access. What a package would bring, shown to a person before it is installed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from widgets_manager.core.exceptions import Problem
from widgets_manager.packages.blocks import package_blocks
from widgets_manager.packages.parsers import Package

MAX_SHOWN: Final = 1_000_000  # bytes of all texts together


def show_preview(package: Package, warnings: Iterable[Problem]) -> dict[str, Any]:
    """The package in words and in what its blocks tell of themselves (zones, agents, tools)."""
    return {
        "form": package.form,
        "slug": package.slug,
        "name": package.name,
        "version": package.version,
        "description": str(package.manifest.get("description") or ""),
        "content_hash": package.content_hash,
        "size": package.size,
        "warnings": [warning.as_dict() for warning in warnings],
        "permissions": [*_of_intents(package), *package_blocks.sentences(package.blocks, package.manifest)],
        "zones": None,
        "agents": [],
        "tools": [],
        "intents": [
            {key: intent.get(key, "") for key in ("name", "description", "permission")}
            for intent in package.manifest.get("intents", ())
        ],
        "files": _files(package),
        **package_blocks.described(package.blocks, package.manifest),
    }


def _files(package: Package) -> list[dict[str, Any]]:
    """The files by path, with their texts as far as MAX_SHOWN goes; null for what is no text, or too much."""
    left = MAX_SHOWN
    shown = []
    for path, data in sorted(package.files.items()):
        text = _text(data) if len(data) <= left else None
        left -= len(data) if text is not None else 0
        shown.append({"path": path, "size": len(data), "text": text})
    return shown


def _text(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _of_intents(package: Package) -> list[str]:
    intents = package.manifest.get("intents", ())
    names = {kind: [intent["name"] for intent in intents if intent["permission"] == kind] for kind in ("read", "write")}
    sentences = []
    if names["read"]:
        sentences.append(f"The chat can read its panels ({', '.join(names['read'])}).")
    if names["write"]:
        sentences.append(f"The chat can change its panels ({', '.join(names['write'])}).")
    return sentences
