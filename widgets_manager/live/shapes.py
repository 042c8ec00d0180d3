"""Stage: validation. Annotations as closed shapes: values are checked against them, JSON Schema is made of them."""

from __future__ import annotations

import math
import types
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, Union, get_args, get_origin

Scalar = Callable[[Any], Any]


def _text(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain the NUL character, which PostgreSQL cannot store")
    value.encode()  # a lone surrogate is a UnicodeEncodeError, which is a ValueError
    return value


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("must be finite")
    return value


_SCALARS: Final[dict[Any, tuple[dict[str, Any], Scalar]]] = {
    str: ({"type": "string"}, _text),
    bool: ({"type": "boolean"}, bool),
    int: ({"type": "integer"}, int),
    float: ({"type": "number"}, _number),
    types.NoneType: ({"type": "null"}, lambda value: value),
    uuid.UUID: ({"type": "string", "format": "uuid"}, str),
    datetime: ({"type": "string", "format": "date-time"}, datetime.isoformat),
}


def encode(shape: Any, value: Any, at: str) -> Any:
    """`value` as JSON. Raises TypeError or ValueError that names the place `at` when it does not have the shape."""
    if shape is Any:
        return _encode_any(value, at)
    origin, arguments = get_origin(shape), get_args(shape)
    if origin in (Union, types.UnionType):
        return _encode_union(arguments, value, at)
    if origin is Literal:
        if value not in arguments:
            raise ValueError(f"{at}: {value!r} is not one of {', '.join(map(repr, arguments))}")
        return value
    if origin is list:
        items = _require(value, list, at)
        return [encode(arguments[0], item, f"{at}[{index}]") for index, item in enumerate(items)]
    if origin is dict:
        pairs = _require(value, dict, at).items()
        return {encode(str, key, f"{at} (name)"): encode(arguments[1], item, f"{at}.{key}") for key, item in pairs}
    return _encode_scalar(shape, value, at)


def schema(shape: Any) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a shape. Raises TypeError for an annotation that is no shape."""
    if shape is Any:
        return {}
    origin, arguments = get_origin(shape), get_args(shape)
    if origin in (Union, types.UnionType):
        return {"anyOf": [schema(option) for option in arguments]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": schema(arguments[0])}
    if origin is dict and arguments[0] is str:
        return {"type": "object", "additionalProperties": schema(arguments[1])}
    if shape in _SCALARS:
        return dict(_SCALARS[shape][0])
    raise TypeError(f"{shape!r} is no shape of an event's field")


def _require(value: Any, kind: type, at: str) -> Any:
    # bool is an int to Python, not to anybody who reads JSON.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{at}: must be {kind.__name__}, is {type(value).__name__}")
    return value


def _encode_scalar(shape: Any, value: Any, at: str) -> Any:
    if shape is float and isinstance(value, int) and not isinstance(value, bool):
        return value
    convert = _SCALARS[shape][1]
    try:
        return convert(_require(value, shape, at))
    except ValueError as error:
        raise ValueError(f"{at}: {error}") from None


def _encode_union(options: tuple[Any, ...], value: Any, at: str) -> Any:
    for option in options:
        try:
            return encode(option, value, at)
        except TypeError:
            continue
    allowed = " or ".join(getattr(option, "__name__", str(option)) for option in options)
    raise TypeError(f"{at}: must be {allowed}, is {type(value).__name__}")


def _encode_any(value: Any, at: str) -> Any:
    for shape in (type(value), list[Any], dict[str, Any]):
        if shape in _SCALARS or isinstance(value, get_origin(shape) or ()):
            return encode(shape, value, at)
    raise TypeError(f"{at}: {type(value).__name__} is no JSON value")
