"""Stage: validation. Dates and times as agents and people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from django.utils.dateparse import parse_datetime

# What can be asked for, each with an example.
ORDERED: Final = {"date": "2026-05-23", "time": "14:30", "datetime": "2026-05-23T14:30"}
_TIME: Final = re.compile(r"\d{2}:\d{2}(:\d{2})?")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_moment(mode: str, text: str) -> datetime | None:
    """A moment that can be compared with others of its mode; None for what is none. Without time zone UTC counts."""
    if mode == "date":
        return _parsed(f"{text}T00:00") if _DATE.fullmatch(text) else None
    if mode == "time":
        return _parsed(f"2000-01-01T{text}") if _TIME.fullmatch(text) else None
    return _parsed(text) if "T" in text else None


def _parsed(text: str) -> datetime | None:
    try:
        parsed = parse_datetime(text)
        if parsed is None:
            return None
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
