"""Stage: validation. The shape of front matter and public-config, by the schema, and keys that nothing here knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from jsonschema_rs import Draft202012Validator

from widgets_manager.declarative.messages import schema_problems
from widgets_manager.declarative.problems import Problem, closest, step

Part: TypeAlias = Literal["plugin", "publicConfig"]

SCHEMA_FILE: Final = Path(__file__).parent / "schema" / "plugin.json"
SCHEMA: Final[dict[str, Any]] = json.loads(SCHEMA_FILE.read_text("utf-8"))
DEFINITIONS: Final[dict[str, Any]] = SCHEMA["$defs"]
MANIFEST_KEYS: Final = tuple(DEFINITIONS["manifest"]["properties"])
MAX_PROBLEMS: Final = 50

_VALIDATORS: Final = {
    part: Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": DEFINITIONS}, offline=True)
    for part in ("plugin", "publicConfig")
}


def shape_problems(part: Part, value: Any) -> list[Problem]:
    """What the schema finds wrong, at most MAX_PROBLEMS faults."""
    errors = islice(_VALIDATORS[part].iter_errors(value), MAX_PROBLEMS)
    return schema_problems(errors, DEFINITIONS, "")


def unknown_keys(part: Part, value: Any) -> list[Problem]:
    """A warning for each key that nothing here knows, with the one that was probably meant."""
    return list(islice(_unknown(value, DEFINITIONS[part], ""), MAX_PROBLEMS))


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what it refers to in place of the reference."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**DEFINITIONS[name], **schema} if name else schema


def _unknown(value: Any, schema: dict[str, Any], path: str) -> Iterator[Problem]:
    schema = resolved(schema)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _unknown(item, schema["items"], step(path, index))
    if not isinstance(value, dict):
        return
    known, others = schema.get("properties"), schema.get("additionalProperties")
    for key, item in value.items():
        if known and key in known:
            yield from _unknown(item, known[key], _below(path, key))
        elif others:
            yield from _unknown(item, others, _below(path, key))
        elif known:
            yield Problem(_below(path, key), f"unknown key, kept but not used; {_meant(key, known, path)}")


def _below(path: str, key: str) -> str:
    return step(path, key).removeprefix(".")


def _meant(key: str, known: dict[str, Any], path: str) -> str:
    if not path and key in MANIFEST_KEYS:
        return "it belongs under manifest"
    near = closest(key, known) if len(key) <= 100 else None
    return f"did you mean {near!r}?" if near else f"known here: {', '.join(known)}"
