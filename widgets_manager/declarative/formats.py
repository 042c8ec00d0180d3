"""Numbers and YAML of expressions, written as an English browser does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Final

from widgets_manager.declarative.values import number, number_text, text, to_json

_SYMBOLS: Final = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "CNY": "CN¥", "KRW": "₩", "CAD": "CA$", "AUD": "A$",
    "MXN": "MX$", "NZD": "NZ$", "BRL": "R$", "ILS": "₪", "VND": "₫", "HKD": "HK$", "TWD": "NT$", "PHP": "₱",
}  # fmt: skip
_WITHOUT_CENTS: Final = frozenset({"JPY", "KRW", "VND"})
_CODE: Final = re.compile(r"[A-Za-z]{3}")
_PLAIN: Final = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_ ./-]*[A-Za-z0-9_./-])?")
_RESERVED: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def _exact(value: int | float) -> Decimal:
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    with localcontext(prec=400):
        return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _decimals(value: Any, default: int) -> int:
    amount = number(value)
    return default if amount is None else max(0, min(10, int(amount)))


def decimal(value: int | float, decimals: Any) -> str:
    """Grouped digits with so many decimals, or with up to three where none are given."""
    if number(decimals) is not None:
        return f"{_rounded(_exact(value), _decimals(decimals, 0)):,f}"
    digits = f"{_rounded(_exact(value), 3):,f}"
    return digits.rstrip("0").rstrip(".")


def percent(value: int | float, decimals: Any) -> str:
    """A share of one as a percentage."""
    return f"{_rounded(_exact(value) * 100, _decimals(decimals, 0)):,f}%"


def money(value: int | float, currency: Any) -> str:
    """An amount with the symbol of its currency, or its code where it has none."""
    code = text(currency).upper() if _CODE.fullmatch(text(currency)) else "USD"
    amount = _rounded(_exact(value), 0 if code in _WITHOUT_CENTS else 2)
    symbol = _SYMBOLS.get(code, code + "\u00a0")
    return f"{'-' if amount.is_signed() else ''}{symbol}{abs(amount):,f}"


def to_yaml(value: Any) -> str:
    """YAML in block style, two spaces a level, without a final line break; unsafe texts are quoted as in JSON."""
    return "\n".join(_lines(value))


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    return number_text(value) if isinstance(value, float) else to_json(value)


def _lines(value: Any) -> list[str]:
    if isinstance(value, list) and value:
        return [line for item in value for line in _entry("-", item)]
    if isinstance(value, Mapping) and value:
        return [line for key, item in value.items() for line in _entry(_scalar(str(key)) + ":", item)]
    return [_scalar(value)]


def _entry(head: str, item: Any) -> list[str]:
    lines = _lines(item)
    if not (isinstance(item, list | Mapping) and item):
        return [f"{head} {lines[0]}"]
    if head == "-":
        return [f"- {lines[0]}", *("  " + line for line in lines[1:])]
    return [head, *("  " + line for line in lines)]
