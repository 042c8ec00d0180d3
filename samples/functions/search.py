"""A search over the pages of this project's documentation: sections, ranked by BM25."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.conf import settings

_WORD: Final = re.compile(r"[a-z0-9]+")
_HEADING: Final = re.compile(r"^(#{1,3}) +(.+)$", re.MULTILINE)
_FENCE: Final = re.compile(r"^```.*?^```[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS: Final = re.compile(r"^\|[ :|-]+\|$|[|`*]", re.MULTILINE)
_COMMON: Final = frozenset(
    _WORD.findall("a an and are as at be by do does for from how i in is it not of on or the to with")
)
# The usual values of BM25: how soon repeated words stop counting, and how much a section's length does.
_SATURATION: Final = 1.5
_LENGTH: Final = 0.75
_SHOWN: Final = 300


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under a heading."""

    page: str
    title: str
    heading: str
    text: str
    words: Counter[str]

    @property
    def length(self) -> int:
        """How many words it has."""
        return self.words.total()


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that was found; the higher the score, the better."""

    section: Section
    score: float


@functools.cache
def pages() -> dict[str, str]:
    """Title by name of every page."""
    return {section.page: section.title for section in sections()}


@functools.cache
def sections() -> tuple[Section, ...]:
    """The sections of all pages, in their order."""
    files = sorted((settings.BASE_DIR / "docs").glob("*.md"))
    return tuple(part for file in files for part in _sections(file.stem, file.read_text(encoding="utf-8")))


def find(query: str, *, among: Collection[str] | None = None, limit: int = 5) -> list[Hit]:
    """The best sections for the words of a query, in the pages named by `among`, or in all."""
    chosen = [section for section in sections() if among is None or section.page in among]
    wanted = set(_words(query))
    rarity = {word: _rarity(word, chosen) for word in wanted}
    average = sum(section.length for section in chosen) / max(len(chosen), 1)
    hits = [Hit(section, _score(section, rarity, average)) for section in chosen]
    found = sorted((hit for hit in hits if hit.score > 0), key=lambda hit: -hit.score)
    return found[:limit]


def excerpt(section: Section, query: str) -> str:
    """The part of a section around the first word of the query."""
    text = " ".join(section.text.split())
    places = [place for word in _words(query) if (place := text.lower().find(word)) >= 0]
    start = max(min(places, default=0) - _SHOWN // 4, 0)
    cut = text[start : start + _SHOWN]
    return f"{'…' if start else ''}{cut}{'…' if start + _SHOWN < len(text) else ''}"


def _sections(page: str, text: str) -> list[Section]:
    plain = _FENCE.sub("", text)
    marks = list(_HEADING.finditer(plain))
    title = _readable(marks[0][2]) if marks else page
    ends = [mark.start() for mark in marks[1:]] + [len(plain)]
    found = []
    for mark, end in zip(marks, ends, strict=True):
        heading, body = _readable(mark[2]), _readable(plain[mark.end() : end])
        # A heading says what a section is about: it counts as much as three mentions.
        words = Counter(_words(f"{(heading + ' ') * 3}{body}"))
        if body:
            found.append(Section(page, title, heading, body, words))
    return found


def _readable(text: str) -> str:
    """The words of a Markdown text, without its marks."""
    return _MARKS.sub("", _LINK.sub(r"\1", text)).strip()


def _words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in _COMMON]


def _stem(word: str) -> str:
    """The word without an English plural's ending."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _rarity(word: str, chosen: Collection[Section]) -> float:
    having = sum(1 for section in chosen if word in section.words)
    return math.log(1 + (len(chosen) - having + 0.5) / (having + 0.5))


def _score(section: Section, rarity: dict[str, float], average: float) -> float:
    share = _SATURATION * (1 - _LENGTH + _LENGTH * section.length / max(average, 1))
    counts = ((worth, section.words[word]) for word, worth in rarity.items())
    return sum(worth * count * (_SATURATION + 1) / (count + share) for worth, count in counts)
