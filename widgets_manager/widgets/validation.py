"""Stage: validation. Arguments of an intent against its paramsSchema."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any, Final

from widgets_manager.core.exceptions import InvalidInput, Problem

_CHECKS: Final = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}
_ARTICLES: Final = {"object": "an object", "array": "an array"}
MAX_TEXT: Final = 20_000


class InvalidParams(InvalidInput):
    """The arguments do not fit the intent's paramsSchema; `errors` lists every fault."""

    code = "INVALID_PARAMS"


def closest(name: str, known: list[str]) -> str:
    """`; did you mean 'x'?`, or nothing when no name is near."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def check_params(schema: Mapping[str, Any] | None, params: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments with defaults filled in; null counts as absent.

    An intent without a paramsSchema leaves the check to its operation. Raises InvalidParams with every fault.
    """
    given = {name: value for name, value in params.items() if value is not None}
    problems = [fault for name, value in given.items() if (fault := _text_fault(f"params.{name}", value))]
    if schema:
        problems += [_unknown(name, schema) for name in given if name not in schema]
        problems += [fault for name, spec in schema.items() if (fault := _fault(name, spec, given))]
    if problems:
        raise InvalidParams(problems[0].message, path=problems[0].path, errors=problems)
    defaults = {name: spec["default"] for name, spec in (schema or {}).items() if "default" in spec}
    return defaults | given


def _unknown(name: str, schema: Mapping[str, Any]) -> Problem:
    allowed = ", ".join(map(repr, schema))
    return Problem(
        f"params.{name}", f"params.{name}: unknown parameter (allowed: {allowed}){closest(name, list(schema))}"
    )


def _fault(name: str, spec: Mapping[str, Any], given: Mapping[str, Any]) -> Problem | None:
    path, kind = f"params.{name}", spec.get("type", "string")
    if name not in given:
        missing = spec.get("required") and "default" not in spec
        return Problem(path, f"{path}: required") if missing else None
    if not _CHECKS[kind](given[name]):
        return Problem(path, f"{path}: must be {_ARTICLES.get(kind, f'a {kind}')}")
    return None


def _text_fault(path: str, value: Any) -> Problem | None:
    if isinstance(value, str) and ("\x00" in value or len(value) > MAX_TEXT):
        return Problem(path, f"{path}: must be at most {MAX_TEXT:,} characters, without NUL")
    return None
