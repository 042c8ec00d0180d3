"""Stage: validation. The manifest's shape, by the published JSON Schema, in words that say what is allowed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from jsonschema_rs import Draft202012Validator, ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from widgets_manager.core.exceptions import Problem
from widgets_manager.core.strict_json import json_path

SCHEMA_FILE: Final = Path(__file__).parent.parent / "schema" / "panel_manifest.json"
SCHEMA: Final[dict[str, Any]] = json.loads(SCHEMA_FILE.read_text("utf-8"))
KNOWN: Final = frozenset(SCHEMA["properties"])
KNOWN_INTENT: Final = frozenset(SCHEMA["$defs"]["intent"]["properties"])
KNOWN_PARAM: Final = frozenset(SCHEMA["$defs"]["param"]["properties"])
KNOWN_SANDBOX: Final = frozenset(SCHEMA["$defs"]["sandbox"]["properties"])
KNOWN_SIZE: Final = frozenset(SCHEMA["$defs"]["size"]["properties"])
_ORIGIN: Final[dict[str, Any]] = SCHEMA["$defs"]["sandbox"]["properties"]["networkAllowlist"]["items"]
ORIGIN_PATTERN: Final[str] = _ORIGIN["pattern"]
ORIGIN_ALLOWED: Final[str] = _ORIGIN["x-allowed"]

_VALIDATOR: Final = Draft202012Validator(SCHEMA, offline=True)
_ARTICLES: Final = {"object": "an object", "array": "an array", "integer": "a whole number", "null": "null"}


def has_shape(document: dict[str, Any]) -> bool:
    """Whether the schema finds nothing wrong; the quick answer for the usual case."""
    return _VALIDATOR.is_valid(document)


def shape_problems(document: dict[str, Any], limit: int) -> list[Problem]:
    """What the schema finds wrong, at most `limit` faults."""
    return [problem for error in islice(_VALIDATOR.iter_errors(document), limit) for problem in _problems(error)][
        :limit
    ]


def quoted(value: object) -> str:
    """A value as messages show it: texts in single quotes, the rest as JSON, long ones cut."""
    if isinstance(value, str):
        return f"'{value if len(value) <= 80 else value[:79] + '…'}'"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:79] + "…"


def listed(values: Iterable[object]) -> str:
    """Allowed values, as messages list them."""
    return ", ".join(quoted(value) for value in values)


def type_name(value: object) -> str:
    """The JSON type of a value, with its article."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case dict():
            return "an object"
    return "an array"


def _problems(error: ValidationError) -> Iterator[Problem]:
    path: list[str | int] = list(error.instance_path)
    match error.kind:
        case Kind.Required(property=name):
            yield Problem(json_path([*path, name]), "is required")
        case Kind.PropertyNames(error=inner):
            yield Problem(json_path(path), f"the name {quoted(inner.instance)} {_message(inner)}")
        case _:
            yield Problem(json_path(path), _message(error))


def _message(error: ValidationError) -> str:
    """What is wrong with the value and what is allowed, without the path."""
    value = error.instance
    match error.kind:
        case Kind.Type(types=types):
            return f"must be {' or '.join(_ARTICLES.get(name, f'a {name}') for name in types)}, not {type_name(value)}"
        case Kind.Enum(options=options):
            return f"{quoted(value)} is not one of {listed(options)}"
        case Kind.Constant(expected_value=expected):
            return f"{quoted(value)} is not {quoted(expected)}"
        case Kind.Pattern():
            return f"{quoted(value)} is not {_allowed(error)}"
        case Kind.UniqueItems():
            return "has the same item twice"
    return _bound(error.kind, value) or error.message


def _bound(kind: Kind, value: Any) -> str:
    match kind:
        case Kind.MinLength() | Kind.MinItems() | Kind.MinProperties():
            return "must not be empty"
        case Kind.MaxLength(limit=limit):
            return f"has {len(value)} characters; at most {limit} are allowed"
        case Kind.MaxItems(limit=limit):
            return f"has {len(value)} items; at most {limit} are allowed"
        case Kind.MaxProperties(limit=limit):
            return f"has {len(value)} names; at most {limit} are allowed"
        case Kind.ExclusiveMinimum(limit=limit):
            return f"{quoted(value)} is not above {quoted(limit)}"
        case Kind.Maximum(limit=limit):
            return f"{quoted(value)} is above {quoted(limit)}"
    return ""


def _allowed(error: ValidationError) -> str:
    """The schema's own words for what its pattern allows; they stand beside the pattern."""
    holder: Any = reduce(lambda schema, key: schema[key], error.schema_path[:-1], cast("Any", SCHEMA))
    return str(holder.get("x-allowed", "of the allowed form"))
