"""Errors of the JSON Schema validator, said in the catalog's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, Final

import jsonschema_rs

from widgets_manager.declarative.problems import Problem, quoted, step, unknown
from widgets_manager.declarative.registry import Schema

_TYPES: Final = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
EXPRESSION: Final = " or an expression {{…}}"


def schema_problems(
    errors: Iterable[jsonschema_rs.ValidationError], definitions: Mapping[str, Schema], path: str
) -> list[Problem]:
    """The errors as problems, in the order found; `path` is where the validated value is, `definitions` its `$defs`."""
    return [_problem(error, definitions, path) for error in errors]


def _problem(error: jsonschema_rs.ValidationError, definitions: Mapping[str, Schema], path: str) -> Problem:
    steps = list(error.schema_path)[:-1]
    noun = next((key for key in reversed(error.instance_path) if isinstance(key, str)), "")
    text = _message(_at({"$defs": definitions}, steps), error, noun, named=len(steps) == 2)
    place = reduce(step, error.instance_path, path)
    if error.kind.name == "propertyNames":
        place = step(place, error.kind.as_dict()["error"].instance)
    return Problem(place, text)


def _at(schema: Any, steps: Sequence[str | int]) -> Schema:
    for key in steps:
        schema = schema[key]
    found: Schema = schema
    return found


def _message(schema: Schema, error: jsonschema_rs.ValidationError, noun: str, *, named: bool) -> str:
    """What is wrong with the value and what is allowed instead.

    `noun` is the name of the property; `named` says that the schema is one of the shared definitions, whose
    description says what a value must be (a property's says what it is for).
    """
    kind, value = error.kind.name, error.instance
    if kind == "required":
        return f"{quoted(error.kind.as_dict()['property'])} is required"
    if kind == "propertyNames":
        key = error.kind.as_dict()["error"].instance
        return f"the key {quoted(key)} must be {describe(schema, named)}"
    choices = _choices(schema)
    if choices is not None and isinstance(value, str):
        return unknown(noun.replace("_", " "), value, choices)
    if choices is not None:
        return f"must be one of {sorted(choices)}, not {quoted(value)}"
    if kind == "anyOf" and all("required" in part for part in schema["anyOf"]):
        return "needs one of " + ", ".join(quoted(part["required"][0]) for part in schema["anyOf"])
    if kind in _LIMITS:
        return _LIMITS[kind](schema, value)
    return f"must be {describe(schema, named)}, not {quoted(value)}"


def _choices(schema: Schema) -> list[str] | None:
    """The words of an enumeration, with or without an expression beside it."""
    for part in (schema, *schema.get("anyOf", ())):
        if "enum" in part:
            return list(part["enum"])
    return None


def describe(schema: Schema, named: bool) -> str:
    """What a value must be, in words: `a number or an expression {{…}}`."""
    parts = schema.get("anyOf", [schema])
    suffix = EXPRESSION if any(part.get("$ref", "").endswith("/expression") for part in parts) else ""
    if named and schema.get("type") not in ("object", "array"):
        return str(schema.get("description", "something else")) + suffix
    if "const" in schema:
        return quoted(schema["const"])
    if schema.get("format") == "regex":
        return "a regular expression"
    types = parts[0].get("type", [])
    words = [_TYPES[name] for name in ([types] if isinstance(types, str) else types)]
    return (" or ".join(words) or "something else") + suffix


_LIMITS: Final[dict[str, Callable[[Schema, Any], str]]] = {
    "minimum": lambda schema, value: f"must be at least {schema['minimum']}, not {value}",
    "maximum": lambda schema, value: f"must be at most {schema['maximum']}, not {value}",
    "minItems": lambda schema, value: f"needs at least {schema['minItems']} entries, has {len(value)}",
    "maxItems": lambda schema, value: f"takes at most {schema['maxItems']} entries, has {len(value)}",
    "minLength": lambda schema, value: "must not be empty",
    "maxLength": lambda schema, value: f"takes at most {schema['maxLength']} characters, has {len(value)}",
    "minProperties": lambda schema, value: "must not be empty",
}
