"""Stage: validation. What the shape alone cannot say: unique names, defaults, own handlers, the sandbox's address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from jsonschema_rs import Draft202012Validator, ValidationError

from widgets_manager.core.exceptions import Problem
from widgets_manager.core.strict_json import json_path
from widgets_manager.egress.exceptions import FetchError
from widgets_manager.egress.urls import parse_target
from widgets_manager.packages.validation.shape import ORIGIN_ALLOWED, ORIGIN_PATTERN, quoted, type_name

HANDLER_PREFIX: Final = "api:/api/panels/"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_MAX_PARTS: Final = 5_000
_TOO_MANY: Final = f"has references that lead back to themselves, or unfold to more than {_MAX_PARTS:,} parts"
_REFERENCES: Final = frozenset({"$ref", "$dynamicRef"})
_DEFINITIONS: Final = frozenset({"$defs", "definitions"})
_BY_NAME: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
_LOCAL: Final = frozenset({"localhost", "127.0.0.1"})
_LOCAL_ORIGIN = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")
_ORIGIN = re.compile(ORIGIN_PATTERN)
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\\'\";<>]")
_IS_TYPE: Final[dict[str, Callable[[object], bool]]] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


def fits_type(value: object, name: str) -> bool:
    """Whether a value has the parameter type `name` (string, number, boolean, object or array)."""
    return _IS_TYPE[name](value)


def intent_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """Names that occur twice, and defaults of another type than their parameter's."""
    seen: dict[str, int] = {}
    for index, intent in _intents(document):
        name = intent.get("name")
        if isinstance(name, str) and seen.setdefault(name, index) != index:
            yield Problem(f"intents[{index}].name", f"{quoted(name)} is already the name of intents[{seen[name]}]")
        if "paramsSchema" in intent:
            yield from _default_problems(intent["paramsSchema"], index)


def handler_warnings(document: dict[str, Any], slug: str) -> Iterator[Problem]:
    """Handlers of other panels: they are never served, so that no manifest reaches another widget's data."""
    own = HANDLER_PREFIX + slug
    for index, intent in _intents(document):
        handler = intent.get("handler")
        if not isinstance(handler, str) or not handler.startswith(HANDLER_PREFIX):
            continue  # the shape has refused it
        if handler != own and not handler.startswith(own + "/"):
            message = f"{quoted(handler)} does not begin with {quoted(own)} and will not be served"
            yield Problem(f"intents[{index}].handler", message)


def entrypoint_problems(document: dict[str, Any], *, development: bool) -> Iterator[Problem]:
    """A sandbox script must come by https; by http only from this machine and only in development."""
    sandbox = document.get("sandbox")
    entrypoint = sandbox.get("entrypoint") if isinstance(sandbox, dict) else None
    if not isinstance(entrypoint, str) or not entrypoint:
        return
    allowed = "an https address" + (", or an http one of localhost or 127.0.0.1" if development else "")
    if not _is_entrypoint(entrypoint, development=development):
        yield Problem("sandbox.entrypoint", f"{quoted(entrypoint)} is not {allowed}")


def allowlist_problems(document: dict[str, Any], *, development: bool) -> Iterator[Problem]:
    """A sandbox script fetches by https; from this machine by http, but only in development. Ports end at 65535."""
    sandbox = document.get("sandbox")
    origins = sandbox.get("networkAllowlist") if isinstance(sandbox, dict) else None
    for index, origin in enumerate(origins if isinstance(origins, list) else ()):
        if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
            continue  # the shape has refused it
        if not _can_be_asked(origin) or (_LOCAL_ORIGIN.fullmatch(origin) and not development):
            yield Problem(f"sandbox.networkAllowlist[{index}]", f"{quoted(origin)} is not {ORIGIN_ALLOWED}")


def config_schema_problems(document: dict[str, Any]) -> Iterator[Problem]:
    """`configSchema` must be a JSON Schema 2020-12 of an object that refers to nothing outside itself."""
    schema = document.get("configSchema")
    if not isinstance(schema, dict):
        return
    if schema.get("type", "object") != "object":
        yield Problem("configSchema.type", f"{quoted(schema['type'])} is not 'object', which a config is")
    if schema.get("$schema", _DIALECT) not in {_DIALECT, _DIALECT + "#"}:
        yield Problem("configSchema.$schema", f"{quoted(schema['$schema'])} is not {quoted(_DIALECT)}")
        return
    if not _unfolds_to_few(schema):
        yield Problem("configSchema", _TOO_MANY)
        return
    try:
        Draft202012Validator(schema, offline=True)
    except ValidationError as error:
        message = error.message.partition("\n")[0][:300]
        yield Problem(json_path(["configSchema", *error.instance_path]), f"is not JSON Schema 2020-12: {message}")


def _unfolds_to_few(schema: dict[str, Any]) -> bool:
    """Whether the schema, each reference replaced by what it points to, stays small; a recursive one never ends.

    Thirty definitions that each name the next one twice would take a validator years.
    """
    budget = _MAX_PARTS
    todo: list[Any] = [schema]
    while todo and budget:
        part, budget = todo.pop(), budget - 1
        if isinstance(part, list):
            todo += part
        elif isinstance(part, dict):
            for name, value in part.items():
                if name in _REFERENCES and isinstance(value, str):
                    todo.append(_pointed_at(schema, value))
                elif name in _BY_NAME and isinstance(value, dict):
                    todo += value.values()
                elif name not in _DEFINITIONS:
                    todo.append(value)
    return not todo


def _pointed_at(schema: dict[str, Any], reference: str) -> Any:
    """What a reference points to: the whole schema for one that is no plain pointer, nothing for a foreign one."""
    found: Any = schema if reference.startswith("#") else None
    for step in reference.split("/")[1:]:
        name = unquote(step).replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _intents(document: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    intents = document.get("intents")
    for index, intent in enumerate(intents if isinstance(intents, list) else ()):
        if isinstance(intent, dict):
            yield index, intent


def _default_problems(params: object, index: int) -> Iterator[Problem]:
    for name, spec in params.items() if isinstance(params, dict) else ():
        if isinstance(spec, dict) and "default" in spec:
            kind, value = spec.get("type"), spec["default"]
            if isinstance(kind, str) and kind in _IS_TYPE and not fits_type(value, kind):
                path = json_path(["intents", index, "paramsSchema", name, "default"])
                yield Problem(path, f"{quoted(value)} is {type_name(value)}, but the parameter's type is '{kind}'")


def _can_be_asked(origin: str) -> bool:
    """Whether requests may name it: one origin of the list that none may would keep the script from all others."""
    try:
        parse_target(origin)
    except FetchError:
        return False
    return True


def _is_entrypoint(url: str, *, development: bool) -> bool:
    if _UNSAFE_IN_URL.search(url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (development and parts.scheme == "http" and host in _LOCAL)
