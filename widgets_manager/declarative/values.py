"""Values of expressions: what is true, equal, a number or a text; the same answers as the browser's."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeGuard


class Undefined:
    """What a path that leads nowhere yields; shown as nothing."""

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED: Final = Undefined()
MAX_RESULT: Final = 100_000  # characters of a text that an expression makes
FORBIDDEN: Final = frozenset({"constructor", "prototype", "__proto__"})
_NUMERIC: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_INDEX: Final = re.compile(r"[0-9]{1,15}")


def is_missing(value: object) -> bool:
    """Whether it is undefined or null."""
    return value is None or value is UNDEFINED


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether it is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def truthy(value: object) -> bool:
    """Everything is, but undefined, null, false, 0 and the empty text; an empty list is."""
    return not (is_missing(value) or value is False or value == "" or (is_number(value) and value == 0))


def tidy(value: float) -> Any:
    """The number, whole ones as int; undefined for what is none."""
    if math.isnan(value) or math.isinf(value):
        return UNDEFINED
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def number(value: object) -> int | float | None:
    """The value as a number: texts that write one, true as 1; None for everything else."""
    if isinstance(value, bool):
        return int(value)
    if is_number(value):
        return value
    if isinstance(value, str) and _NUMERIC.fullmatch(value.strip()):
        result = tidy(float(value))
        return None if result is UNDEFINED else result
    return None


def number_text(value: int | float) -> str:
    """The shortest digits that mean this number, as ECMAScript writes them."""
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value)
    exact = Decimal(repr(float(value)))
    if exact == 0:
        return "0"
    if -6 <= exact.adjusted() < 21:
        digits = f"{exact:f}"
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    mantissa, exponent = f"{exact.normalize():e}".split("e")
    return f"{mantissa}e{int(exponent):+d}"


def to_json(value: object, indent: int = 0, level: int = 0) -> str:
    """JSON text; on one line without spaces, or indented by `indent` spaces a level."""
    if is_missing(value):
        return "null"
    if is_number(value):
        return number_text(value)
    if isinstance(value, list):
        return _bracket("[]", [to_json(item, indent, level + 1) for item in value], indent, level)
    if isinstance(value, Mapping):
        colon = ": " if indent else ":"
        pairs = [_quoted(str(key)) + colon + to_json(item, indent, level + 1) for key, item in value.items()]
        return _bracket("{}", pairs, indent, level)
    return _quoted(value)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _bracket(pair: str, parts: list[str], indent: int, level: int) -> str:
    if not parts or not indent:
        return pair[0] + ",".join(parts) + pair[1]
    line = "\n" + " " * (indent * (level + 1))
    return pair[0] + line + ("," + line).join(parts) + "\n" + " " * (indent * level) + pair[1]


def text(value: object) -> str:
    """The value as it is shown in a text: nothing for undefined and null, JSON for lists and objects."""
    if isinstance(value, str):
        return value
    return "" if is_missing(value) else to_json(value)


def joined(parts: Iterable[str], separator: str = "") -> str:
    """The parts as one text of at most 100,000 characters; no more of it is made than is kept."""
    kept: list[str] = []
    room = MAX_RESULT
    for part in parts:
        for piece in (separator, part) if kept else (part,):
            kept.append(piece[:room])
            room -= len(kept[-1])
        if room <= 0:
            break
    return "".join(kept)


def equal(left: object, right: object) -> bool:
    """Same kind and same value, lists and objects by their content; undefined equals null."""
    if is_missing(left) or is_missing(right):
        return is_missing(left) and is_missing(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    if is_number(left) and is_number(right):
        return left == right
    return type(left) is type(right) and left == right


def order_key(value: str) -> bytes:
    """Texts are ordered by their UTF-16 code units, as the browser does."""
    return value.encode("utf-16-be", "surrogatepass")


def less(left: object, right: object, or_equal: bool) -> bool:
    """Order of two texts, or of what can be read as two numbers; false for everything else."""
    if isinstance(left, str) and isinstance(right, str):
        one, other = order_key(left), order_key(right)
        return one <= other if or_equal else one < other
    first, second = number(left), number(right)
    if first is None or second is None:
        return False
    return first <= second if or_equal else first < second


def member(target: object, key: object) -> Any:
    """The item or own property; undefined where there is none and for the names that reach into prototypes."""
    name = text(key) if isinstance(key, str) or is_number(key) else ""
    if name == "" or name in FORBIDDEN:
        return UNDEFINED
    if isinstance(target, Mapping):
        return target.get(name, UNDEFINED)
    if isinstance(target, list) and _INDEX.fullmatch(name):
        return target[int(name)] if int(name) < len(target) else UNDEFINED
    if name == "length" and isinstance(target, list | str):
        return len(target)
    return UNDEFINED


def dig(target: object, path: str) -> Any:
    """The value at a dotted path."""
    for step in path.split("."):
        target = member(target, step)
    return target
