"""Stage 1 of the matcher: numbers, amounts of time and positions as people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from widgets_manager.llm.matcher.wordlist import word_row

_UNITS: Final = {
    word: number
    for number, word in enumerate(
        word_row(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
            " seventeen eighteen nineteen"
        )
    )
}
_TENS: Final = {
    word: 10 * (n + 2) for n, word in enumerate(word_row("twenty thirty forty fifty sixty seventy eighty ninety"))
}
_SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_ORDINALS: Final = {
    word: number + 1
    for number, word in enumerate(
        word_row("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
    )
}
LAST: Final = -1
_SUFFIX: Final = {"k": 1000, "m": 1_000_000, "%": 1}
SECONDS: Final = {
    "second": 1,
    "sec": 1,
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "hr": 3600,
    "day": 86_400,
    "week": 604_800,
}
ORDINAL_WORDS: Final = frozenset(_ORDINALS) | {"last"}
NUMBER_WORDS: Final = frozenset(_UNITS) | frozenset(_TENS) | frozenset(_SCALES) | ORDINAL_WORDS


def digits(text: str) -> int | float | None:
    """`1,200` → 1200, `$3.5` → 3.5, `2k` → 2000, `40%` → 40; None when it is no number."""
    body = text.strip().lower().lstrip("#").replace("$", "").replace("€", "").replace("£", "")
    scale = _SUFFIX.get(body[-1:], 1)
    body = body.rstrip("km%")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", body):
        body = body.replace(",", "")
    elif re.fullmatch(r"[-+]?\d+,\d+", body):
        body = body.replace(",", ".")
    if not re.fullmatch(r"[-+]?\d{1,15}(\.\d{1,15})?", body):
        return None
    value = float(body) * scale
    return int(value) if value.is_integer() else value


def spelled(words: Sequence[str]) -> tuple[int, int] | None:
    """The number that the words begin with and how many words it takes: `two hundred and five` → (205, 4)."""
    total = current = used = 0
    for index, word in enumerate(words):
        parts = word.split("-")
        if all(part in _UNITS or part in _TENS for part in parts):
            current += sum(_UNITS.get(part, _TENS.get(part, 0)) for part in parts)
        elif word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0
        elif (
            word == "and"
            and used
            and index + 1 < len(words)
            and (words[index + 1] in _UNITS or words[index + 1] in _TENS)
        ):
            continue
        else:
            break
        used = index + 1
    return (total + current, used) if used else None


def ordinal(word: str) -> int | None:
    """`second`, `2nd` → 2, `last` → -1; None for other words."""
    if word == "last":
        return LAST
    if word in _ORDINALS:
        return _ORDINALS[word]
    match = re.fullmatch(r"(\d{1,4})(?:st|nd|rd|th)", word)
    return int(match.group(1)) if match else None
