"""Filters of expressions: `FILTERS` maps each name of catalog/filters.json to its function.

A function takes the value, its arguments (missing ones are left out) and the time, and never raises: what does not
fit yields a text unchanged, an empty list or undefined. Functions are listed in the catalog's order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeAlias

from widgets_manager.declarative import dates, formats
from widgets_manager.declarative.registry import load_filters
from widgets_manager.declarative.values import (
    MAX_RESULT,
    UNDEFINED,
    dig,
    equal,
    is_missing,
    is_number,
    joined,
    number,
    order_key,
    text,
    to_json,
    truthy,
)

Arguments: TypeAlias = Sequence[Any]
FilterFunction: TypeAlias = Callable[[Any, Arguments, datetime], Any]

_WORD_START: Final = re.compile(r"(?:^|(?<=\s))\S")


def _argument(arguments: Arguments, place: int, default: Any = UNDEFINED) -> Any:
    value = arguments[place] if place < len(arguments) else UNDEFINED
    return default if value is UNDEFINED else value


def _whole(value: Any, default: int | None = None) -> int | None:
    amount = number(value)
    return default if amount is None else int(max(-1e9, min(1e9, amount)))


def _truncate(value: Any, arguments: Arguments, now: datetime) -> str:
    full, most = text(value), _whole(_argument(arguments, 0), 80) or 0
    if len(full) <= most:
        return full
    return full[: most - 1].rstrip() + "…" if most > 0 else ""


def _default(value: Any, arguments: Arguments, now: datetime) -> Any:
    return _argument(arguments, 0) if is_missing(value) or value == "" else value


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _filter(value: Any, arguments: Arguments, now: datetime) -> list[Any]:
    key = text(_argument(arguments, 0))
    if len(arguments) > 1:
        return [item for item in _items(value) if equal(dig(item, key), arguments[1])]
    return [item for item in _items(value) if truthy(dig(item, key))]


def _pluck(value: Any, arguments: Arguments, now: datetime) -> list[Any]:
    key = text(_argument(arguments, 0))
    found = [dig(item, key) for item in _items(value)]
    return [None if item is UNDEFINED else item for item in found]


def _join(value: Any, arguments: Arguments, now: datetime) -> str:
    return joined(map(text, _items(value)), text(_argument(arguments, 0, ", ")))


def _end(place: int, value: Any, arguments: Arguments, now: datetime) -> Any:
    return value[place] if isinstance(value, list | str) and value else UNDEFINED


def _sort(value: Any, arguments: Arguments, now: datetime) -> list[Any]:
    key = text(_argument(arguments, 0))
    falling, key = key.startswith("-"), key.removeprefix("-")
    pairs = [(dig(item, key) if key else item, item) for item in _items(value)]
    numbers = [pair for pair in pairs if is_number(pair[0])]
    texts = [pair for pair in pairs if isinstance(pair[0], str)]
    numbers.sort(key=lambda pair: pair[0], reverse=falling)
    texts.sort(key=lambda pair: order_key(pair[0]), reverse=falling)
    rest = [pair for pair in pairs if not is_number(pair[0]) and not isinstance(pair[0], str)]
    known = texts + numbers if falling else numbers + texts
    return [item for _, item in known + rest]


def _reverse(value: Any, arguments: Arguments, now: datetime) -> Any:
    return value[::-1] if isinstance(value, list | str) else []


def _slice(value: Any, arguments: Arguments, now: datetime) -> Any:
    start, end = _whole(_argument(arguments, 0), 0), _whole(_argument(arguments, 1))
    return value[start:end] if isinstance(value, list | str) else []


def _replace(value: Any, arguments: Arguments, now: datetime) -> str:
    old, new = text(_argument(arguments, 0)), text(_argument(arguments, 1))
    return joined(_between(text(value), old), new) if old else text(value)


def _between(value: str, mark: str) -> Iterator[str]:
    """What stands between the marks, one after the other."""
    start = 0
    while (end := value.find(mark, start)) >= 0:
        yield value[start:end]
        start = end + len(mark)
    yield value[start:]


def _filter_search(value: Any, arguments: Arguments, now: datetime) -> list[Any]:
    query = text(_argument(arguments, 0)).strip().lower()
    keys = [text(key) for key in arguments[1:]]

    def matches(item: Any) -> bool:
        if keys:
            fields = [dig(item, key) for key in keys]
        else:
            fields = list(item.values()) if isinstance(item, Mapping) else [item]
        return any(query in text(field).lower() for field in fields)

    return [item for item in _items(value) if matches(item)] if query else _items(value)


def _length(value: Any, arguments: Arguments, now: datetime) -> int:
    return len(value) if isinstance(value, list | str | Mapping) else 0


def _key(value: Any, kind: str) -> str:
    name = text(value).strip().lower()
    if kind == "word":
        return re.sub(r"[\s-]+", "_", name)
    return "url" if "://" in name else "folder" if name.endswith("/") else name


def _look_up(entry: Mapping[str, Any], value: Any, arguments: Arguments, now: datetime) -> str:
    key, table = _key(value, entry["key"]), entry["values"]
    found = table.get(key)
    if found is None and entry["key"] == "name":
        found = table.get(key.rpartition(".")[2])
    return str(found or entry["default"])


def _text_filter(change: Callable[[str], str]) -> FilterFunction:
    return lambda value, arguments, now: change(text(value))


def _formatted(write: Callable[[int | float, Any], str]) -> FilterFunction:
    """A filter of numbers: what is none is shown as it is."""

    def apply(value: Any, arguments: Arguments, now: datetime) -> str:
        amount = number(value)
        return text(value) if amount is None else write(amount, _argument(arguments, 0))

    return apply


def _json(value: Any, arguments: Arguments, now: datetime) -> str:
    indent = max(0, min(8, _whole(_argument(arguments, 0), 0) or 0))
    if value is UNDEFINED:
        return ""
    compact = to_json(value)
    return (to_json(value, indent) if indent and len(compact) < MAX_RESULT else compact)[:MAX_RESULT]


def _shift(sign: int, value: Any, arguments: Arguments, now: datetime) -> str:
    return dates.shift(value, sign * (_whole(_argument(arguments, 0), 0) or 0), now)


def _tables() -> dict[str, FilterFunction]:
    entries = load_filters()
    return {name: partial(_look_up, entry) for name, entry in entries.items() if "values" in entry}


FILTERS: Final[dict[str, FilterFunction]] = {
    "upper": _text_filter(str.upper),
    "lower": _text_filter(str.lower),
    "title": _text_filter(lambda value: _WORD_START.sub(lambda match: match[0].upper(), value)),
    "capitalize": _text_filter(lambda value: value[:1].upper() + value[1:]),
    "truncate": _truncate,
    "default": _default,
    "length": _length,
    "date": lambda value, arguments, now: dates.date(value, text(_argument(arguments, 0)), now),
    "relative_time": lambda value, arguments, now: dates.relative(value, now),
    "time": lambda value, arguments, now: dates.time(value, now),
    "money": _formatted(formats.money),
    "number": _formatted(formats.decimal),
    "percent": _formatted(formats.percent),
    "json": _json,
    "yaml": lambda value, arguments, now: formats.to_yaml(value)[:MAX_RESULT],
    "filter": _filter,
    "map": _pluck,
    "pluck": _pluck,
    "join": _join,
    "first": partial(_end, 0),
    "last": partial(_end, -1),
    "sort": _sort,
    "reverse": _reverse,
    "slice": _slice,
    "replace": _replace,
    "markdown": _text_filter(str),
    "plus_days": partial(_shift, 1),
    "minus_days": partial(_shift, -1),
    "filter_search": _filter_search,
    **_tables(),
}
