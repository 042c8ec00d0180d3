"""The catalog: primitives, actions, sources and filters as their files define them, read once a process.

The files are plain JSON Schema (2020-12). Three annotations are ours: `x-expression` marks properties that take `{{…}}`
(in objects and lists at any depth), `x-scope` names what expressions in a property can read besides, `x-address` the
schemes that an address may have. Nodes, actions
and sources are open in the files; `bundle` joins them to one schema in which each is checked by its own definition.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import jsonschema_rs

Schema: TypeAlias = dict[str, Any]

FOLDER: Final = Path(__file__).parent / "catalog"
_KINDS: Final = {"primitives": ("node", "type"), "actions": ("action", "action"), "sources": ("source", "type")}


@dataclass(frozen=True)
class Catalog:
    """Every definition by name, in the order of catalog/index.json."""

    index: Mapping[str, Any]
    common: Schema
    document: Schema
    app: Schema
    primitives: Mapping[str, Schema]
    actions: Mapping[str, Schema]
    sources: Mapping[str, Schema]
    filters: Mapping[str, Mapping[str, Any]]

    @cached_property
    def inputs(self) -> frozenset[str]:
        """Primitives whose `name` is a field of their form."""
        return frozenset(name for name, schema in self.primitives.items() if "name" in schema["required"]) - {"icon"}

    @cached_property
    def definitions(self) -> dict[str, Schema]:
        """Every definition under the name it has in a bundle's `$defs`."""
        named = {**self.common["$defs"], **self.document["$defs"], **self.app["$defs"]}
        for entry in ("document", "app"):
            named[entry] = {key: value for key, value in getattr(self, entry).items() if key != "$defs"}
        for kind, (base, discriminator) in _KINDS.items():
            schemas: Mapping[str, Schema] = getattr(self, kind)
            named.update({f"{kind}.{name}": schema for name, schema in schemas.items()})
            named[base] = {**named[base], **_discriminated(kind, discriminator, list(schemas))}
        return {name: _localised(schema) for name, schema in named.items()}

    def bundle(self, entry: str) -> Schema:
        """One self-contained schema for `node`, `action`, `document` or `app`."""
        return {"$schema": self.common["$schema"], "$ref": f"#/$defs/{entry}", "$defs": self.definitions}

    @cached_property
    def node_validator(self) -> jsonschema_rs.Draft202012Validator:
        """Checks a tree."""
        return jsonschema_rs.Draft202012Validator(self.bundle("node"), validate_formats=True)

    @cached_property
    def document_validator(self) -> jsonschema_rs.Draft202012Validator:
        """Checks a block `widgets`."""
        return jsonschema_rs.Draft202012Validator(self.bundle("document"), validate_formats=True)

    @cached_property
    def app_validator(self) -> jsonschema_rs.Draft202012Validator:
        """Checks the blocks of an app other than `widgets`."""
        return jsonschema_rs.Draft202012Validator(self.bundle("app"), validate_formats=True)


def _discriminated(kind: str, discriminator: str, names: list[str]) -> Schema:
    """if/then by name, halving the names each time: a node is compared with few of them, and errors keep their path."""
    if len(names) <= 2:
        tests = [
            {
                "if": {"properties": {discriminator: {"const": name}}, "required": [discriminator]},
                "then": {"$ref": f"#/$defs/{kind}.{name}"},
            }
            for name in names
        ]
        return {"allOf": tests}
    half = len(names) // 2
    return {
        "if": {"properties": {discriminator: {"enum": names[:half]}}},
        "then": _discriminated(kind, discriminator, names[:half]),
        "else": _discriminated(kind, discriminator, names[half:]),
    }


def _localised(value: Any) -> Any:
    """The schema with references between files turned into references within a bundle."""
    if isinstance(value, dict):
        return {key: _reference(item) if key == "$ref" else _localised(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_localised(item) for item in value]
    return value


def _reference(target: str) -> str:
    return "#" + target.partition("#")[2]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _folder(kind: str, order: Iterator[str]) -> dict[str, Schema]:
    found = {path.stem: _read(path) for path in (FOLDER / kind).glob("*.json")}
    return {name: found.pop(name) for name in order if name in found} | found


@lru_cache(maxsize=1)
def load_filters() -> Mapping[str, Mapping[str, Any]]:
    """The filters by name."""
    filters: dict[str, Mapping[str, Any]] = _read(FOLDER / "filters.json")["filters"]
    return filters


@lru_cache(maxsize=1)
def load_catalog() -> Catalog:
    """The catalog of this server."""
    index = _read(FOLDER / "index.json")
    return Catalog(
        index=index,
        common=_read(FOLDER / "common.json"),
        document=_read(FOLDER / "document.json"),
        app=_read(FOLDER / "app.json"),
        primitives=_folder("primitives", (name for names in index["primitives"].values() for name in names)),
        actions=_folder("actions", iter(index["actions"])),
        sources=_folder("sources", iter(index["sources"])),
        filters=load_filters(),
    )
