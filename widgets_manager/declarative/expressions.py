"""Expressions, stage one: `{{ … }}` in a text becomes a syntax tree, or a syntax error with its place.

The browser evaluates the same grammar (tests/fixtures/expressions.json is run by both). From loosest to tightest:
`?:` · `??` · `||` · `&&` · `== !=` · `< <= > >=` · `+ -` · `* / %` · `!` · filters `| name(a, b)` or `| name:a:b` ·
unary `-` · `.name`, `.0`, `[expression]`. The colon of a filter's argument stands directly after what precedes it, so
that the colon of a conditional is never taken for one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

MAX_TEXT: Final = 10_000
MAX_DEPTH: Final = 50
MAX_OPERATORS: Final = 200


class ExpressionError(ValueError):
    """A text is not a valid template. `position` counts characters from the start of the text, from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} at character {position + 1}")
        self.position = position


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, boolean or null."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """The first step of a path, looked up in the scope."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Member:
    """A further step: `.name`, `.0` or `[expression]`."""

    target: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Unary:
    """`!` or `-`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Any operator between two operands, `&&`, `||` and `??` included."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Conditional:
    """`test ? then : otherwise`."""

    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Filter:
    """`target | name(arguments)`. Whether the name exists is not the parser's concern."""

    target: Node
    name: str
    arguments: tuple[Node, ...]
    position: int


Node: TypeAlias = Literal | Name | Member | Unary | Binary | Conditional | Filter


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text: literal pieces and expressions in order; `whole` if one expression is all there is."""

    parts: tuple[str | Node, ...]
    whole: bool

    def expressions(self) -> Iterator[Node]:
        """The expressions in order."""
        return (part for part in self.parts if not isinstance(part, str))


class _Token(NamedTuple):
    kind: str  # number, text, name, operator, end
    value: str
    position: int
    glued: bool  # no white space before it


_TOKEN: Final = re.compile(
    r"(?P<space>[ \t\r\n]*)(?:"
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<operator>}}|\?\?|\|\||&&|==|!=|<=|>=|[-+*/%<>!?:|.,()\[\]])"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<end>\Z))?"
)
_DIGITS: Final = re.compile(r"[0-9]+")
_TEXT: Final = re.compile(r"""'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)\"""")
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "/": "/"}

_BINARY: Final = {
    "??": 2, "||": 3, "&&": 4, "==": 5, "!=": 5, "<": 6, "<=": 6, ">": 6, ">=": 6,
    "+": 7, "-": 7, "*": 8, "/": 8, "%": 8,
}  # fmt: skip
_TERNARY, _NOT, _FILTER, _NEGATE = 1, 9, 10, 11
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}


def _unescape(body: str, position: int) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1]
        if len(code) == 5:
            if 0xD800 <= (number := int(code[1:], 16)) <= 0xDFFF:
                raise ExpressionError(f"\\{code} is half a character", position + 1 + match.start())
            return chr(number)
        if code not in _ESCAPES:
            raise ExpressionError(f"unknown escape \\{code}", position + 1 + match.start())
        return _ESCAPES[code]

    return _ESCAPE.sub(one, body)


def _next_token(text: str, start: int, after_dot: bool) -> tuple[_Token, int]:
    match = _TOKEN.match(text, start)
    if match is None:  # it matches every text
        raise AssertionError(start)
    at = match.end("space")
    kind = match.lastgroup
    if kind is None or kind == "space":
        return _quoted_token(text, at, at == start)
    if after_dot and kind == "number" and (digits := _DIGITS.match(text, at)):
        return _Token(kind, digits[0], at, at == start), digits.end()
    return _Token(kind, match[kind], at, at == start and kind != "end"), match.end()


def _quoted_token(text: str, at: int, glued: bool) -> tuple[_Token, int]:
    if match := _TEXT.match(text, at):
        return _Token("text", _unescape(match[0][1:-1], at), at, glued), match.end()
    if text[at] in "'\"":
        raise ExpressionError("a text in quotes is not closed", at)
    raise ExpressionError(f"unexpected character {text[at]!r}", at)


class _Parser:
    """One expression from just after `{{` to its `}}`; `end` is then where the text goes on."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.end = start
        self.depth = self.operators = 0
        self.token = _Token("operator", "{{", start, False)
        self.advance()

    def advance(self) -> _Token:
        token = self.token
        after_dot = token.kind == "operator" and token.value == "."
        self.token, self.end = _next_token(self.text, self.end, after_dot)
        return token

    def at(self, value: str) -> bool:
        return self.token.kind == "operator" and self.token.value == value

    def failure(self, expected: str) -> ExpressionError:
        found = "but the text ends" if self.token.kind == "end" else f"not {self.token.value!r}"
        return ExpressionError(f"expected {expected}, {found}", self.token.position)

    def take(self, value: str) -> None:
        if not self.at(value):
            raise self.failure(f"'{value}'")
        self.advance()

    def parse(self) -> Node:
        node = self.expression(_TERNARY)
        if not self.at("}}"):
            raise self.failure("an operator or '}}'")
        return node

    def expression(self, power: int) -> Node:
        """Pratt's loop: a prefix, then every operator that binds at least as tightly as `power`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"nested deeper than {MAX_DEPTH} levels", self.token.position)
        left = self.prefix()
        while self.token.kind == "operator" and (step := self.infix(left, power)) is not None:
            left = step
            self.operators += 1
            if self.operators > MAX_OPERATORS:
                raise ExpressionError(f"more than {MAX_OPERATORS} operators in one expression", self.token.position)
        self.depth -= 1
        return left

    def prefix(self) -> Node:
        token = self.token
        if token.kind == "number":
            self.advance()
            return Literal(_number(token))
        if token.kind == "text":
            self.advance()
            return Literal(token.value)
        if token.kind == "name":
            self.advance()
            return Literal(_WORDS[token.value]) if token.value in _WORDS else Name(token.value, token.position)
        if self.at("!") or self.at("-"):
            self.advance()
            return Unary(token.value, self.expression(_NOT if token.value == "!" else _NEGATE))
        if self.at("("):
            self.advance()
            inner = self.expression(_TERNARY)
            self.take(")")
            return inner
        raise self.failure("a value")

    def infix(self, left: Node, power: int) -> Node | None:
        operator = self.token.value
        if operator in ".[":
            return self.member(left)
        if operator == "|":
            return self.filter(left) if power <= _FILTER else None
        if operator == "?":
            return self.conditional(left) if power <= _TERNARY else None
        binding = _BINARY.get(operator)
        if binding is None or binding < power:
            return None
        self.advance()
        return Binary(operator, left, self.expression(binding + 1))

    def member(self, target: Node) -> Node:
        if self.advance().value == "[":
            key = self.expression(_TERNARY)
            self.take("]")
            return Member(target, key)
        if self.token.kind not in ("name", "number"):
            raise self.failure("a name after '.'")
        step = self.advance()
        return Member(target, Literal(int(step.value) if step.kind == "number" else step.value))

    def filter(self, target: Node) -> Node:
        self.advance()
        if self.token.kind != "name":
            raise self.failure("the name of a filter after '|'")
        name = self.advance()
        arguments: list[Node] = []
        if self.at("(") and self.token.glued:
            arguments = self.call_arguments()
        while self.at(":") and self.token.glued:
            self.advance()
            arguments.append(self.expression(_NEGATE))
        return Filter(target, name.value, tuple(arguments), name.position)

    def call_arguments(self) -> list[Node]:
        self.advance()
        arguments: list[Node] = []
        while not self.at(")"):
            if arguments:
                self.take(",")
            arguments.append(self.expression(_TERNARY))
        self.advance()
        return arguments

    def conditional(self, test: Node) -> Node:
        self.advance()
        then = self.expression(_TERNARY)
        self.take(":")
        return Conditional(test, then, self.expression(_TERNARY))


def _number(token: _Token) -> int | float:
    value = float(token.value)
    if math.isinf(value):
        raise ExpressionError("the number is too large", token.position)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


@lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """The template that the text is. Raises ExpressionError with the place of the first fault."""
    if len(text) > MAX_TEXT and "{{" in text:
        raise ExpressionError(f"a text with expressions has at most {MAX_TEXT} characters", MAX_TEXT)
    parts: list[str | Node] = []
    start = 0
    while (opening := text.find("{{", start)) >= 0:
        if opening > start:
            parts.append(text[start:opening])
        parser = _Parser(text, opening + 2)
        parts.append(parser.parse())
        start = parser.end
    if start < len(text):
        parts.append(text[start:])
    solid = [part for part in parts if not (isinstance(part, str) and not part.strip(" \t\r\n"))]
    whole = len(solid) == 1 and not isinstance(solid[0], str)
    return Template(tuple(solid if whole else parts), whole)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Member(target, key):
            return (target, key)
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Conditional(test, then, otherwise):
            return (test, then, otherwise)
        case Filter(target, _, arguments, _):
            return (target, *arguments)
    return ()


def walk(template: Template) -> Iterator[Node]:
    """Every node of every expression in the template."""
    pending: list[Node] = list(template.expressions())
    while pending:
        node = pending.pop()
        yield node
        pending.extend(children(node))


def filters_of(template: Template) -> list[Filter]:
    """Every use of a filter, in no particular order."""
    return [node for node in walk(template) if isinstance(node, Filter)]


def names_of(template: Template) -> list[Name]:
    """Every first step of a path: what the template reads from its scope."""
    return [node for node in walk(template) if isinstance(node, Name)]
