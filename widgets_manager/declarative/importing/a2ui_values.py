"""A2UI: dynamic values (literals, JSON pointers, functions) as expressions of ours.

Values live in `ctx`, those that an input changes in `form`, those of a template's item in `item`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from widgets_manager.declarative.importing.result import Notes
from widgets_manager.declarative.importing.texts import Names, literal, path, piece, source, wrap

_DATE_PART, _TIME_PART = re.compile(r"[yMdEL]"), re.compile(r"[HhmsaK]")
_CALL: Final = re.compile(r"([A-Za-z_]\w*)\((.*)\)", re.DOTALL)
MAX_NESTING: Final = 12


class NoEquivalent(ValueError):
    """A function or value that has no form in our expressions."""


def steps_of(pointer: str) -> list[str]:
    """The steps of a JSON pointer (RFC 6901), without the root."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.strip("/").split("/") if step]


@dataclass(slots=True)
class Values:
    """Values of one surface. `bound` are the paths that inputs write, `prefix` is where its model stands in ctx; `item`
    is true within the template of a list.
    """

    notes: Notes
    prefix: str = ""
    names: Names = field(default_factory=Names)
    bound: frozenset[str] = frozenset()
    item: bool = False

    def inside(self) -> Values:
        """The same, in a template's item."""
        return replace(self, item=True)

    def read(self, pointer: str) -> str:
        """The expression that reads a path; one without a leading slash belongs to the item, where there is one."""
        if self.item and not pointer.startswith("/"):
            return path("item", [step for step in steps_of(pointer) if step != "."])
        if self.is_bound(pointer):
            return f"form.{self.name(pointer)}"
        return self.model(pointer)

    def model(self, pointer: str) -> str:
        """The expression that reads a path of the data model, also one that an input changes."""
        return path("ctx", [*([self.prefix] if self.prefix else []), *steps_of(pointer)])

    def key(self, pointer: str) -> str:
        """What an input's path is known by."""
        return "/".join(steps_of(pointer))

    def name(self, pointer: str) -> str:
        """The name of the input that writes a path; two surfaces have names of their own."""
        return self.names.of("/".join([self.prefix, self.key(pointer)]) if self.prefix else self.key(pointer))

    def is_bound(self, pointer: str) -> bool:
        """Whether an input writes this path."""
        return self.key(pointer) in self.bound

    def property(self, value: Any) -> Any:
        """A dynamic value as a property. Raises NoEquivalent."""
        if isinstance(value, str):
            return literal(value)
        if isinstance(value, Mapping) and value.get("call") == "formatString":
            return self.formatted(_args(value).get("value"))
        if isinstance(value, Mapping) and ("path" in value or "call" in value):
            return wrap(self.expression(value))
        return value

    def expression(self, value: Any, depth: int = 0) -> str:
        """A dynamic value as the source of an expression. Raises NoEquivalent."""
        if depth > MAX_NESTING:
            raise NoEquivalent("functions are nested too deeply")
        if isinstance(value, Mapping):
            if isinstance(value.get("path"), str):
                return self.read(value["path"])
            if isinstance(value.get("call"), str):
                return self.call(value["call"], _args(value), depth + 1)
        found = source(value)
        if found is None:
            raise NoEquivalent("a list or object cannot stand in an expression")
        return found

    def call(self, name: str, args: Mapping[str, Any], depth: int = 0) -> str:
        """A function call. Raises NoEquivalent."""
        build = _FUNCTIONS.get(name)
        if build is None:
            raise NoEquivalent(f"there is no function {name[:40]!r} here")
        return f"({build(self, args, depth)})"

    def formatted(self, template: Any) -> str:
        """A text with `${…}` as a text with `{{…}}`. Raises NoEquivalent."""
        if not isinstance(template, str):
            return str(self.property(template))
        parts = [
            piece(part) if index % 2 == 0 else wrap(self.inner(part)) for index, part in enumerate(_split(template))
        ]
        return "".join(parts)

    def inner(self, text: str, depth: int = 0) -> str:
        """What stands between `${` and `}`: a path, or a function with named arguments. Raises NoEquivalent."""
        text = text.strip()
        if depth > MAX_NESTING:
            raise NoEquivalent("functions are nested too deeply")
        call = _CALL.fullmatch(text)
        if call is None:
            return self.read(text)
        if call[1] == "now":
            return "'now'"
        args = {}
        for argument in _arguments(call[2]):
            name, colon, value = argument.partition(":")
            if not colon:
                raise NoEquivalent(f"arguments of {call[1]} must be named")
            args[name.strip()] = _Written(self.argument(value.strip(), depth + 1))
        return self.call(call[1], args, depth + 1)

    def argument(self, text: str, depth: int) -> str:
        """The source of one argument."""
        if text.startswith("${") and text.endswith("}"):
            return self.inner(text[2:-1], depth)
        if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
            return source(text[1:-1]) or "''"
        if text in ("true", "false", "null") or re.fullmatch(r"-?\d+(\.\d+)?", text):
            return text
        return self.read(text)


class _Written(dict[str, Any]):
    """An argument that is an expression already."""

    def __init__(self, expression: str) -> None:
        super().__init__(written=expression)


def _args(value: Mapping[str, Any]) -> Mapping[str, Any]:
    args = value.get("args")
    return args if isinstance(args, Mapping) else {}


def _of(values: Values, args: Mapping[str, Any], name: str, depth: int) -> str:
    value = args.get(name)
    return str(value["written"]) if isinstance(value, _Written) else values.expression(value, depth)


def _required(values: Values, args: Mapping[str, Any], depth: int) -> str:
    return f"({_of(values, args, 'value', depth)} ?? '') != ''"


def _between(form: str) -> Callable[[Values, Mapping[str, Any], int], str]:
    def build(values: Values, args: Mapping[str, Any], depth: int) -> str:
        measured = form.format(_of(values, args, "value", depth))
        sides = [
            f"{measured} {sign} {_of(values, args, name, depth)}" for name, sign in _SIDES if args.get(name) is not None
        ]
        return " && ".join(sides) or "true"

    return build


_SIDES: Final = (("min", ">="), ("max", "<="))


def _joined(operator: str) -> Callable[[Values, Mapping[str, Any], int], str]:
    def build(values: Values, args: Mapping[str, Any], depth: int) -> str:
        listed = args.get("values")
        if not isinstance(listed, list) or not listed:
            raise NoEquivalent("the values must be a list")
        return operator.join(f"({values.expression(one, depth)})" for one in listed[:50])

    return build


def _not(values: Values, args: Mapping[str, Any], depth: int) -> str:
    return f"!({_of(values, args, 'value', depth)})"


def _number(values: Values, args: Mapping[str, Any], depth: int) -> str:
    value = _of(values, args, "value", depth)
    if args.get("grouping") is False:
        return value
    return f"{value} | number" + (f"({_of(values, args, 'decimals', depth)})" if "decimals" in args else "")


def _capitalize(values: Values, args: Mapping[str, Any], depth: int) -> str:
    return f"{_of(values, args, 'value', depth)} | capitalize"


def _currency(values: Values, args: Mapping[str, Any], depth: int) -> str:
    return f"{_of(values, args, 'value', depth)} | money({_of(values, args, 'currency', depth)})"


def _date(values: Values, args: Mapping[str, Any], depth: int) -> str:
    value, pattern = _of(values, args, "value", depth), args.get("format")
    pattern = pattern["written"] if isinstance(pattern, _Written) else pattern
    pattern = pattern if isinstance(pattern, str) else ""
    values.notes.note("", "formatDate", "dates are written as the reader's language does, not by a pattern")
    has_date, has_time = _DATE_PART.search(pattern), _TIME_PART.search(pattern)
    if has_time and not has_date:
        return f"{value} | time"
    return f"({value} | date) + ' ' + ({value} | time)" if has_time else f"{value} | date"


def _plural(values: Values, args: Mapping[str, Any], depth: int) -> str:
    value = _of(values, args, "value", depth)
    cases = [
        f"{value} == {count} ? {_of(values, args, name, depth)} : "
        for count, name in enumerate(("zero", "one", "two"))
        if name in args
    ]
    return "".join(cases) + _of(values, args, "other", depth)


def _string(values: Values, args: Mapping[str, Any], depth: int) -> str:
    template = args.get("value")
    if not isinstance(template, str):
        return _of(values, args, "value", depth)
    parts = [
        source(part) or "''" if index % 2 == 0 else f"({values.inner(part, depth)})"
        for index, part in enumerate(_split(template))
    ]
    return " + ".join(["''", *parts])


_FUNCTIONS: Final[Mapping[str, Callable[[Values, Mapping[str, Any], int], str]]] = {
    "required": _required,
    "length": _between("({} | length)"),
    "numeric": _between("{}"),
    "and": _joined(" && "),
    "or": _joined(" || "),
    "not": _not,
    "formatNumber": _number,
    "formatCurrency": _currency,
    "formatDate": _date,
    "formatString": _string,
    "pluralize": _plural,
    "capitalize": _capitalize,
}


def _split(template: str) -> list[str]:
    """Literal parts and what stands in `${…}`, in turns, a literal first; `\\${` is no opening."""
    parts, text, position = [], "", 0
    while position < len(template):
        if template.startswith("\\${", position):
            text, position = text + "${", position + 3
        elif template.startswith("${", position) and (end := _closing(template, position + 2)) is not None:
            parts += [text, template[position + 2 : end]]
            text, position = "", end + 1
        else:
            text, position = text + template[position], position + 1
    return [*parts, text]


def _closing(template: str, position: int) -> int | None:
    """Where the brace closes that was opened before `position`; braces in quotes do not count."""
    depth, quote = 1, ""
    for index in range(position, len(template)):
        character = template[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return index
    return None


def _arguments(text: str) -> list[str]:
    """The arguments of a call, split at the commas that are not within quotes or brackets."""
    parts, start, depth, quote = [], 0, 0, ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [part for part in (*parts, text[start:]) if part.strip()]
