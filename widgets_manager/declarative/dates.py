"""Dates of expressions: read from ISO 8601 texts or seconds and milliseconds since 1970, written for people."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from widgets_manager.declarative.values import is_number, text

_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_UNITS: Final = (("year", 365 * 86400), ("month", 30 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60))
_MILLISECONDS_FROM: Final = 1e11  # in seconds that is the year 5138, in milliseconds 1973


def read(value: Any, now: datetime) -> tuple[datetime, bool] | None:
    """The moment in UTC and whether it is a calendar date only; None if the value is no date.

    `now` and `today` are the current moment and date. A time without a zone is the reader's, here UTC.
    """
    if value == "now":
        return now, False
    if value == "today":
        return now.replace(hour=0, minute=0, second=0, microsecond=0), True
    try:
        if is_number(value):
            return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS_FROM else value, UTC), False
        match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
        return _moment(match) if match else None
    except (ValueError, OverflowError, OSError):
        return None


def _moment(match: re.Match[str]) -> tuple[datetime, bool]:
    day, clock, zone = match.groups()
    if clock is None:
        return datetime.fromisoformat(day).replace(tzinfo=UTC), True
    moment = datetime.fromisoformat(f"{day}T{clock}{zone or '+00:00'}")
    return moment.astimezone(UTC), False


def date(value: Any, style: str, now: datetime) -> str:
    """The calendar date in English; what is no date is shown as it is."""
    found = read(value, now)
    if found is None:
        return text(value)
    day = found[0]
    if style == "iso":
        return f"{day:%Y-%m-%d}"
    if style == "short":
        return f"{day.month}/{day.day}/{day.year % 100:02d}"
    month = _MONTHS[day.month - 1]
    return f"{month if style == 'long' else month[:3]} {day.day}, {day.year}"


def time(value: Any, now: datetime) -> str:
    """Hours and minutes; nothing for a calendar date, what is no date as it is."""
    found = read(value, now)
    if found is None:
        return text(value)
    return "" if found[1] else f"{found[0]:%H:%M}"


def relative(value: Any, now: datetime) -> str:
    """The distance from now in the largest unit that fits, rounded down."""
    found = read(value, now)
    if found is None:
        return text(value)
    seconds = (found[0] - now).total_seconds()
    for unit, size in _UNITS:
        count = int(abs(seconds) // size)
        if count:
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"in {words}" if seconds > 0 else f"{words} ago"
    return "just now"


def shift(value: Any, days: int, now: datetime) -> str:
    """The date or moment so many days on; a date stays a date, a moment is written in UTC."""
    found = read(value, now)
    if found is None:
        return text(value)
    try:
        moved = found[0] + timedelta(days=days)
    except OverflowError:
        return text(value)
    return f"{moved:%Y-%m-%d}" if found[1] else f"{moved:%Y-%m-%dT%H:%M:%SZ}"
