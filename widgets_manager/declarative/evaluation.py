"""Expressions, stage two: the value of a template in a scope, as the browser computes it.

The server serves trees unevaluated; this exists for texts that the server itself needs, and as the second
implementation that keeps the browser's honest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from widgets_manager.declarative.expressions import (
    Binary,
    Conditional,
    ExpressionError,
    Filter,
    Literal,
    Member,
    Name,
    Node,
    Unary,
    parse,
)
from widgets_manager.declarative.filters import FILTERS
from widgets_manager.declarative.values import (
    UNDEFINED,
    equal,
    is_missing,
    joined,
    less,
    member,
    number,
    text,
    tidy,
    truthy,
)


def evaluate(template: str, scope: Mapping[str, Any], *, now: datetime | None = None) -> Any:
    """The value of a text in a scope of plain JSON values; undefined is None.

    A text that is one whole expression keeps the value's type, any other is a text. Dates are read and written in
    UTC, numbers in English. Raises ExpressionError for a syntax error or an unknown filter.
    """
    parsed = parse(template)
    evaluator = _Evaluator(scope, now or datetime.now(UTC))
    values = (part if isinstance(part, str) else evaluator.value(part) for part in parsed.parts)
    if parsed.whole:
        whole = next(values)
        return None if whole is UNDEFINED else whole
    return joined(map(text, values))


class _Evaluator:
    def __init__(self, scope: Mapping[str, Any], now: datetime) -> None:
        self.scope = scope
        self.now = now

    def value(self, node: Node) -> Any:
        match node:
            case Literal(value):
                return value
            case Name(name, _):
                return member(self.scope, name)
            case Member(target, key):
                return member(self.value(target), self.value(key))
            case Unary("!", operand):
                return not truthy(self.value(operand))
            case Unary(_, operand):
                amount = number(self.value(operand))
                return UNDEFINED if amount is None else tidy(-amount)
            case Binary(operator, left, right):
                return self.binary(operator, left, right)
            case Conditional(test, then, otherwise):
                return self.value(then if truthy(self.value(test)) else otherwise)
            case Filter(target, name, arguments, position):
                return self.filtered(target, name, arguments, position)

    def binary(self, operator: str, left: Node, right: Node) -> Any:
        first = self.value(left)
        match operator:
            case "&&":
                return self.value(right) if truthy(first) else first
            case "||":
                return first if truthy(first) else self.value(right)
            case "??":
                return self.value(right) if is_missing(first) else first
        return _combine(operator, first, self.value(right))

    def filtered(self, target: Node, name: str, arguments: tuple[Node, ...], position: int) -> Any:
        function = FILTERS.get(name)
        if function is None:
            raise ExpressionError(f"unknown filter {name!r}", position)
        return function(self.value(target), [self.value(argument) for argument in arguments], self.now)


def _combine(operator: str, left: Any, right: Any) -> Any:
    match operator:
        case "==":
            return equal(left, right)
        case "!=":
            return not equal(left, right)
        case "<" | "<=":
            return less(left, right, operator == "<=")
        case ">" | ">=":
            return less(right, left, operator == ">=")
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        return joined((text(left), text(right)))
    return _arithmetic(operator, number(left), number(right))


def _arithmetic(operator: str, left: float | None, right: float | None) -> Any:
    """The result; undefined where an operand is no number, and for a division by zero."""
    if left is None or right is None or (operator in "/%" and right == 0):
        return UNDEFINED
    left, right = float(left), float(right)
    match operator:
        case "+":
            return tidy(left + right)
        case "-":
            return tidy(left - right)
        case "*":
            return tidy(left * right)
        case "/":
            return tidy(left / right)
    return tidy(math.fmod(left, right))
