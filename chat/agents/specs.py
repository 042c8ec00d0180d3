"""Stage: validation. The specs of the seven kinds, checked when they arrive; the first fault is told with its path."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
from jsonschema_rs import Draft202012Validator, ValidationError
from jsonschema_rs import ValidationErrorKind as Kind

from chat.agents.moments import ORDERED, parse_moment
from widgets_manager.core.exceptions import InvalidInput, Problem
from widgets_manager.core.strict_json import json_path
from widgets_manager.declarative.messages import schema_problems

MAX_SPEC: Final = 64 * 1024  # bytes of a spec as JSON
KINDS: Final = ("confirm", "choice", "permission", "form", "progress", "file-picker", "datetime")
CHOSEN: Final = frozenset({"select", "radio"})
_TYPES: Final = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_ALLOWED: Final = {
    "accept": "a media type such as application/pdf or image/*, or an ending such as .md",
    "pattern": "a regular expression",
}

_DEFINITIONS: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "specs.json").read_text("utf-8"))["$defs"]
_VALIDATORS: Final = {
    kind: Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": _DEFINITIONS}, offline=True, validate_formats=True)
    for kind in KINDS
}


def check_spec(kind: str, spec: Any) -> dict[str, Any]:
    """The spec without its nulls. Raises InvalidInput INVALID_SPEC that names the place (`spec.options[1].id`)."""
    if kind not in KINDS:
        raise _invalid(Problem("kind", f"must be one of {', '.join(KINDS)}"))
    given = _without_nulls(spec)
    size = len(orjson.dumps(given))
    if size > MAX_SPEC:
        raise _invalid(Problem("spec", f"has {size:,} bytes; at most {MAX_SPEC:,} are accepted"))
    for error in _VALIDATORS[kind].iter_errors(given):
        raise _invalid(_problem(error))
    for problem in _meaning(kind, given):
        raise _invalid(problem)
    checked: dict[str, Any] = given
    return checked


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _problem(error: ValidationError) -> Problem:
    path = ["spec", *error.instance_path]
    names = [step for step in path if isinstance(step, str)]
    match error.kind:
        case Kind.Required(property=name):
            return Problem(json_path([*path, name]), "required")
        case Kind.Type(types=types):
            allowed = " or ".join(_TYPES[name] for name in types)
            return Problem(json_path(path), "required" if error.instance is None else f"must be {allowed}")
        case Kind.Pattern() | Kind.Format() if names[-1] in _ALLOWED:
            return Problem(json_path(path), f"must be {_ALLOWED[names[-1]]}")
    return Problem(json_path(path), schema_problems([error], _DEFINITIONS, "spec")[0].message)


def _meaning(kind: str, spec: dict[str, Any]) -> Iterator[Problem]:
    """What a schema cannot say."""
    match kind:
        case "choice":
            yield from _twice(spec["options"], "id", "spec.options")
        case "form":
            yield from _twice(spec["fields"], "name", "spec.fields")
            for index, field in enumerate(spec["fields"]):
                yield from _field(field, f"spec.fields[{index}]")
        case "progress":
            if spec["value"] > spec.get("max", 100):
                yield Problem("spec.value", f"must be at most max, which is {spec.get('max', 100)}")
        case "file-picker":
            if spec.get("maxFiles", 1) > 1 and spec.get("multiple") is False:
                yield Problem("spec.maxFiles", "must be 1 where multiple is false")
        case "datetime":
            yield from _moments(spec, spec["mode"], "spec")


def _field(field: dict[str, Any], path: str) -> Iterator[Problem]:
    kind = field["type"]
    if kind in CHOSEN and "options" not in field:
        yield Problem(f"{path}.options", f"required for a field of the type {kind}")
    yield from _twice(field.get("options", ()), "id", f"{path}.options")
    if kind in ORDERED:
        yield from _moments(field, kind, path)
        return
    low, high = field.get("min"), field.get("max")
    for name, limit in (("min", low), ("max", high)):
        if isinstance(limit, str):
            yield Problem(f"{path}.{name}", f"must be a number for a field of the type {kind}")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        yield Problem(f"{path}.max", "must not be below min")


def _moments(holder: dict[str, Any], mode: str, path: str) -> Iterator[Problem]:
    limits = {}
    for name in ("min", "max"):
        if name in holder:
            moment = parse_moment(mode, holder[name]) if isinstance(holder[name], str) else None
            if moment is None:
                yield Problem(f"{path}.{name}", f"must be such as {ORDERED[mode]}")
            limits[name] = moment
    low, high = limits.get("min"), limits.get("max")
    if low is not None and high is not None and low > high:
        yield Problem(f"{path}.max", "must not be before min")


def _twice(items: Any, key: str, path: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, item in enumerate(items):
        if item[key] in seen:
            yield Problem(f"{path}[{index}].{key}", f"'{item[key]}' is there already")
        seen.add(item[key])


def _invalid(problem: Problem) -> InvalidInput:
    return InvalidInput(f"{problem.path}: {problem.message}", code="INVALID_SPEC", path=problem.path)
