"""What the compiler needs to know of a definition while it walks: its properties, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from widgets_manager.declarative.registry import Schema, load_catalog

Holds: TypeAlias = Literal["value", "node", "nodes", "action", "actions", "source", "sources", "object", "objects"]
_REFERENCES: Final[dict[str, Holds]] = {
    "node": "node",
    "nodes": "nodes",
    "action": "action",
    "source": "source",
    "data": "sources",
}
_PLURAL: Final[dict[str, Holds]] = {"node": "nodes", "action": "actions", "object": "objects"}


@dataclass(frozen=True, slots=True)
class Field:
    """A property: what it holds, whether it takes expressions, and what these can read besides; the schemes of an
    address, and whether it is a pattern or the name of an icon.
    """

    holds: Holds
    expression: bool
    scope: frozenset[str]
    shape: Shape | None
    schemes: tuple[str, ...] = ()
    pattern: bool = False
    icon: bool = False

    @property
    def is_checked(self) -> bool:
        """Whether its texts are looked at one by one."""
        return self.icon or self.pattern or bool(self.schemes)


@dataclass(frozen=True, slots=True)
class Shape:
    """The known properties of an object by name."""

    fields: Mapping[str, Field]


def _properties(schema: Schema) -> Iterator[tuple[str, Schema]]:
    definitions = load_catalog().common["$defs"]
    for part in schema.get("allOf", ()):
        if "$ref" in part:
            yield from definitions[_target(part)]["properties"].items()
    yield from schema.get("properties", {}).items()


def _target(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _held(schema: Schema) -> tuple[Holds, Shape | None]:
    """What the values of a property are; the shape where they are objects of the definition's own."""
    if "$ref" in schema:
        target = _target(schema)
        if target in _REFERENCES:
            return _REFERENCES[target], None
        definition = load_catalog().definitions.get(target, {})
        return _held(definition) if "properties" in definition else ("value", None)
    if "items" in schema:
        holds, shape = _held(schema["items"])
        return _PLURAL.get(holds, "value"), shape
    if "properties" in schema:
        return "object", shape_of(schema)
    if "else" in schema:
        return _held(schema["else"])
    return "value", None


def _field(schema: Schema) -> Field:
    holds, shape = _held(schema)
    return Field(
        holds,
        bool(schema.get("x-expression")),
        frozenset(schema.get("x-scope", ())),
        shape,
        tuple(schema.get("x-address", ())),
        schema.get("format") == "regex",
        "$ref" in schema and _target(schema) == "icon",
    )


def shape_of(schema: Schema) -> Shape:
    """The shape of an object's schema."""
    return Shape({name: _field(part) for name, part in _properties(schema)})


@lru_cache(maxsize=1)
def shapes() -> Mapping[str, Mapping[str, Shape]]:
    """The shape of every definition: `shapes()["primitives"]["card"]`; zones under `zones`."""
    catalog = load_catalog()
    kinds: dict[str, Mapping[str, Any]] = {
        "primitives": catalog.primitives,
        "actions": catalog.actions,
        "sources": catalog.sources,
        "zones": {name: catalog.document["$defs"][name] for name in ("chat_side", "tab", "modal", "inline_widget")},
    }
    return {kind: {name: shape_of(schema) for name, schema in named.items()} for kind, named in kinds.items()}
