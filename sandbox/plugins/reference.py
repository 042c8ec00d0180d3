"""Stage: commands. Reference: writes the schema's part of docs/plugins.md.

`python -m sandbox.plugins.reference` rewrites it; with `--check` it only says whether it is up to date.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sandbox.plugins.shape import DEFINITIONS, resolved
from sandbox.plugins.unserved import HANDLER, PERSISTENT, PUBLIC, UNSERVED, WIDGET

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "plugins.md"
MARK: Final = "<!-- Made from the schema from here on by python -m sandbox.plugins.reference -->"
_TYPES: Final = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
}
_PARTS: Final = {
    HANDLER: "the code",
    WIDGET: "a section widget",
    PUBLIC: "public pages",
    PERSISTENT: "`runtime.persistent`",
}


def reference() -> str:
    """The Markdown of what is active, and of every key."""
    header = resolved(DEFINITIONS["plugin"])
    manifest = resolved(DEFINITIONS["manifest"])
    lines = [MARK, "", "## What is active on this server", "", *_active(manifest)]
    lines += ["", "## Front matter", "", "A key with * is required.", "", *_table(header, skip=("manifest",))]
    lines += ["", "## The manifest"]
    for name, part in manifest["properties"].items():
        lines += ["", f"### `{name}`", ""]
        part = resolved(part)
        if "properties" in part or "additionalProperties" in part:
            lines += _table(part)
        else:
            lines += [f"{_value(part)}. {part['description']}"]
    lines += ["", "## public-config", "", *_table(resolved(DEFINITIONS["publicConfig"])), ""]
    return "\n".join(lines)


def rewritten(page: str) -> str:
    """The page with its reference as the schema has it."""
    return page.partition(MARK)[0] + reference()


def _active(manifest: dict[str, Any]) -> Iterator[str]:
    yield from ("| part | here |", "|---|---|")
    for part in (*_PARTS, *(name for name in manifest["properties"] if name != "trigger")):
        name = _PARTS.get(part, f"`{part}`")
        yield f"| {name} | {UNSERVED.get(part, 'active')} |"
    yield "| a skill, whatever its trigger | active |"


def _table(schema: dict[str, Any], skip: tuple[str, ...] = ()) -> Iterator[str]:
    yield from ("| key | value | meaning |", "|---|---|---|")
    for path, part, required in _rows(schema, ""):
        if path in skip or path.startswith(tuple(f"{name}." for name in skip)):
            continue
        default = f" Default `{json.dumps(part['default'])}`." if "default" in part else ""
        star = " *" if required else ""
        yield f"| `{path}`{star} | {_value(part)} | {_meaning(part)}{default} |"


def _rows(schema: dict[str, Any], prefix: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every key with its path, those of nested objects included; `<name>` stands for names of the author's own."""
    for name, given in schema.get("properties", {}).items():
        part = resolved(given)
        yield f"{prefix}{name}", part, name in schema.get("required", ())
        yield from _inside(part, f"{prefix}{name}")
    if isinstance(others := schema.get("additionalProperties"), dict):
        part = resolved(others)
        yield f"{prefix}<name>", part, False
        yield from _inside(part, f"{prefix}<name>")


def _inside(part: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    items = resolved(part.get("items", {}))
    yield from _rows(items, f"{path}[].") if "properties" in items else _rows(part, f"{path}.")


def _value(part: dict[str, Any]) -> str:
    if "enum" in part:
        return ", ".join(f"`{word}`" for word in part["enum"])
    types = part.get("type", [])
    words = [_TYPES[name] for name in ([types] if isinstance(types, str) else types)]
    return (" or ".join(words) or "any value") + _bounds(part)


def _bounds(part: dict[str, Any]) -> str:
    if "maxLength" in part:
        return f", at most {part['maxLength']:,}"
    if "maxItems" in part:
        return f", at most {part['maxItems']}"
    if "minimum" in part and "maximum" in part:
        return f", {part['minimum']:,} to {part['maximum']:,}"
    return f", from {part['minimum']:,}" if part.get("minimum") else ""


def _meaning(part: dict[str, Any]) -> str:
    """The description as a sentence: that of a definition completes "must be …"."""
    text = str(part.get("description", ""))
    sentence = text[:1].upper() + text[1:]
    return sentence if not sentence or sentence.endswith(".") else f"{sentence}."


def main(arguments: list[str]) -> int:
    """Rewrite the page, or say whether that would change it."""
    page = PAGE.read_text("utf-8")
    made = rewritten(page)
    if "--check" in arguments:
        return int(made != page)
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
