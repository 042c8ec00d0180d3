"""Stage: validation. What people answer, checked against the spec; the fault is told with its path."""

from __future__ import annotations

import re
from typing import Any, Final

import orjson
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from jsonschema_rs import Draft202012Validator, FancyRegexOptions

from chat.agents.moments import ORDERED, parse_moment
from widgets_manager.core.exceptions import InvalidInput

MAX_VALUE: Final = 256 * 1024  # bytes of an answer as JSON
MAX_LINE: Final = 2_000  # characters of a field of one line
MAX_LINES: Final = 20_000  # characters of a textarea
CANCELLED: Final = {"cancelled": True}  # what a cancelled progress tells the agent
_TEL: Final = re.compile(r"[+0-9][0-9 ()./x-]{1,40}")
_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
# The patterns are strangers': one that would search for ever is given up, and counts as not matched.
_PATTERNS: Final = FancyRegexOptions(backtrack_limit=10_000)
_is_url: Final = URLValidator(schemes=["http", "https"])


def check_value(kind: str, spec: dict[str, Any], value: Any) -> Any:
    """The answer as the agent gets it; of a file picker the ids of the files. Raises InvalidInput."""
    if len(orjson.dumps(value)) > MAX_VALUE:
        raise _invalid("value", f"must have at most {MAX_VALUE:,} bytes as JSON")
    match kind:
        case "confirm":
            return _boolean(value, "value")
        case "choice":
            return _choice(spec, value)
        case "permission":
            return _permission(spec, value)
        case "form":
            return _form(spec["fields"], value)
        case "file-picker":
            return _files(value)
        case "datetime":
            return _datetime(spec, value)
    raise _invalid("value", "a progress is not answered; it may be cancelled where it is cancellable")


def without_secrets(kind: str, spec: dict[str, Any], value: Any) -> Any:
    """The answer as it is kept and shown: passwords are for the agent alone."""
    if kind != "form" or not isinstance(value, dict):
        return value
    secret = {field["name"] for field in spec["fields"] if field["type"] == "password"}
    return {name: "••••" if name in secret else item for name, item in value.items()}


def _boolean(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise _invalid(path, "must be true or false")
    return value


def _choice(spec: dict[str, Any], value: Any) -> Any:
    if not spec.get("multi"):
        return _one_of(spec["options"], value, "value")
    if not isinstance(value, list):
        raise _invalid("value", "must be a list of option ids")
    chosen = [_one_of(spec["options"], item, f"value[{index}]") for index, item in enumerate(value)]
    if len(set(chosen)) != len(chosen):
        raise _invalid("value", "names an option twice")
    return chosen


def _one_of(options: list[dict[str, Any]], value: Any, path: str) -> str:
    ids = [option["id"] for option in options]
    if not isinstance(value, str) or value not in ids:
        shown = ", ".join(ids[:20]) + (", …" if len(ids) > 20 else "")
        raise _invalid(path, f"must be one of {shown}")
    return value


def _permission(spec: dict[str, Any], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _invalid("value", "must be an object with granted")
    _only(value, "granted", "scope")
    if not _boolean(value.get("granted"), "value.granted"):
        return {"granted": False}
    scopes = spec.get("scopes", [])
    if not scopes:
        return {"granted": True}
    scope = value.get("scope", scopes[0] if len(scopes) == 1 else None)
    if scope not in scopes:
        raise _invalid("value.scope", f"must be one of {', '.join(scopes)}")
    return {"granted": True, "scope": scope}


def _form(fields: list[dict[str, Any]], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _invalid("value", "must be an object by field name")
    _only(value, *(field["name"] for field in fields))
    checked = {field["name"]: _field(field, value.get(field["name"])) for field in fields}
    return {name: item for name, item in checked.items() if item is not None}


def _field(field: dict[str, Any], value: Any) -> Any:
    """The checked value of one field, None when it was left empty."""
    path, kind = f"value.{field['name']}", field["type"]
    if kind == "checkbox":
        ticked = _boolean(value or False, path)
        if field.get("required") and not ticked:
            raise _invalid(path, "required")
        return ticked
    if value is None or value == "":
        if field.get("required"):
            raise _invalid(path, "required")
        return None
    if kind == "number":
        return _number(field, value, path)
    if not isinstance(value, str):
        raise _invalid(path, "must be a text")
    if kind in ("select", "radio"):
        return _one_of(field["options"], value, path)
    if kind in ORDERED:
        return _moment(kind, field, value, path)
    return _text(field, value, path)


def _number(field: dict[str, Any], value: Any, path: str) -> float | int:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
        value = int(number) if number.is_integer() else number
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _invalid(path, "must be a number")
    if "min" in field and value < field["min"]:
        raise _invalid(path, f"must be at least {field['min']}")
    if "max" in field and value > field["max"]:
        raise _invalid(path, f"must be at most {field['max']}")
    return value


def _text(field: dict[str, Any], value: str, path: str) -> str:
    kind = field["type"]
    most = min(field.get("max", MAX_LINES), MAX_LINES if kind == "textarea" else MAX_LINE)
    if len(value) > most:
        raise _invalid(path, f"must have at most {most:,} characters")
    if len(value) < field.get("min", 0):
        raise _invalid(path, f"must have at least {field['min']:,} characters")
    if "\x00" in value:
        raise _invalid(path, "must not contain the NUL character")
    if kind == "email" and not _passes(validate_email, value):
        raise _invalid(path, "must be an e-mail address")
    if kind == "url" and not _passes(_is_url, value):
        raise _invalid(path, "must be an http or https address")
    if kind == "tel" and not _TEL.fullmatch(value):
        raise _invalid(path, "must be a telephone number")
    if "pattern" in field and not _matches(field["pattern"], value):
        raise _invalid(path, f"must match the pattern {field['pattern']}")
    return value


def _matches(pattern: str, value: str) -> bool:
    """Whether the whole value matches, as in a browser's form."""
    schema = {"type": "string", "pattern": f"^(?:{pattern})$"}
    return Draft202012Validator(schema, offline=True, pattern_options=_PATTERNS).is_valid(value)


def _passes(check: Any, value: str) -> bool:
    try:
        check(value)
    except ValidationError:
        return False
    return True


def _files(value: Any) -> list[str]:
    given = value.get("files") if isinstance(value, dict) else None
    if not isinstance(given, list) or not given:
        raise _invalid("value.files", "must be a list of at least one file")
    for index, item in enumerate(given):
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            raise _invalid(f"value.files[{index}].id", "must be the id of an uploaded file")
    return [item["id"] for item in given]


def _datetime(spec: dict[str, Any], value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _invalid("value", "must be an object with mode and value")
    _only(value, "mode", "value")
    if value.get("mode", spec["mode"]) != spec["mode"]:
        raise _invalid("value.mode", f"must be {spec['mode']}")
    return {"mode": spec["mode"], "value": _moment(spec["mode"], spec, value.get("value"), "value.value")}


def _moment(mode: str, limits: dict[str, Any], value: Any, path: str) -> str:
    moment = parse_moment(mode, value) if isinstance(value, str) else None
    if moment is None:
        raise _invalid(path, f"must be such as {ORDERED[mode]}")
    low, high = (parse_moment(mode, limits[name]) if name in limits else None for name in ("min", "max"))
    if low is not None and moment < low:
        raise _invalid(path, f"must not be before {limits['min']}")
    if high is not None and moment > high:
        raise _invalid(path, f"must not be after {limits['max']}")
    return str(value)


def _only(value: dict[str, Any], *allowed: str) -> None:
    unknown = sorted(set(value) - set(allowed))
    if unknown:
        raise _invalid(f"value.{unknown[0][:60]}", f"unknown; allowed: {', '.join(allowed)}")


def _invalid(path: str, what: str) -> InvalidInput:
    return InvalidInput(f"{path}: {what}", path=path)
