"""Reference: writes the catalog's part of docs/declarative.md.

`python -m widgets_manager.declarative.reference` rewrites it; with `--check` it only says whether it is up to date.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from widgets_manager.declarative.messages import EXPRESSION, describe
from widgets_manager.declarative.registry import Schema, load_catalog

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "declarative.md"
MARK: Final = "<!-- Made from the catalog from here on by python -m widgets_manager.declarative.reference -->"
LEGEND: Final = (
    "A property with * is required. `{{…}}` after its value says that it takes expressions. On a running server,\n"
    "`/playground/#example=` and a name opens its example to be tried and changed."
)
PICTURES: Final = PAGE.parent / "images" / "primitives"
_LINE: Final = 110
_REFERENCES: Final = {"node": "node", "nodes": "list of nodes", "action": "action", "data": "bindings by name"}


def reference() -> str:
    """The Markdown of every primitive, action, data source and filter."""
    catalog = load_catalog()
    lines = [MARK, "", LEGEND, "", "## Properties of every primitive", "", *_table(catalog.common["$defs"]["common"])]
    for group, names in catalog.index["primitives"].items():
        lines += ["", f"## Primitives: {group}"]
        for name in names:
            if name in catalog.primitives:
                lines += _entry(catalog.primitives[name], picture=PICTURES / f"{name}.png")
    lines += ["", "## Actions"]
    for schema in catalog.actions.values():
        where = "on the server" if schema["x-runs"] == "server" else "in the browser"
        lines += _entry(schema, f" Runs {where}.")
    lines += ["", "## Data sources"]
    for schema in catalog.sources.values():
        lines += _entry(schema)
    lines += ["", "## Filters", "", *_filters(catalog.filters), ""]
    return "\n".join(lines)


def _entry(schema: Schema, note: str = "", picture: Path | None = None) -> Iterator[str]:
    yield from ("", f"### {schema['title']}", "", schema["description"] + note, "")
    if picture is not None and picture.is_file():
        yield from (f"![{schema['title']}]({picture.relative_to(PAGE.parent).as_posix()})", "")
    yield from _table(schema)
    for example in schema["examples"]:
        line = json.dumps(example, ensure_ascii=False)
        shown = line if len(line) <= _LINE else json.dumps(example, ensure_ascii=False, indent=2)
        yield from ("", "```json", shown, "```")


def _table(schema: Schema) -> Iterator[str]:
    yield from ("| property | value | meaning |", "|---|---|---|")
    for path, part, required in _rows(schema, ""):
        meaning = part.get("description", "")
        if "default" in part:
            meaning += f" Default `{_cell(json.dumps(part['default'], ensure_ascii=False))}`."
        if "x-scope" in part:
            meaning += " Its expressions also read " + ", ".join(f"`{name}`" for name in part["x-scope"]) + "."
        name = f"`{path}`" + (" *" if required else "")
        yield f"| {name} | {_cell(_value(part))} | {_cell(meaning)} |"


def _rows(schema: Schema, prefix: str) -> Iterator[tuple[str, Schema, bool]]:
    """Every property with its path, those of nested objects included; the discriminator left out."""
    for name, part in schema.get("properties", {}).items():
        if not prefix and name in ("type", "action") and "const" in part:
            continue
        yield prefix + name, part, name in schema.get("required", ())
        inner = part.get("else", part)
        if "items" in inner:
            yield from _rows(inner["items"], f"{prefix}{name}[].")
        else:
            yield from _rows(_resolved(inner), f"{prefix}{name}.")


def _resolved(part: Schema) -> Schema:
    target = part.get("$ref", "").rpartition("/")[2]
    return load_catalog().common["$defs"][target] if target == "validation" else part


def _value(part: Schema) -> str:
    """What a property takes, in words; `{{…}}` where it takes expressions."""
    return _plain(part) + (" `{{…}}`" if part.get("x-expression") else "")


def _plain(part: Schema) -> str:
    if "else" in part:
        return _plain(part["else"])
    if "$ref" in part:
        target = part["$ref"].rpartition("/")[2]
        if target in _REFERENCES:
            return _REFERENCES[target]
        part = {**load_catalog().common["$defs"][target]}
    words = next((option["enum"] for option in (part, *part.get("anyOf", ())) if "enum" in option), None)
    if words is not None:
        return ", ".join(f"`{word}`" for word in words)
    if not part.keys() & {"type", "anyOf"}:
        return "any value"
    named = "x-expression" not in part and part.get("description", "X")[0].islower()
    return describe(part, named).removesuffix(EXPRESSION)


def _filters(filters: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield from ("| filter | answer | example |", "|---|---|---|")
    for name, entry in filters.items():
        arguments = ", ".join(
            argument["name"] + ("…" if argument.get("rest") else "" if argument.get("required") else "?")
            for argument in entry["args"]
        )
        shown = f"{name}({arguments})" if arguments else name
        yield f"| `{shown}` | {_cell(entry['description'])} | `{_cell(entry['example'])}` |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def page(current: str) -> str:
    """The page with its written part kept and the catalog's part made anew."""
    written = current.partition(MARK)[0].rstrip()
    return f"{written}\n\n{reference()}"


def main(arguments: list[str]) -> int:
    """0 when the page is up to date or was written, 1 when `--check` finds it stale."""
    current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    fresh = page(current)
    if "--check" in arguments:
        return int(fresh != current)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
