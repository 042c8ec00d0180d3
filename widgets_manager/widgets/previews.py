"""Stage: access. What a package would bring, shown to a person before it is installed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from widgets_manager.core.exceptions import Problem
from widgets_manager.packages.blocks import package_blocks
from widgets_manager.packages.parsers import Package


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
        "files": [{"path": path, "size": len(data)} for path, data in sorted(package.files.items())],
        **package_blocks.described(package.blocks, package.manifest),
    }


def _of_intents(package: Package) -> list[str]:
    intents = package.manifest.get("intents", ())
    names = {kind: [intent["name"] for intent in intents if intent["permission"] == kind] for kind in ("read", "write")}
    sentences = []
    if names["read"]:
        sentences.append(f"The chat can read its panels ({', '.join(names['read'])}).")
    if names["write"]:
        sentences.append(f"The chat can change its panels ({', '.join(names['write'])}).")
    return sentences
