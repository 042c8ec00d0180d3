"""Stage: validation. What a person means by a title, a position or a column: exactly, uniquely close, or unclear."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from rapidfuzz import fuzz, process

CLOSE: Final = 88
CLEARLY_CLOSER: Final = 5
WORTH_A_HINT: Final = 60
MAX_HINTS: Final = 5
_QUOTES: Final = "\"'“”‘’«»`"
_NOT_ALNUM: Final = re.compile(r"[\W_]+")
_COLUMN_WORDS: Final = {
    "open": "todo",
    "inprogress": "doing",
    "progress": "doing",
    "started": "doing",
    "complete": "done",
    "completed": "done",
    "finished": "done",
}


class Unclear(Exception):
    """No single title is meant. `several` tells many matches from none; `candidates` are indexes, nearest first."""

    def __init__(self, candidates: Sequence[int], *, several: bool) -> None:
        super().__init__("several match" if several else "nothing matches")
        self.candidates = list(candidates)
        self.several = several


def plain(text: str) -> str:
    """The text without case, width, quotation marks around it, double spaces or a full stop at its end."""
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return folded.strip(_QUOTES).rstrip(".!").strip()


def find_title(wanted: str, titles: Sequence[str]) -> int:
    """The index of the one title that is meant. Raises Unclear.

    The first of these that fits any title decides: the same text; the same but for case and quotes; the title's
    beginning; all its words occur; nearly the same spelling. Several titles that fit are never guessed between.
    """
    want, known = plain(wanted), [plain(title) for title in titles]
    words = set(want.split())
    tests: list[Callable[[int], bool]] = [
        lambda index: titles[index] == wanted,
        lambda index: known[index] == want,
        lambda index: len(want) > 1 and known[index].startswith(want),
        lambda index: bool(words) and words <= set(known[index].split()),
    ]
    for fits in tests:
        found = [index for index in range(len(titles)) if fits(index)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Unclear(found, several=True)
    return _closest(want, known)


def _closest(want: str, known: Sequence[str]) -> int:
    near = process.extract(want, known, scorer=fuzz.ratio, score_cutoff=CLOSE - CLEARLY_CLOSER, limit=MAX_HINTS)
    if near and near[0][1] >= CLOSE:
        rivals = [index for _, score, index in near if near[0][1] - score < CLEARLY_CLOSER]
        if len(rivals) == 1:
            return rivals[0]
        raise Unclear(rivals, several=True)
    hints = process.extract(want, known, scorer=fuzz.WRatio, score_cutoff=WORTH_A_HINT, limit=MAX_HINTS)
    raise Unclear([index for _, _, index in hints], several=False)


def find_position(value: object, count: int) -> int | None:
    """The index for a 1-based position; -1 and "last" are the last, "first" the first. None when there is none such."""
    words = {"first": 1, "last": -1}
    if isinstance(value, str):
        value = words.get(plain(value)) or (int(value) if re.fullmatch(r"-?\d{1,6}", value.strip()) else 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    index = int(value) - 1 if value > 0 else count + int(value)
    return index if value != 0 and 0 <= index < count else None


def find_column(wanted: str, columns: Sequence[str]) -> str | None:
    """The column of that name, whatever its case, spaces and hyphens; usual words such as "finished" count, too."""
    want, keys = _key(wanted), [_key(column) for column in columns]
    for name in (want, _COLUMN_WORDS.get(want)):
        if name in keys:
            return columns[keys.index(name)]
    started = [column for column, key in zip(columns, keys, strict=True) if len(want) > 1 and key.startswith(want)]
    if len(started) == 1:
        return started[0]
    near = process.extractOne(want, keys, scorer=fuzz.ratio, score_cutoff=80)
    return columns[near[2]] if near else None


def _key(text: str) -> str:
    return _NOT_ALNUM.sub("", plain(text)).removesuffix("column")
